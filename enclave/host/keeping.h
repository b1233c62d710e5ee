#ifndef POBF_ENCLAVE_HOST_KEEPING_H
#define POBF_ENCLAVE_HOST_KEEPING_H

#include "enclave/host/service.h"

/*
 * The evidence of every boot that offers anything, kept beside its receipts: whoever has the folder can
 * judge all of them, and a boot's evidence can be had only as long as it runs. Where a platform vouches it
 * vouches for this, too, under a nonce that nobody chose.
 */

/*
 * Put a job that asks for an offer in the seat's queue, once the evidence of its boot is durable: it is
 * asked for with the first of them. `done` is told of the job as by a queue; where the evidence could not
 * be kept the answer is of LINK_EVIDENCE, and the next job tries again.
 */
void keeping_put(struct service *service, struct seat *seat, struct job *job);

#endif
