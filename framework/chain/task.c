#include "framework/chain/task.h"

#include "framework/core/wipe.h"

void pobf_task_forget_keys(struct pobf_task *task)
{
    pobf_wipe(task->private_key, sizeof task->private_key);
    pobf_hpke_clear(&task->hpke);
    pobf_wipe(task->input_salt, sizeof task->input_salt);
    pobf_wipe(task->output_salt, sizeof task->output_salt);
}

void pobf_task_forget(struct pobf_task *task)
{
    pobf_task_forget_keys(task);
    task->state = POBF_FORGOTTEN;
}

enum pobf_status pobf_task_move(struct pobf_task *task, const struct pobf_chain *chain,
                                enum pobf_event event)
{
    enum pobf_state to = POBF_FORGOTTEN;

    if (task != NULL && chain->alive == 1) {
        to = pobf_lifecycle_next(task->state, event);
    }
    if (to != POBF_FORGOTTEN) {
        task->state = to;
        return POBF_OK;
    }
    if (task != NULL) {
        pobf_task_forget(task);
    }
    return chain->alive == 1 ? POBF_E_STATE : POBF_E_POISONED;
}
