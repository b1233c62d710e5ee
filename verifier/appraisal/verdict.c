#include "verifier/appraisal/verdict.h"

struct check *checks_add(struct checks *checks, const char *id, int mandatory, const char *advice)
{
    struct check *check = &checks->spare;

    if (checks->count < CHECKS_MAX) {
        check = &checks->item[checks->count++];
    } else {
        checks->overflow = 1;
    }
    check->id = id;
    check->field = NULL;
    check->result = CHECK_NOT_EVALUATED;
    check->mandatory = mandatory;
    check->expected[0] = '\0';
    check->seen[0] = '\0';
    check->advice = advice;
    return check;
}

enum checks_verdict checks_verdict(const struct checks *checks)
{
    int complete = checks->count > 0 && !checks->overflow;

    /*@
      loop invariant bound:    0 <= i <= checks->count;
      loop invariant unfailed: \forall integer k; 0 <= k < i ==>
                               checks->item[k].result != CHECK_FAIL;
      loop invariant passed:   complete != 0 <==> whole(checks) &&
                               \forall integer k; 0 <= k < i && checks->item[k].mandatory != 0 ==>
                               checks->item[k].result == CHECK_PASS;
      loop assigns i, complete;
      loop variant checks->count - i;
    */
    for (size_t i = 0; i < checks->count; i++) {
        const struct check *check = &checks->item[i];

        if (check->result == CHECK_FAIL) {
            return VERDICT_REFUSED;
        }
        complete = complete && (check->result == CHECK_PASS || !check->mandatory);
    }
    return complete ? VERDICT_AFFIRMED : VERDICT_CANNOT_TELL;
}

int checks_exit_code(enum checks_verdict verdict)
{
    switch (verdict) {
    case VERDICT_AFFIRMED:
        return 0;
    case VERDICT_REFUSED:
        return 1;
    case VERDICT_CANNOT_TELL:
    default:
        return 3;
    }
}
