/*
 * What an appraisal may rely on: see steps.c.
 */
#include "verifier/appraisal/verdict.h"

struct checks checks;
struct check *check;
const char *id, *advice;
int mandatory;

/*@
  requires checks: valid_checks(&checks);
  terminates       \true;
  exits            \false;
  assigns          checks, check;
*/
void add_a_check(void);

void add_a_check(void)
{
    const size_t count = checks.count;

    check = checks_add(&checks, id, mandatory, advice);
    //@ assert valid: checks.count <= CHECKS_MAX;
    //@ assert untouched: check->result == CHECK_NOT_EVALUATED;
    //@ assert weight: check->mandatory == mandatory;
    //@ assert id: check->id == id;
    //@ assert advice: check->advice == advice;
    //@ assert field: check->field == \null;
    //@ assert expected: check->expected[0] == 0;
    //@ assert seen: check->seen[0] == 0;
    if (count < CHECKS_MAX) {
        //@ assert item: check == &checks.item[count];
        //@ assert count: checks.count == count + 1;
        //@ assert room: checks.overflow == \at(checks.overflow, Pre);
        return;
    }
    //@ assert spare: check == &checks.spare;
    //@ assert overflow: checks.overflow == 1;
    //@ assert full: checks.count == CHECKS_MAX;
}

/*@
  requires checks: valid_checks(&checks);
  terminates       \true;
  exits            \false;
  assigns          \nothing;
*/
int judge_the_checks(void);

int judge_the_checks(void)
{
    const enum checks_verdict verdict = checks_verdict(&checks);
    const int code = checks_exit_code(verdict);

    //@ assert whole: code == 0 ==> checks.count > 0 && checks.overflow == 0;
    //@ assert passed: code == 0 ==> mandatory_passed(&checks);
    //@ assert unfailed: code == 0 ==> !one_failed(&checks);
    //@ assert affirmed: whole(&checks) && mandatory_passed(&checks) ==> code != 3;
    //@ assert refused: one_failed(&checks) <==> code == 1;
    //@ assert else: code == 0 || code == 1 || code == 3;
    return code;
}
