#ifndef POBF_ENCLAVE_HOST_EXCHANGE_H
#define POBF_ENCLAVE_HOST_EXCHANGE_H

#include "enclave/host/service.h"

/*
 * One request's way to the monitor and back: it waits in line, the monitor answers, the receipt is
 * recorded, and only then the client is answered. A client that goes away while its input waits
 * has given its task up; while its input is being computed on, the receipt is recorded all the same.
 */

/*
 *   request      NULL: nobody waits for the answer
 *   id           LINK_EVIDENCE: the nonce, 32 bytes; LINK_CALL, LINK_ABANDON: the task id, 16 bytes
 *   sealed       LINK_CALL: must stay valid as long as the request
 */
void exchange_begin(struct service *service, struct http_request *request, enum link_kind kind,
                    const uint8_t *id, const uint8_t *sealed, size_t sealed_size);

#endif
