#ifndef POBF_ENCLAVE_REWIND_RETAINED_H
#define POBF_ENCLAVE_REWIND_RETAINED_H

/*
 * Every piece of state that could outlive a call, who sees to it on each backend, and the test that
 * plants something in it and looks. A row without an owner does not compile; a row whose test is
 * not there fails tests/enclave/rewind/retained_test.c.
 */
enum retained_owner {
    RETAINED_BY_NOBODY,      /* not a possible value: see below                               */
    RETAINED_BY_END,         /* pobf_end wipes it, or rewinds and compares it                 */
    RETAINED_BY_STEP,        /* registers_wiped_call clears it after every step               */
    RETAINED_BY_PROCESS_END, /* it ends with the function's process, one a call               */
    RETAINED_BY_CROSSING,    /* trustlet_cross clears it, on the way in and on the way back   */
    RETAINED_BY_FILTER,      /* the function has no means to change it                        */
    RETAINED_BY_MONITOR,     /* the monitor clears it by name                                 */
    RETAINED_BY_KEEPER,      /* the host's side of a virtual machine clears it by name        */
    RETAINED_BY_PUBLIC,      /* holds nothing that the host may not see                       */
    RETAINED_BY_KEPT,        /* never cleared, on purpose: the retained set                   */
    RETAINED_BY_NOT_CLAIMED, /* not cleared, and every report says so                         */
    RETAINED_BY_NOT_THERE,   /* this backend has no such thing                                */
};

/*
 * name, what it is; then for the process and for KVM: owner, file and name of its test. A file of
 * monitor/ that kvm/ includes holds on both.
 */
