#ifndef POBF_VERIFIER_CLIENT_FOLDER_H
#define POBF_VERIFIER_CLIENT_FOLDER_H

/* Walking a folder of files, and the folders in it, without holding the list of them. */
enum folder_entry {
    FOLDER_FILE,
    FOLDER_UNREADABLE, /* a folder that cannot be read, or is too deep inside of others */
    FOLDER_OTHER,      /* neither file nor folder: a pipe, a device, a link to a folder */
};

enum { FOLDER_FILE_MAX = 8 * 1024 * 1024 }; /* longer than any file of pobf */

/* Every entry but folders that can be read, in no order. No entry is left out for its name. */
void folder_walk(const char *path,
                 void (*take)(void *context, const char *path, enum folder_entry entry),
                 void *context);

/* Does the name end so? */
int folder_is_named(const char *path, const char *ending);

/*
 * Is it the journal of a host that records receipts there? By name alone: its bytes are the host's
 * affair, and no name makes anything affirmed.
 */
int folder_is_journal(const char *path);

/* Is it NAME.PROCESS.part, which a program writes and gives its name once it is whole? */
int folder_is_part(const char *path);

#endif
