#include "verifier/client/neighbours.h"

#include <string.h>

#include <sodium.h>

#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "edge/statement/intent.h"
#include "framework/wire/cose.h"
#include "verifier/client/folder.h"
#include "verifier/client/kind.h"
#include "verifier/log/gaps.h"

enum { OTHERS_MAX = 1000 };

struct search {
    const struct appraisal *appraisal;
    struct gaps *gaps;
    json_t *others;
    int code;
};

static void keep_other(struct search *search, const struct input *input)
{
    char text[sodium_base64_ENCODED_LEN(POBF_RECEIPT_ROOM, sodium_base64_VARIANT_ORIGINAL)];

    if (json_array_size(search->others) < OTHERS_MAX && input->size <= POBF_RECEIPT_ROOM) {
        sodium_bin2base64(text, sizeof text, input->bytes, input->size,
                          sodium_base64_VARIANT_ORIGINAL);
        json_array_append_new(search->others, json_string(text));
    }
}

static void take_receipt(struct search *search, const char *path, const struct input *input)
{
    const struct pobf_evidence *evidence = &search->appraisal->evidence;
    struct pobf_receipt receipt;

    if (pobf_receipt_parse(&receipt, input->bytes, input->size) != POBF_OK) {
        talk_say("%s: a receipt that is damaged is not counted", path);
    } else if (memcmp(receipt.boot_id, evidence->boot_id, sizeof receipt.boot_id) != 0) {
        return;
    } else if (pobf_cose_verify(input->bytes, input->size, evidence->receipt_key) != POBF_OK) {
        talk_say("%s: a receipt that this boot's key has not signed is not counted", path);
    } else if (gaps_add(search->gaps, input->bytes, input->size) != POBF_OK) {
        search->code = talk_error(POBF_E_SYSTEM, path, NULL);
    } else {
        keep_other(search, input);
    }
}

/* Unsigned, but it can only be an alarm: that a call of this boot has no receipt. */
static void take_crash(struct search *search, const char *path, const struct input *input)
{
    struct intent intent;

    if (intent_parse(&intent, input->bytes, input->size) != POBF_OK) {
        talk_say("%s: a host's statement that is damaged is not counted", path);
    } else if (memcmp(intent.boot_id, search->appraisal->evidence.boot_id, sizeof intent.boot_id) ==
                   0 &&
               gaps_add_crash(search->gaps, input->bytes, input->size) != POBF_OK) {
        search->code = talk_error(POBF_E_SYSTEM, path, NULL);
    }
}

static void take(void *context, const char *path, enum folder_entry entry)
{
    struct search *search = context;
    struct input input = {NULL, 0};

    if (folder_is_part(path) || folder_is_journal(path)) {
        return; /* a host works there: what it has recorded has a name of its own */
    }
    if (entry != FOLDER_FILE ||
        file_read(&input.bytes, &input.size, path, FOLDER_FILE_MAX) != POBF_OK) {
        talk_say("%s: cannot be read", path);
        search->code = talk_exit_code(POBF_E_SYSTEM);
    } else if (kind_find(&input) == KIND_RECEIPT) {
        take_receipt(search, path, &input);
    } else if (kind_find(&input) == KIND_CRASH) {
        take_crash(search, path, &input);
    }
    input_free(&input);
}

static void tell(void *context, const struct gap *gap)
{
    json_array_append_new(context, gap_json(gap));
}

int neighbours_find(struct neighbours *neighbours, const char *folder,
                    const struct appraisal *appraisal, const struct input *receipt)
{
    struct search search = {appraisal, NULL, json_array(), INPUT_GO_ON};
    json_t *list = json_array();
    struct gaps_sum sum;

    *neighbours = (struct neighbours){.others = search.others};
    if (gaps_open(&search.gaps) != POBF_OK) {
        json_decref(list);
        return talk_error(POBF_E_SYSTEM, folder, NULL);
    }
    take_receipt(&search, "--receipt", receipt);
    json_array_clear(search.others); /* the page has the receipt itself */
    folder_walk(folder, take, &search);
    sum = gaps_find(search.gaps, tell, list);
    gaps_close(search.gaps);
    neighbours->alarms = sum.count;
    neighbours->gaps = json_pack("{s:I, s:o}", "receipts", (json_int_t)sum.receipts, "gaps", list);
    return search.code;
}

void neighbours_free(struct neighbours *neighbours)
{
    json_decref(neighbours->gaps);
    json_decref(neighbours->others);
}
