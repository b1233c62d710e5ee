#ifndef POBF_ENCLAVE_MONITOR_RETAINED_H
#define POBF_ENCLAVE_MONITOR_RETAINED_H

/*
 * Every piece of state that could outlive a call, who sees to it, and the test that plants
 * something in it and looks. A row without an owner does not compile; a row whose test is not
 * there fails tests/enclave/monitor/retained_test.c.
 */
enum retained_owner {
    RETAINED_BY_NOBODY,      /* not a possible value: see below                               */
    RETAINED_BY_END,         /* pobf_end wipes it, or rewinds and compares it                 */
    RETAINED_BY_STEP,        /* registers_wiped_call clears it after every step               */
    RETAINED_BY_PROCESS_END, /* it ends with the function's process, one a call               */
    RETAINED_BY_FILTER,      /* the function has no means to change it                        */
    RETAINED_BY_MONITOR,     /* the monitor clears it by name                                 */
    RETAINED_BY_PUBLIC,      /* holds nothing that the host may not see                       */
    RETAINED_BY_KEPT,        /* never cleared, on purpose: the retained set                   */
    RETAINED_BY_NOT_CLAIMED, /* not cleared, and every report says so                         */
};

/*  name, owner, what it is, file and name of its test under tests/enclave/                    */
#define RETAINED_STATE(X)                                                                          \
    X(ZONE, END, "all memory that the function can write", "monitor/hostile_test.c",               \
      "nothing_that_a_function_keeps_is_there_in_the_next_call")                                   \
    X(FUNCTION_REGISTERS, PROCESS_END,                                                             \
      "general, vector, mask, x87, MXCSR, segment bases and debug registers of the function",      \
      "process/nursery_test.c", "it_starts_with_clear_registers")                                  \
    X(FUNCTION_KERNEL_STATE, PROCESS_END,                                                          \
      "what the kernel holds for its process: descriptors, signals, timers",                       \
      "process/nursery_test.c", "its_process_holds_the_function_and_nothing_else")                 \
    X(ADDRESS_SPACE, FILTER, "its mappings, its text and its constants", "monitor/hostile_test.c", \
      "what_is_measured_cannot_be_written")                                                        \
    X(WORD, MONITOR, "a word to go that no process heard", "process/nursery_test.c",               \
      "a_process_killed_while_it_waits_leaves_no_word_behind")                                     \
    X(STEP_STACK, STEP, "the stack that keys and clear text are worked on",                        \
      "process/registers_test.c", "a_wiped_call_leaves_nothing_in_registers_or_on_its_stack")      \
    X(STEP_REGISTERS, STEP, "the monitor's registers after a step", "process/registers_test.c",    \
      "a_wiped_call_leaves_nothing_in_registers_or_on_its_stack")                                  \
    X(TASK, END, "the one-time key, the keys agreed, the salts", "monitor/residue_test.c",         \
      "a_call_that_returns_leaves_nothing")                                                        \
    X(OUTBOX, MONITOR, "the sealed answer before forgetting is shown", "monitor/residue_test.c",   \
      "a_failed_comparison_leaves_neither_answer_nor_receipt")                                     \
    X(ORDINARY_MEMORY, PUBLIC, "the monitor's own stack, heap and variables",                      \
      "monitor/residue_test.c", "whatever_call_fails_nothing_is_left_and_no_answer_leaves")        \
    X(WINDOW, PUBLIC, "cipher text, receipts, offers, evidence", "monitor/residue_test.c",         \
      "a_call_that_traps_leaves_nothing")                                                          \
    X(SIGNING_KEY, KEPT, "signs receipts and offers of this boot", "monitor/link_test.c",          \
      "receipts_are_signed_and_form_a_chain")                                                      \
    X(BOOT_ID, KEPT, "names this boot", "monitor/link_test.c",                                     \
      "every_boot_has_its_own_id_and_key")                                                         \
    X(SEQUENCE, KEPT, "the last receipt's number and hash", "monitor/link_test.c",                 \
      "receipts_are_signed_and_form_a_chain")                                                      \
    X(RANDOM, KEPT, "the kernel's generator; libsodium holds no state of its own",                 \
      "monitor/link_test.c", "every_boot_has_its_own_id_and_key")                                  \
    X(CACHES, NOT_CLAIMED, "caches, predictors, timing", "", "")                                   \
    X(DRAM, NOT_CLAIMED, "what memory cells keep after they were overwritten", "", "")

#define X(name, owner, what, file, test)                                                           \
    _Static_assert(RETAINED_BY_##owner != RETAINED_BY_NOBODY, "state without an owner: " #name);
RETAINED_STATE(X)
#undef X

#endif
