#ifndef POBF_ENCLAVE_HOST_EXCHANGE_H
#define POBF_ENCLAVE_HOST_EXCHANGE_H

#include "enclave/host/service.h"

/*
 * One request's way to a monitor and back: it waits in line, the intent of a call is recorded, the
 * monitor answers, the receipt is recorded, and only then the client is answered. A client that goes away while its input waits
 * has given its task up; while its input is being computed on, the receipt is recorded all the same.
 */

/*
 * 1 where it has begun; 0 where there is no memory for it: the client is told, and no monitor has
 * heard of it, so a task that it names stays open.
 *
 *   seat     whose monitor is asked; NULL: none serves, and the client is told so
 *   request  NULL: nobody waits for the answer
 *   what     kind, id and sealed input; the sealed bytes must stay valid as long as the request
 */
int exchange_begin(struct service *service, struct seat *seat, struct http_request *request,
                   const struct job *what);

#endif
