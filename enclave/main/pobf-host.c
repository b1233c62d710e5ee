#include "contracts/sodium.h"
#include "edge/cli/cli.h"
#include "edge/cli/talk.h"
#include "enclave/host/commands.h"

static const struct cli_command commands[] = {
    {"new", new_main, "make a function project that builds and runs at once"},
    {"build", build_main, "build a project's image, the same wherever it is built"},
    {"prove", prove_main, "prove the contracts of a function"},
    {"measure", measure_main, "say what an image measures: reference values for data providers"},
    {"run", run_main, "call a function once, sealed, without a network"},
    {"serve", serve_main, "serve a function over HTTP"},
    {"tpm", tpm_main, "enrol this machine's TPM with who will trust it"},
    {"tsm", tsm_main, "ask the confidential machine that this is the guest of for evidence"},
    {"doctor", doctor_main, "say what this machine offers"},
};

int main(int argc, char **argv)
{
    talk_program("pobf-host");
    if (sodium_init() < 0) {
        return talk_error(POBF_E_SYSTEM, "libsodium", "it does not start");
    }
    return cli_dispatch("pobf-host", "run functions in an enclave, and prove that they forget",
                        commands, sizeof commands / sizeof commands[0], argc, argv);
}
