#ifndef POBF_ENCLAVE_HOST_SOURCES_H
#define POBF_ENCLAVE_HOST_SOURCES_H

#include <dirent.h>

/*
 * The files of a folder whose names end as `ending` says, none hidden, sorted by their bytes: the
 * order must not depend on the locale. Returns how many; below 0 where it cannot be read.
 */
int sources_list(struct dirent ***entries, const char *folder, const char *ending);
void sources_free(struct dirent **entries, int count);

/* 1 where `name` is more than that ending, and not hidden. */
int sources_has_ending(const char *name, const char *ending);

#endif