/* clang-format off */
#define RETAINED_STATE(X)                                                                          \
    X(ZONE, "all memory that the function can write",                                              \
      END, "monitor/hostile_test.c", "nothing_that_a_function_keeps_is_there_in_the_next_call",    \
      END, "kvm/residue_test.c", "a_call_that_returns_leaves_nothing")                             \
    X(FUNCTION_REGISTERS, "general, flags, segments, x87, MMX, SSE, AVX, AVX-512, masks, MXCSR",   \
      PROCESS_END, "monitor/channels_test.c", "after_a_trap_nothing_is_found",                     \
      CROSSING, "monitor/channels_test.c", "after_a_trap_nothing_is_found")                        \
    X(FAULT_ADDRESS, "where a fault was: CR2, the kernel's signal information",                    \
      PROCESS_END, "monitor/channels_test.c", "after_a_fault_nothing_is_found",                    \
      KEEPER, "kvm/residue_test.c", "no_register_keeps_what_a_function_planted")                   \
    X(CONTROL_REGISTERS, "CR0 to CR8, descriptor tables",                                          \
      FILTER, "monitor/privileged_test.c", "every_privileged_instruction_ends_the_function",       \
      FILTER, "kvm/control_test.c", "no_control_register_and_no_table_keeps_anything")             \
    X(XCR0, "which vector state there is",                                                         \
      FILTER, "monitor/privileged_test.c", "every_privileged_instruction_ends_the_function",       \
      FILTER, "kvm/control_test.c", "xcr0_keeps_what_it_was_set_to")                               \
    X(MODEL_SPECIFIC_REGISTERS, "system calls, segment bases, counters, debugging",                \
      FILTER, "monitor/privileged_test.c", "every_privileged_instruction_ends_the_function",       \
      FILTER, "kvm/control_test.c", "no_model_specific_register_keeps_anything")                   \
    X(DEBUG_REGISTERS, "DR0 to DR3, DR7; DR6, which says why a debug exception came",              \
      PROCESS_END, "monitor/privileged_test.c", "every_privileged_instruction_ends_the_function",  \
      CROSSING, "kvm/control_test.c", "no_debug_register_keeps_anything")                          \
    X(FUNCTION_KERNEL_STATE, "what the kernel holds for its process: descriptors, signals",        \
      PROCESS_END, "process/nursery_test.c", "its_process_holds_the_function_and_nothing_else",    \
      NOT_THERE, "", "")                                                                           \
    X(PROCESSOR, "what KVM holds of the virtual processor",                                        \
      NOT_THERE, "", "",                                                                           \
      CROSSING, "kvm/residue_test.c", "no_register_keeps_what_a_function_planted")                 \
    X(RING0_STACK, "the page on which the function's exceptions land",                             \
      NOT_THERE, "", "",                                                                           \
      MONITOR, "kvm/residue_test.c", "a_call_that_traps_leaves_nothing")                           \
    X(ADDRESS_SPACE, "its mappings, its text and its constants",                                   \
      FILTER, "monitor/hostile_test.c", "what_is_measured_cannot_be_written",                      \
      FILTER, "monitor/hostile_test.c", "what_is_measured_cannot_be_written")                      \
    X(KERNEL_LOG, "what the kernel says of a process that dies of a fault or a call",              \
      FILTER, "process/cradle_test.c", "the_kernel_logs_nothing_of_how_a_function_died",           \
      NOT_THERE, "", "")                                                                           \
    X(TABLES, "page tables, descriptors, the gate: compared after every call",                     \
      NOT_THERE, "", "",                                                                           \
      FILTER, "kvm/reach_test.c", "nothing_of_the_monitor_or_of_ring_0_is_in_reach")               \
    X(WORD, "a word to go that no process heard",                                                  \
      MONITOR, "process/nursery_test.c", "a_process_killed_while_it_waits_leaves_no_word_behind",  \
      NOT_THERE, "", "")                                                                           \
    X(MAIL, "requests and replies between the machine and its keeper",                             \
      NOT_THERE, "", "",                                                                           \
      PUBLIC, "kvm/residue_test.c", "a_call_that_returns_leaves_nothing")                          \
    X(SOCKETS, "pipes, eventfds, sockets: what was written and not read",                          \
      PUBLIC, "monitor/endings_test.c", "every_ending_has_its_receipt_and_the_next_call_works",    \
      PUBLIC, "monitor/endings_test.c", "every_ending_has_its_receipt_and_the_next_call_works")    \
    X(STEP_STACK, "the stack that keys and clear text are worked on",                              \
      STEP, "process/registers_test.c",                                                            \
          "a_wiped_call_leaves_nothing_in_registers_or_on_its_stack",                              \
      STEP, "kvm/residue_test.c", "a_call_that_returns_leaves_nothing")                            \
    X(STEP_REGISTERS, "the monitor's registers after a step",                                      \
      STEP, "process/registers_test.c",                                                            \
          "a_wiped_call_leaves_nothing_in_registers_or_on_its_stack",                              \
      STEP, "kvm/residue_test.c", "a_call_that_returns_leaves_nothing")                            \
    X(TASK, "the one-time key, the keys agreed, the salts",                                        \
      END, "monitor/residue_test.c", "a_call_that_returns_leaves_nothing",                         \
      END, "kvm/residue_test.c", "a_call_that_returns_leaves_nothing")                             \
    X(OUTBOX, "the sealed answer before forgetting is shown",                                      \
      MONITOR, "monitor/residue_test.c", "a_failed_comparison_leaves_neither_answer_nor_receipt",  \
      MONITOR, "kvm/residue_test.c", "a_changed_table_leaves_neither_answer_nor_receipt")          \
    X(ORDINARY_MEMORY, "the monitor's own stack, heap and variables",                              \
      PUBLIC, "monitor/residue_test.c",                                                            \
          "whatever_call_fails_nothing_is_left_and_no_answer_leaves",                              \
      PUBLIC, "kvm/residue_test.c",                                                                \
          "a_call_past_its_deadline_is_full_of_it_and_then_leaves_nothing")                        \
    X(KEEPER_MEMORY, "the memory of the process that keeps the machine",                           \
      NOT_THERE, "", "",                                                                           \
      PUBLIC, "kvm/residue_test.c",                                                                \
          "a_call_past_its_deadline_is_full_of_it_and_then_leaves_nothing")                        \
    X(WINDOW, "cipher text, receipts, offers, evidence",                                           \
      PUBLIC, "monitor/residue_test.c", "a_call_that_traps_leaves_nothing",                        \
      PUBLIC, "kvm/residue_test.c", "a_call_that_traps_leaves_nothing")                            \
    X(HOST_BUFFERS, "the memory of pobf-host: its server, its queue, its side of the window",      \
      PUBLIC, "host/buffers_test.c", "a_host_holds_cipher_text_alone",                             \
      PUBLIC, "host/buffers_test.c", "a_host_of_machines_holds_cipher_text_alone")                 \
    X(SIGNING_KEY, "signs receipts and offers of this boot",                                       \
      KEPT, "monitor/link_test.c", "receipts_are_signed_and_form_a_chain",                         \
      KEPT, "monitor/link_test.c", "receipts_are_signed_and_form_a_chain")                         \
    X(BOOT_ID, "names this boot",                                                                  \
      KEPT, "monitor/link_test.c", "every_boot_has_its_own_id_and_key",                            \
      KEPT, "monitor/link_test.c", "every_boot_has_its_own_id_and_key")                            \
    X(SEQUENCE, "the last receipt's number and hash",                                              \
      KEPT, "monitor/link_test.c", "receipts_are_signed_and_form_a_chain",                         \
      KEPT, "monitor/link_test.c", "receipts_are_signed_and_form_a_chain")                         \
    X(RANDOM, "the kernel's generator; in a machine one of ours, over the processor's and a seed", \
      KEPT, "monitor/link_test.c", "every_boot_has_its_own_id_and_key",                            \
      KEPT, "trustlet/random_test.c", "a_million_draws_are_all_different")                         \
    X(KERNEL_WARNINGS, "what it says of UMIP's instructions and the vsyscall page",                \
      NOT_CLAIMED, "", "",                                                                         \
      NOT_THERE, "", "")                                                                           \
    X(COUNTER, "the time-stamp counter, which runs on",                                            \
      NOT_CLAIMED, "", "",                                                                         \
      NOT_CLAIMED, "", "")                                                                         \
    X(CACHES, "caches, predictors, timing",                                                        \
      NOT_CLAIMED, "", "",                                                                         \
      NOT_CLAIMED, "", "")                                                                         \
    X(DRAM, "what memory cells keep after they were overwritten",                                  \
      NOT_CLAIMED, "", "",                                                                         \
      NOT_CLAIMED, "", "")
/* clang-format on */

/* A row that compiles: on each backend somebody owns it. */
#define RETAINED_IS_OWNED(name, what, process, process_file, process_test, kvm, kvm_file,          \
                          kvm_test)                                                                \
    _Static_assert(RETAINED_BY_##process != RETAINED_BY_NOBODY, "state without an owner: " #name); \
    _Static_assert(RETAINED_BY_##kvm != RETAINED_BY_NOBODY, "state without an owner: " #name);
RETAINED_STATE(RETAINED_IS_OWNED)

#endif
