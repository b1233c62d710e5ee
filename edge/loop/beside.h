#ifndef POBF_EDGE_LOOP_BESIDE_H
#define POBF_EDGE_LOOP_BESIDE_H

#include <pthread.h>

/*
 * A thread beside the event loop, for what may take its time. Signals stay the loop's. Landlock
 * holds for the thread that asks for it and those that it makes from then on: so begin after that.
 * 0 where there can be none.
 */
int beside_begin(pthread_t *thread, void *(*work)(void *context), void *context);

#endif
