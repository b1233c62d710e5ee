#ifndef POBF_ENCLAVE_HOST_HEALTH_H
#define POBF_ENCLAVE_HOST_HEALTH_H

#include "edge/http/http.h"

/*
 * The routes of a host's health and metrics; the context is a struct service. The health of a function is
 *
 *   {"status": "ok" or "starting", "measurement": HEX64, "boot_ids": [HEX32, ..]}
 *
 * of what new tasks run on; of several {"status", "functions": {NAME: ..}}.
 */
void health_serve(struct http_request *request, void *context);
void health_serve_metrics(struct http_request *request, void *context);

#endif
