#include "verifier/client/interrupt.h"

#include <signal.h>
#include <stddef.h>

#include "edge/cli/talk.h"

static volatile sig_atomic_t came;

static void note(int signal)
{
    (void)signal;
    came = 1;
}

/* Not SA_RESTART: who waits in a system call is to look. */
void interrupt_guard(void)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = (int)SA_RESETHAND};

    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

int interrupt_came(void)
{
    return came;
}

int interrupt_tell(void)
{
    return talk_error(POBF_E_SYSTEM, "interrupted", "no result was written");
}
