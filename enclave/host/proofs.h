#ifndef POBF_ENCLAVE_HOST_PROOFS_H
#define POBF_ENCLAVE_HOST_PROOFS_H

#include "edge/http/http.h"

/* The route of a receipt's proof; the context is a struct service. */
void proofs_serve(struct http_request *request, void *context);

#endif
