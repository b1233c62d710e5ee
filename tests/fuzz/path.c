#include "verifier/x509/path.h"
#include "tests/fuzz/fuzz.h"
#include "tests/verifier/x509/chain.h"

/* Certificates: none is accepted as a leaf but the one that its issuer signed. */
static struct chain_party root, leaf;
static struct certs roots;

size_t seed(uint8_t *out, size_t room)
{
    const struct chain_wish root_wish = {.name = "root"};
    const struct chain_wish leaf_wish = {.kind = CHAIN_LEAF, .name = "leaf", .issuer = &root};

    chain_make(&root, &root_wish);
    chain_make(&leaf, &leaf_wish);
    chain_add(&roots, &root);
    return chain_print(out, room, leaf.cert);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const struct path_profile profile = {.roots = &roots};
    struct certs certs = {.count = 0};
    struct path path;

    if (certs_add(&certs, bytes, size) == POBF_OK) {
        for (size_t i = 0; i < certs.count; i++) {
            const int good = path_build(&path, certs.cert[i], &certs, &profile);

            promise(good == (path.defect == NULL));
            promise(!good || X509_cmp(certs.cert[i], leaf.cert) == 0);
        }
    }
    certs_clear(&certs);
    return 0;
}
