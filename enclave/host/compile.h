#ifndef POBF_ENCLAVE_HOST_COMPILE_H
#define POBF_ENCLAVE_HOST_COMPILE_H

#include "edge/cli/place.h"
#include "framework/core/status.h"

/*
 * Make the image of a function project: all *.c of `folder`, with gcc as enclave/function/function.ld
 * says, in an environment of our own: so it is the same, bit for bit, wherever the project stands
 * and whoever builds it. The image is checked before it gets its name.
 *
 *   image_path  out: where the image is
 *   wanted      where it is to be; NULL: FOLDER/NAME.image
 *
 * Tells people on stderr what is wrong; what gcc says is shown as it is.
 */
POBF_MUST_CHECK enum pobf_status compile_project(char image_path[PLACE_ROOM], const char *folder,
                                                 const char *wanted);

#endif
