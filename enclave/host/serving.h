#ifndef POBF_ENCLAVE_HOST_SERVING_H
#define POBF_ENCLAVE_HOST_SERVING_H

#include "enclave/host/backend.h"
#include "enclave/host/reload.h"

/* What `pobf-host serve` was asked for. */
struct serve_options {
    struct reload_files files[SERVICE_FUNCTIONS_MAX];         /* of each function */
    char names_given[SERVICE_FUNCTIONS_MAX][IMAGE_NAME_ROOM]; /* empty: the image says its own */
    size_t count;
    const char *listen;
    const char *tls_certificate;
    const char *tls_key;
    const char *receipts;
    struct courier_options log; /* url NULL: none */
    const char *port_file;
    const char *backend_name;
    struct cli_list certificates; /* none, or one for each function */
    struct cli_list names;        /* of the host */
    const char *tpm_certificate;
    const char *tpm; /* the name of a TCTI; NULL: the simulator alone */
    int tsm;         /* 1: the confidential machine that this is the guest of vouches */
    const char *tsm_reports;
    enum pobf_backend backend;
    uint64_t trustlets; /* 0: as many as there are processors */
    uint64_t warm;
    char monitor[PLACE_ROOM]; /* the backend's program */
};

/* Serve until it is stopped. Returns the exit code. */
int serving_run(const struct serve_options *options);

#endif
