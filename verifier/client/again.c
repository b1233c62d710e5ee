#include "verifier/client/again.h"

#include <string.h>

/* As one word of a shell. */
static void put_word(FILE *out, const char *word, const char *suffix)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "._-+,:@%=";
    const int is_plain = *word != '\0' && word[strspn(word, plain)] == '\0';

    if (is_plain) {
        fprintf(out, "%s%s", word, suffix);
        return;
    }
    fputc('\'', out);
    for (; *word != '\0'; word++) {
        if (*word == '\'') {
            fputs("'\\''", out);
        } else {
            fputc(*word, out);
        }
    }
    fprintf(out, "%s'", suffix);
}

void again_file(FILE *out, const char *option, const char *path, const char *suffix)
{
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;

    if (path == NULL) {
        return;
    }
    fprintf(out, "%s%s ", option != NULL ? " --" : "", option != NULL ? option : "");
    put_word(out, slash != NULL ? slash + 1 : path, suffix);
}

void again_policy(FILE *out, const struct policy *policy)
{
    again_file(out, "reference", policy->reference_path, "");
    again_file(out, "certificate", policy->certificate_path, "");
    again_file(out, "certificate-key", policy->certificate_key_path, "");
    for (size_t i = 0; i < policy->endorsement_paths.count; i++) {
        again_file(out, "endorsements", policy->endorsement_paths.value[i], "");
    }
    for (size_t i = 0; i < policy->collateral_paths.count; i++) {
        again_file(out, "collateral", policy->collateral_paths.value[i], "");
    }
    again_file(out, "platform-policy", policy->platform_policy_path, "");
    again_file(out, "platform-reference", policy->platform_reference_path, "");
    again_file(out, "platform-reference-key", policy->platform_reference_key_path, "");
    if (policy->accept_sim) {
        fputs(" --insecure-accept-sim", out);
    }
}
