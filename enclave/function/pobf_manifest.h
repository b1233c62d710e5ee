#ifndef POBF_MANIFEST_H
#define POBF_MANIFEST_H

/* Relative, so that a function is built against one folder, wherever the shared files are. */
#include "../../framework/wire/manifest.h"

#endif
