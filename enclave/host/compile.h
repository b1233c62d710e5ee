#ifndef POBF_ENCLAVE_HOST_COMPILE_H
#define POBF_ENCLAVE_HOST_COMPILE_H

#include "edge/cli/place.h"
#include "framework/core/status.h"

/*
 * Make the image of a function project, with gcc as enclave/function/function.ld says, in an
 * environment of our own: so it is the same, bit for bit, wherever the project stands and whoever
 * builds it. The image is checked before it gets its name. A project is
 *
 *   a folder with pobf.json and *.c           native C, against pobf_function.h
 *   .. with "interface": "wasi" and *.c       C with wasi-libc, by clang
 *   .. with "interface": "wasi" and main.rs   Rust, by Debian's rustc; no crates but std
 *   .. with "interface": "wasi" and a *.wasm  a WebAssembly module: a command of WASI preview 1, or a
 *                                             reactor (enclave/wasm/reactor.c)
 *   .. with "interface": "wasi" and a *.js    a script: see enclave/wasm/prelude.js
 *   a *.wasm or *.js                          the same; its manifest is beside it: see manifest.h
 *
 *   image_path  out: where the image is
 *   wanted      where it is to be; NULL: in the folder, or beside the module, as NAME.image
 *
 * Tells people on stderr what is wrong; what the compilers say is shown as it is.
 */
POBF_MUST_CHECK enum pobf_status compile_project(char image_path[PLACE_ROOM], const char *given,
                                                 const char *wanted);

/*
 * The same, to find out what went wrong: of WASI every access to memory is compared, so that one out
 * of bounds is told with its function, and stderr follows a failure's message. It is another image,
 * which is not the one that is served: it is made at `wanted` alone.
 */
POBF_MUST_CHECK enum pobf_status compile_to_explain(char image_path[PLACE_ROOM], const char *given,
                                                    const char *wanted);

/* 1 where that is named as a module or a script is. */
int compile_is_module(const char *given);

#endif
