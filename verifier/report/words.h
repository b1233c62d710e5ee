#ifndef POBF_VERIFIER_REPORT_WORDS_H
#define POBF_VERIFIER_REPORT_WORDS_H

#include <jansson.h>

/*
 * What a report says to people, written once: html_print puts these tables into the page, whose
 * script fills them in as record_print does.
 *
 *   {name}         a fact
 *   {name:time}    seconds since 1970, as a date
 *   {name:one|many}  a number of things: {calls:call|calls} is "1 call", "2 calls"
 *   {name?yes|no}  one of two, by a fact that is true or false
 */

/* The verdict, in one sentence; headings; remarks. */
#define REPORT_WORDS(X)                                                                            \
    X(title, "Proof of being forgotten: compliance report")                                        \
    X(forgotten, "Forgotten: the data of this call was wiped, compared with the state before it, " \
                 "and only then answered.")                                                        \
    X(destroyed, "Destroyed instead: the call gave no result; its data was wiped and compared "    \
                 "all the same. How it ended: {exit_sentence}.")                                   \
    X(not_proved, "NOT PROVED: {failed}.")                                                         \
    X(could_not_check, "Could not check: nothing was there to check {open} with.")                 \
    X(host_trusted, "On the host's word: the platform is {platform}, which does not protect from " \
                    "the host.")                                                                   \
    X(facts, "What it is about")                                                                   \
    X(erased, "What was erased, and how")                                                          \
    X(unproved, "This is what the receipt says. It is not proved: see the chain.")                 \
    X(life, "The life of a task")                                                                  \
    X(proof, "How well it is shown")                                                               \
    X(no_proof, "not here: no proof certificate was given")                                        \
    X(chain, "The chain")                                                                          \
    X(uncovered, "What is not covered")                                                            \
    X(assumptions, "What all of this assumes")                                                     \
    X(alarms, "Missing receipts")                                                                  \
    X(missing, "ALARM: boot {boot}: receipts {from} to {to} are missing")                          \
    X(missing_one, "ALARM: boot {boot}: receipt {from} is missing")                                \
    X(fork, "ALARM: boot {boot}: two receipts of number {from}")                                   \
    X(broken, "ALARM: boot {boot}: receipt {from} does not name the one before it")                \
    X(crash, "ALARM: boot {boot}: there is no receipt of call {from}: begun {at:time} by "         \
             "the host's clock, forgotten by crash, by the host's word alone")                     \
    X(denied, "ALARM: boot {boot}: the host says that call {from} was forgotten by crash; "        \
              "receipts show otherwise")                                                           \
    X(still_open,                                                                                  \
      "boot {boot}: call {from} is open: begun {at:time} by the host's clock; the host "           \
      "runs, or was killed, and has not said how it ended")                                        \
    X(no_alarms,                                                                                   \
      "none: of {receipts:receipt|receipts} of this boot, no number is missing and each names "    \
      "the one before it")                                                                         \
    X(not_searched,                                                                                \
      "not looked for: the receipts before and after this one were not given (--receipts FOLDER)") \
    X(again, "Do it again")

/* Section, what the facts are from, name, value. */
#define REPORT_ROWS(X)                                                                             \
    X(facts, receipt, "data",                                                                      \
      "sealed input {input_commitment}, sealed output {output_commitment} (salted commitments: "   \
      "they say nothing without the salt)")                                                        \
    X(facts, receipt, "when", "{issued_at:time}, by the host's clock")                             \
    X(facts, receipt, "call", "number {sequence} of boot {boot_id}, task {task_id}")               \
    X(facts, receipt, "function", "{measurement}")                                                 \
    X(facts, receipt, "limits", "{policy}")                                                        \
    X(facts, receipt, "ended", "{exit_sentence}")                                                  \
    X(facts, receipt, "fuel", "{steps} steps, rounded up to four bits (0: it is not counted)")     \
    X(facts, platform, "platform", "{platform}, backend {backend}")                                \
    X(erased, receipt, "memory",                                                                   \
      "{restored_bytes} of {zone_bytes} bytes that the function could write, brought back to the " \
      "golden image {golden}")                                                                     \
    X(erased, receipt, "compared",                                                                 \
      "every one of them, before the answer left; {mismatches} differ")                            \
    X(erased, receipt, "keys", "{key_destroyed?destroyed|NOT destroyed}")                          \
    X(erased, receipt, "registers",                                                                \
      "{registers_cleared?cleared: general, vector, x87, segment bases|NOT cleared}")              \
    X(erased, receipt, "took", "{time_us} us, at most {memory_peak} bytes")                        \
    X(proof, proof, "source", "{source}")                                                          \
    X(proof, proof, "specification", "{specification}")                                            \
    X(proof, proof, "certified", "{issued_at:time}, by whoever holds the certificate's key")       \
    X(proof, levels, "PROVED", "{PROVED}")                                                         \
    X(proof, levels, "OBSERVED", "{OBSERVED}")                                                     \
    X(proof, levels, "VERIFIED AT RUN TIME", "{VERIFIED_AT_RUN_TIME}")                             \
    X(proof, levels, "ATTESTED", "{ATTESTED}")

/* The links of the chain, and how the checks of each begin. The first that fits counts. */
#define REPORT_LINKS(X)                                                                            \
    X("source", "certificate")                                                                     \
    X("platform", "evidence")                                                                      \
    X("platform", "platform")                                                                      \
    X("platform", "tpm")                                                                           \
    X("platform", "snp")                                                                           \
    X("platform", "dcap")                                                                          \
    X("platform", "cca")                                                                           \
    X("platform", "reference")                                                                     \
    X("platform", "policy")                                                                        \
    X("channel", "offer")                                                                          \
    X("channel", "exchange")                                                                       \
    X("invocation", "receipt")                                                                     \
    X("log", "log")                                                                                \
    X("log", "inclusion")                                                                          \
    X("report", "report")

/* What the facts of a receipt are called here, and there.              framework/wire/receipt.h */
#define REPORT_CLAIMS(X)                                                                           \
    X(issued_at, 6)                                                                                \
    X(boot_id, -70101)                                                                             \
    X(sequence, -70102)                                                                            \
    X(measurement, -70104)                                                                         \
    X(policy, -70105)                                                                              \
    X(task_id, -70106)                                                                             \
    X(input_commitment, -70107)                                                                    \
    X(output_commitment, -70108)                                                                   \
    X(zone_bytes, -70110)                                                                          \
    X(restored_bytes, -70111)                                                                      \
    X(golden, -70112)                                                                              \
    X(mismatches, -70113)                                                                          \
    X(registers_cleared, -70114)                                                                   \
    X(key_destroyed, -70115)                                                                       \
    X(time_us, -70116)                                                                             \
    X(memory_peak, -70117)                                                                         \
    X(steps, -70118)

/* The tables, for the page: {words: {..}, rows: [..], links: [..], claims: {..}}. */
json_t *words_json(void);

/* A template, filled in from an object of facts; what is not there is "-". Free with free(). */
char *words_fill(const char *template, const json_t *facts);

#endif
