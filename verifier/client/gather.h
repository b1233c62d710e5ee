#ifndef POBF_VERIFIER_CLIENT_GATHER_H
#define POBF_VERIFIER_CLIENT_GATHER_H

#include "verifier/appraisal/appraisal.h"
#include "verifier/client/policy.h"
#include "verifier/period/collection.h"

/*
 * Sort out every file of a folder into a collection, by what is in it: evidence and certificates
 * are judged as the policy has it, receipts later. What is damaged, unknown or cannot be read is in
 * the collection too, with the reason.
 */
void gather(struct collection *collection, const char *folder, const struct policy *policy);

/*
 * Judge the receipts of the period, each by its boot's evidence. What takes the exchange of a call,
 * which no folder of receipts has, is left out: nonce, offer, commitments.
 */
void gather_judge(struct collection *collection, const struct span *span,
                  const struct policy *policy);

#endif
