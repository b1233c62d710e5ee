#include "edge/tlog/proof.h"

struct pobf_merkle_path proof_path(const struct proof *proof)
{
    return (struct pobf_merkle_path){proof->hashes[0], proof->count};
}
