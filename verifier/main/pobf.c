#include <signal.h>
#include <stdio.h>

#include <sodium.h>

#include "edge/cli/cli.h"
#include "edge/cli/talk.h"
#include "verifier/client/commands.h"

static const struct cli_command commands[] = {
    {"attest", attest_main, "ask a host for evidence, and judge it"},
    {"call", call_main, "seal an input to an enclave, get the result, check that it forgot"},
    {"verify", verify_main, "check receipts, evidence and reports again, offline"},
    {"report", issue_main, "issue a compliance report on a call, and print it"},
    {"appraise", appraise_main, "judge the evidence of hardware, offline"},
    {"log", log_main, "check a log of receipts, offline"},
    {"inspect", inspect_main, "print what a file says, without any judgement"},
};

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN); /* whoever stops listening is told of, like any other failure */
    if (sodium_init() < 0) {
        talk_program("pobf");
        return talk_error(POBF_E_SYSTEM, "libsodium", NULL);
    }
    return cli_dispatch("pobf", "send data to a function that provably forgets it", commands,
                        sizeof commands / sizeof commands[0], argc, argv);
}
