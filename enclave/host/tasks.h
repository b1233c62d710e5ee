#ifndef POBF_ENCLAVE_HOST_TASKS_H
#define POBF_ENCLAVE_HOST_TASKS_H

#include <stddef.h>
#include <stdint.h>

#include "framework/wire/evidence.h"

/*
 * What the host remembers of the tasks of this boot, to answer clearly: the monitor alone decides
 * what is legal. An offer that nobody uses runs out, and the last TASKS_SPENT_MAX ids that are
 * spent are remembered as spent.
 */
enum { TASKS_OPEN_MAX = 64, TASKS_SPENT_MAX = 1024, TASKS_PATIENCE_S = 60 };

enum tasks_state { TASKS_UNKNOWN, TASKS_OPEN, TASKS_SPENT };

struct tasks_open {
    uint8_t id[POBF_TASK_ID_BYTES];
    int64_t until_s;
    int used;
};

struct tasks {
    struct tasks_open open[TASKS_OPEN_MAX];
    size_t open_count;
    uint8_t spent[TASKS_SPENT_MAX][POBF_TASK_ID_BYTES];
    size_t spent_at;
    size_t spent_count;
};

/* Forget all: another boot. */
void tasks_clear(struct tasks *tasks);

/* An offer was made. Where there is no room the task is unknown from now on, and runs out. */
void tasks_add(struct tasks *tasks, const uint8_t id[POBF_TASK_ID_BYTES], int64_t now_s);

enum tasks_state tasks_find(const struct tasks *tasks, const uint8_t id[POBF_TASK_ID_BYTES]);

/* The task's one use has begun, whatever comes of it. */
void tasks_spend(struct tasks *tasks, const uint8_t id[POBF_TASK_ID_BYTES]);

/* Spend one offer that has run out, and say which: 1, or 0 where there is none. */
int tasks_expire(struct tasks *tasks, uint8_t id[POBF_TASK_ID_BYTES], int64_t now_s);

#endif
