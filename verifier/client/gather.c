#include "verifier/client/gather.h"

#include <stdio.h>
#include <string.h>

#include "edge/cli/file.h"
#include "edge/cli/progress.h"
#include "edge/cli/talk.h"
#include "verifier/client/folder.h"
#include "verifier/client/kind.h"
#include "verifier/log/cose_receipt.h"
#include "verifier/log/ongoing.h"

enum { REASON_ROOM = 512 };

struct gathering {
    struct collection *collection;
    const struct policy *policy;
    struct progress progress;
};

struct journal_at {
    struct gathering *gathering;
    const char *path;
};

/* The first check that failed; NULL where none did. */
static const struct check *find_failure(const struct checks *checks)
{
    for (size_t i = 0; i < checks->count; i++) {
        if (checks->item[i].result == CHECK_FAIL) {
            return &checks->item[i];
        }
    }
    return NULL;
}

static void add_failure(struct gathering *gathering, const char *path, enum kind kind,
                        const struct check *check)
{
    char reason[REASON_ROOM];

    snprintf(reason, sizeof reason, "%s: expected %s, seen %s", check->id, check->expected,
             check->seen);
    collection_add_bad(gathering->collection, path, kind_name(kind), reason, 1);
}

static void take_evidence(struct gathering *gathering, const char *path, const struct input *input)
{
    const struct appraisal_policy policy = policy_of(gathering->policy);
    const struct appraisal_input given = {.scope = APPRAISAL_EVIDENCE,
                                          .evidence = input_view(input),
                                          .certificate =
                                              input_view(&gathering->policy->certificate)};
    struct appraisal appraisal;
    const struct check *failure;

    appraisal_run(&appraisal, &given, &policy);
    failure = find_failure(&appraisal.checks);
    if (failure != NULL) {
        add_failure(gathering, path, KIND_EVIDENCE, failure);
    } else if (collection_add_boot(gathering->collection, path, &appraisal, input->bytes,
                                   input->size) != POBF_OK) {
        collection_add_bad(gathering->collection, path, kind_name(KIND_EVIDENCE),
                           "it names another receipt key than other evidence of its boot", 1);
    }
}

static void take_certificate(struct gathering *gathering, const char *path,
                             const struct input *input)
{
    const struct key *key = gathering->policy->certificate_key;
    struct checks checks = {.count = 0};
    struct certificate certificate;
    const struct check *failure;

    certificate_verify(&certificate, &checks, input->bytes, input->size, key);
    failure = find_failure(&checks);
    if (failure != NULL) {
        add_failure(gathering, path, KIND_CERTIFICATE, failure);
    } else {
        collection_add_certificate(gathering->collection, path, &certificate,
                                   checks_verdict(&checks) == VERDICT_AFFIRMED);
    }
}

static void take_damaged(struct gathering *gathering, const char *path, enum kind kind)
{
    collection_add_bad(gathering->collection, path, kind_name(kind), "it is damaged", 1);
}

/* A call that has no receipt, as its host states: an alarm, by whoever's word. */
static void take_crash(struct gathering *gathering, const char *path, const struct input *input)
{
    if (collection_add_crash(gathering->collection, input->bytes, input->size) != POBF_OK) {
        take_damaged(gathering, path, KIND_CRASH);
    }
}

/* A log that did not keep its word to a host: an alarm, too. */
static void take_alarm(struct gathering *gathering, const char *path, const struct input *input)
{
    if (collection_add_alarm(gathering->collection, path, input->bytes, input->size) != POBF_OK) {
        take_damaged(gathering, path, KIND_ALARM);
    }
}

/* What is neither a receipt nor what they are judged by is counted, if it is whole. */
static void take_other(struct gathering *gathering, const char *path, enum kind kind,
                       const struct input *input)
{
    json_t *says = kind_json(kind, input);

    if (says == NULL) {
        take_damaged(gathering, path, kind);
    }
    json_decref(says);
}

static enum pobf_status take_journaled(void *context, const uint8_t *bytes, size_t size)
{
    const struct journal_at *journal = context;

    return collection_add_receipt(journal->gathering->collection, journal->path, bytes, size);
}

static enum pobf_status take_open(void *context, const struct intent *intent)
{
    const struct journal_at *journal = context;

    return collection_add_open(journal->gathering->collection, intent);
}

/* Receipts are recorded there before they have files, and what is begun before it is over. */
static void take_journal(struct gathering *gathering, const char *path, const struct input *input)
{
    struct journal_at journal = {gathering, path};
    const struct ongoing ongoing = {take_journaled, take_open, &journal};

    collection_count(gathering->collection, "journal");
    collection_add_journal(gathering->collection, path);
    if (ongoing_read(input->bytes, input->size, &ongoing) != POBF_OK) {
        collection_add_bad(gathering->collection, path, "journal", ongoing_torn, 0);
    }
}

/* A proof that a log has written beside a receipt. */
static int is_cose_receipt(const struct input *input)
{
    struct cose_receipt receipt;

    return cose_receipt_parse(&receipt, input->bytes, input->size) == POBF_OK;
}

static void take_unknown(struct gathering *gathering, const char *path, const struct input *input)
{
    if (collection_add_hardware(gathering->collection, path, input->bytes, input->size) ==
        POBF_OK) {
        collection_count(gathering->collection, "result of appraise");
        return;
    }
    if (is_cose_receipt(input)) {
        collection_count(gathering->collection, "COSE Receipt");
        return;
    }
    collection_count(gathering->collection, kind_name(KIND_UNKNOWN));
    collection_add_bad(gathering->collection, path, kind_name(KIND_UNKNOWN),
                       "it is no file of pobf", 1);
}

