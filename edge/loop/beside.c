#include "edge/loop/beside.h"

#include <signal.h>

int beside_begin(pthread_t *thread, void *(*work)(void *context), void *context)
{
    sigset_t all, before;
    int begun;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    begun = pthread_create(thread, NULL, work, context) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return begun;
}
