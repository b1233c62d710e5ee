#ifndef POBF_VERIFIER_INSPECT_FLOW_H
#define POBF_VERIFIER_INSPECT_FLOW_H

#include "verifier/inspect/elf.h"

/*
 * The control-flow graph of named functions, as it is in the machine code. A function passes a goal
 * if no path from its first instruction to any of its ends avoids it: the goal dominates the ends.
 */
enum flow_goal_kind {
    FLOW_CALL, /* a call or a jump to the function `name`, or to one that itself passes the goal  */
    FLOW_GIVE, /* the address of a function that passes FLOW_CALL of `name` is taken into a register */
    FLOW_STORE, /* `rep stos`: zeros over a stretch                                               */
    FLOW_CODE,  /* the instruction `name`                                                         */
};

struct flow_goal {
    enum flow_goal_kind kind;
    const char *name;
};

enum flow_verdict {
    FLOW_CANNOT_TELL, /* there is no such function, or its code cannot be followed */
    FLOW_AVOIDS,      /* there is a path around                                    */
    FLOW_PASSES,
};

/*
 * Does every way through `function` pass the goal? Its ends are returns, and calls of `end` (NULL:
 * none), which do not return. A function without any end is not told.
 */
enum flow_verdict flow_passes(const struct elf *elf, const char *function, const char *end,
                              const struct flow_goal *goal);

/* The constant that `function` moves into this register ("ecx") before it leaves; 0: none, or several. */
uint64_t flow_constant(const struct elf *elf, const char *function, const char *reg);

/* Is there a loop in the function that writes memory, or a call of memset? */
int flow_writes(const struct elf *elf, const char *function);

#endif