static void take_input(struct gathering *gathering, const char *path, const struct input *input)
{
    const enum kind kind = kind_find(input);

    if (kind == KIND_UNKNOWN) {
        take_unknown(gathering, path, input);
        return;
    }
    collection_count(gathering->collection, kind_name(kind));
    if (kind == KIND_EVIDENCE) {
        take_evidence(gathering, path, input);
    } else if (kind == KIND_CERTIFICATE) {
        take_certificate(gathering, path, input);
    } else if (kind == KIND_CRASH) {
        take_crash(gathering, path, input);
    } else if (kind == KIND_ALARM) {
        take_alarm(gathering, path, input);
    } else if (kind != KIND_RECEIPT) {
        take_other(gathering, path, kind, input);
    } else if (collection_add_receipt(gathering->collection, path, input->bytes, input->size) !=
               POBF_OK) {
        take_damaged(gathering, path, kind);
    }
}

static void read_file(struct gathering *gathering, const char *path,
                      void (*take)(struct gathering *gathering, const char *path,
                                   const struct input *input))
{
    struct input input = {NULL, 0};
    const enum pobf_status status = file_read(&input.bytes, &input.size, path, FOLDER_FILE_MAX);

    if (status == POBF_OK) {
        take(gathering, path, &input);
    } else {
        collection_count(gathering->collection, "unreadable");
        collection_add_bad(gathering->collection, path, "unreadable", talk_sentence(status), 0);
    }
    input_free(&input);
}

static void take(void *context, const char *path, enum folder_entry entry)
{
    struct gathering *gathering = context;

    progress_step(&gathering->progress);
    if (folder_is_part(path)) {
        collection_count(gathering->collection, "being written");
        return; /* it may have its name by now: what is lost with it is missed */
    }
    if (entry == FOLDER_FILE && folder_is_journal(path)) {
        return; /* later */
    }
    if (entry == FOLDER_FILE) {
        read_file(gathering, path, take_input);
        return;
    }
    collection_count(gathering->collection, "unreadable");
    collection_add_bad(
        gathering->collection, path, "unreadable",
        entry == FOLDER_OTHER ? "it is neither a file nor a folder" : "it cannot be read", 0);
}

/* Last, so that no receipt is missed that a host has recorded meanwhile. */
static void take_later(void *context, const char *path, enum folder_entry entry)
{
    if (entry == FOLDER_FILE && folder_is_journal(path)) {
        read_file(context, path, take_journal);
    }
}

static void count(void *context, const char *path, enum folder_entry entry)
{
    (void)path;
    (void)entry;
    (*(uint64_t *)context)++;
}

void gather(struct collection *collection, const char *folder, const struct policy *policy)
{
    struct gathering gathering = {.collection = collection, .policy = policy};
    uint64_t total = 0;

    if (progress_is_seen()) {
        folder_walk(folder, count, &total);
    }
    progress_begin(&gathering.progress, "files", total);
    folder_walk(folder, take, &gathering);
    folder_walk(folder, take_later, &gathering);
    progress_end(&gathering.progress);
}

/* What only the exchange of a call can show. */
static int takes_exchange(const char *id)
{
    static const char *const beyond[] = {"evidence.nonce",
                                         "evidence.channel_key",
                                         "offer.",
                                         "exchange.",
                                         "receipt.task_id",
                                         "receipt.input_commitment",
                                         "receipt.output_commitment",
                                         "receipt.exit"};

    for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++) {
        if (strncmp(id, beyond[i], strlen(beyond[i])) == 0) {
            return 1;
        }
    }
    return 0;
}

/* The first thing that is wanting; NULL where nothing is. */
static const struct check *find_want(const struct checks *checks)
{
    for (size_t i = 0; i < checks->count; i++) {
        const struct check *check = &checks->item[i];

        if (check->mandatory && check->result != CHECK_PASS && !takes_exchange(check->id)) {
            return check;
        }
    }
    return NULL;
}

static struct collection_result judge(void *context, const struct collection_pair *pair)
{
    struct gathering *gathering = context;
    const struct appraisal_policy policy = policy_of(gathering->policy);
    const struct appraisal_input given = {
        .scope = APPRAISAL_INVOCATION,
        .evidence = {pair->evidence_bytes, pair->evidence_size},
        .receipt = {pair->receipt_bytes, pair->receipt_size},
        .certificate = input_view(&gathering->policy->certificate),
    };
    struct appraisal appraisal;
    const struct check *failure, *want;

    progress_step(&gathering->progress);
    appraisal_run(&appraisal, &given, &policy);
    failure = find_failure(&appraisal.checks);
    want = find_want(&appraisal.checks);
    if (failure != NULL) {
        return (struct collection_result){CHECK_FAIL, failure->id};
    }
    if (pair->evidence_bytes == NULL) {
        return (struct collection_result){CHECK_NOT_EVALUATED,
                                          "no evidence of its boot is here: pobf call keeps it"};
    }
    return want != NULL ? (struct collection_result){CHECK_NOT_EVALUATED, want->id}
                        : (struct collection_result){CHECK_PASS, ""};
}

void gather_judge(struct collection *collection, const struct span *span,
                  const struct policy *policy)
{
    struct gathering gathering = {.collection = collection, .policy = policy};

    progress_begin(
        &gathering.progress, "receipts",
        (uint64_t)collection_number(
            collection, "SELECT count(*) FROM receipt WHERE issued BETWEEN ?1 AND ?2", span));
    collection_judge(collection, span, judge, &gathering);
    progress_end(&gathering.progress);
}
