#include "verifier/client/folder.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_ROOM = 4096, DEPTH_MAX = 16 };

struct walk {
    void (*take)(void *context, const char *path, enum folder_entry entry);
    void *context;
};

static void walk_folder(const struct walk *walk, const char *path, int depth);

/* A link to a file is that file; a link to a folder may lead around in a circle. */
static void walk_entry(const struct walk *walk, const char *path, int depth)
{
    struct stat itself, target;

    if (lstat(path, &itself) != 0 || stat(path, &target) != 0) {
        walk->take(walk->context, path, FOLDER_UNREADABLE);
    } else if (S_ISDIR(itself.st_mode)) {
        walk_folder(walk, path, depth + 1);
    } else {
        walk->take(walk->context, path, S_ISREG(target.st_mode) ? FOLDER_FILE : FOLDER_OTHER);
    }
}

static int is_itself(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static void walk_folder(const struct walk *walk, const char *path, int depth)
{
    DIR *listing = depth < DEPTH_MAX ? opendir(path) : NULL;
    const struct dirent *entry;
    char inner[PATH_ROOM];

    if (listing == NULL) {
        walk->take(walk->context, path, FOLDER_UNREADABLE);
        return;
    }
    while ((entry = readdir(listing)) != NULL) {
        if (is_itself(entry->d_name)) {
            continue;
        }
        if ((size_t)snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name) >= sizeof inner) {
            walk->take(walk->context, path, FOLDER_UNREADABLE);
        } else {
            walk_entry(walk, inner, depth);
        }
    }
    closedir(listing);
}

void folder_walk(const char *path,
                 void (*take)(void *context, const char *path, enum folder_entry entry),
                 void *context)
{
    const struct walk walk = {take, context};

    walk_folder(&walk, path, 0);
}

int folder_is_named(const char *path, const char *ending)
{
    const size_t length = strlen(path);

    return length > strlen(ending) && strcmp(path + length - strlen(ending), ending) == 0;
}

int folder_is_journal(const char *path)
{
    const char *slash = strrchr(path, '/');

    return (slash != NULL ? slash[1] : path[0]) == '.' && folder_is_named(path, ".journal");
}

int folder_is_part(const char *path)
{
    static const char ending[] = ".part";
    const char *end = path + strlen(path) - (sizeof ending - 1), *at = end;

    if (!folder_is_named(path, ending)) {
        return 0;
    }
    while (at > path && at[-1] >= '0' && at[-1] <= '9') {
        at--;
    }
    return at < end && at > path && at[-1] == '.';
}
