#include "enclave/host/tasks.h"

#include <string.h>

void tasks_clear(struct tasks *tasks)
{
    memset(tasks, 0, sizeof *tasks);
}

void tasks_add(struct tasks *tasks, const uint8_t id[POBF_TASK_ID_BYTES], int64_t now_s)
{
    for (size_t i = 0; i < TASKS_OPEN_MAX; i++) {
        struct tasks_open *open = &tasks->open[i];

        if (!open->used) {
            memcpy(open->id, id, POBF_TASK_ID_BYTES);
            open->until_s = now_s + TASKS_PATIENCE_S;
            open->used = 1;
            tasks->open_count++;
            return;
        }
    }
}

enum tasks_state tasks_find(const struct tasks *tasks, const uint8_t id[POBF_TASK_ID_BYTES])
{
    for (size_t i = 0; i < TASKS_OPEN_MAX; i++) {
        if (tasks->open[i].used && memcmp(tasks->open[i].id, id, POBF_TASK_ID_BYTES) == 0) {
            return TASKS_OPEN;
        }
    }
    for (size_t i = 0; i < tasks->spent_count; i++) {
        if (memcmp(tasks->spent[i], id, POBF_TASK_ID_BYTES) == 0) {
            return TASKS_SPENT;
        }
    }
    return TASKS_UNKNOWN;
}

static void spend(struct tasks *tasks, struct tasks_open *open)
{
    memcpy(tasks->spent[tasks->spent_at], open->id, POBF_TASK_ID_BYTES);
    tasks->spent_at = (tasks->spent_at + 1) % TASKS_SPENT_MAX;
    tasks->spent_count += tasks->spent_count < TASKS_SPENT_MAX;
    *open = (struct tasks_open){.used = 0};
    tasks->open_count--;
}

void tasks_spend(struct tasks *tasks, const uint8_t id[POBF_TASK_ID_BYTES])
{
    for (size_t i = 0; i < TASKS_OPEN_MAX; i++) {
        if (tasks->open[i].used && memcmp(tasks->open[i].id, id, POBF_TASK_ID_BYTES) == 0) {
            spend(tasks, &tasks->open[i]);
        }
    }
}

int tasks_expire(struct tasks *tasks, uint8_t id[POBF_TASK_ID_BYTES], int64_t now_s)
{
    for (size_t i = 0; i < TASKS_OPEN_MAX; i++) {
        if (tasks->open[i].used && tasks->open[i].until_s <= now_s) {
            memcpy(id, tasks->open[i].id, POBF_TASK_ID_BYTES);
            spend(tasks, &tasks->open[i]);
            return 1;
        }
    }
    return 0;
}
