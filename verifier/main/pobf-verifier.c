#include "edge/cli/cli.h"
#include "edge/cli/talk.h"
#include "verifier/service/service.h"

#include <sodium.h>

static const struct cli_command commands[] = {
    {"keygen", keygen_main, "make a key pair to sign certificates or reports with"},
    {"certify", certify_main, "rebuild a source tree twice, prove it again, sign what was found"},
    {"serve", serve_main, "appraise evidence for others, over HTTP"},
    {"log", log_keeper_main, "keep a log of receipts that nobody can fork unseen"},
    {"witness", witness_main, "watch logs grow, and sign that they only grew"},
};

int main(int argc, char **argv)
{
    if (sodium_init() < 0) {
        return talk_error(POBF_E_SYSTEM, "libsodium", "cannot be set up");
    }
    return cli_dispatch("pobf-verifier", "re-prove, rebuild, appraise", commands,
                        sizeof commands / sizeof *commands, argc, argv);
}
