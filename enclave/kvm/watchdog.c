#include "enclave/kvm/watchdog.h"

#include <signal.h>
#include <time.h>

static struct kvm_run *volatile watched;
static timer_t timer;

static void bark(int signal_number)
{
    (void)signal_number;
    watched->immediate_exit = 1;
}

enum pobf_status watchdog_open(struct kvm_run *run)
{
    const struct sigaction action = {.sa_handler = bark};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};

    watched = run;
    return sigaction(SIGALRM, &action, NULL) == 0 &&
                   timer_create(CLOCK_MONOTONIC, &event, &timer) == 0
               ? POBF_OK
               : POBF_E_SYSTEM;
}

void watchdog_close(void)
{
    (void)timer_delete(timer);
    (void)signal(SIGALRM, SIG_DFL);
    watched = NULL;
}

static void set(uint64_t after_ns)
{
    const struct itimerspec when = {
        .it_value = {.tv_sec = (time_t)(after_ns / 1000000000),
                     .tv_nsec = (long)(after_ns % 1000000000)},
    };

    (void)timer_settime(timer, 0, &when, NULL); /* fails for no valid timer and time */
}

void watchdog_arm(uint32_t after_us)
{
    set(((uint64_t)after_us + 1) * 1000);
}

void watchdog_disarm(void)
{
    set(0);
    watched->immediate_exit = 0;
}
