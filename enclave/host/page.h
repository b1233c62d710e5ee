#ifndef POBF_ENCLAVE_HOST_PAGE_H
#define POBF_ENCLAVE_HOST_PAGE_H

/* The function.c of `pobf-host new --with-contracts`: it does the same, and pobf-host prove proves it. */
extern const char page_with_contracts[];

#endif
