#ifndef POBF_TESTS_VECTORS_FOLDER_H
#define POBF_TESTS_VECTORS_FOLDER_H

#include <stdlib.h>

/* Where the official vectors are; every test that reads one asks here. */
static inline const char *vectors_folder(void)
{
    const char *folder = getenv("POBF_VECTORS");

    return folder != NULL ? folder : "../shared/vectors";
}

#endif
