#ifndef POBF_ENCLAVE_HOST_PAGE_H
#define POBF_ENCLAVE_HOST_PAGE_H

/* A file of a new project; each @ in it but that of an annotation stands for the project's name. */
struct page {
    const char *file;
    const char *text;
};

/* The function, the manifest and the README of `pobf-host new --lang wasm`. */
enum { PAGES_OF_WASM = 3 };
extern const struct page pages_of_wasm[PAGES_OF_WASM];

/* The same of --lang js and of --lang rust; the function is the first. */
extern const struct page pages_of_script[PAGES_OF_WASM];
extern const struct page pages_of_rust[PAGES_OF_WASM];

/* The function.c of `pobf-host new --with-contracts`: it does the same, and pobf-host prove proves it. */
extern const char page_with_contracts[];

#endif
