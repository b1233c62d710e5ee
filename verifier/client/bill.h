#ifndef POBF_VERIFIER_CLIENT_BILL_H
#define POBF_VERIFIER_CLIENT_BILL_H

#include <jansson.h>

#include "verifier/appraisal/appraisal.h"

/*
 * What a call used, for who pays it: of an appraisal that affirms one; else NULL. A receipt has no sizes,
 * but commitments to what was sealed; so those of input and output are the exchange's, and are there
 * where it opens both.
 *
 *   {"steps", "time_us", "memory_bytes", "input_bytes", "output_bytes"}
 */
json_t *bill_of(const struct appraisal *appraisal);

/* The same for people, in a line. NULL prints nothing. */
void bill_print(const json_t *bill);

#endif
