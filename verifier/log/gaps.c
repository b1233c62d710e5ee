#include "verifier/log/gaps.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "edge/statement/intent.h"

struct gaps {
    struct gap_link *links;
    size_t count;
    size_t room;
};

enum { FIRST_ROOM = 64 };

enum pobf_status gaps_open(struct gaps **gaps)
{
    *gaps = calloc(1, sizeof **gaps);
    return *gaps == NULL ? POBF_E_SYSTEM : POBF_OK;
}

void gaps_close(struct gaps *gaps)
{
    if (gaps != NULL) {
        free(gaps->links);
        free(gaps);
    }
}

static enum pobf_status make_room(struct gaps *gaps)
{
    const size_t room = gaps->room == 0 ? FIRST_ROOM : 2 * gaps->room;
    struct gap_link *larger;

    if (gaps->count < gaps->room) {
        return POBF_OK;
    }
    larger = realloc(gaps->links, room * sizeof *larger);
    if (larger == NULL) {
        return POBF_E_SYSTEM;
    }
    gaps->links = larger;
    gaps->room = room;
    return POBF_OK;
}

enum pobf_status gaps_add(struct gaps *gaps, const uint8_t *receipt, size_t size)
{
    struct pobf_receipt parsed;
    struct gap_link *link;
    enum pobf_status status = pobf_receipt_parse(&parsed, receipt, size);

    if (status == POBF_OK) {
        status = make_room(gaps);
    }
    if (status != POBF_OK) {
        return status;
    }
    link = &gaps->links[gaps->count++];
    link->is_crash = 0;
    link->sequence = parsed.sequence;
    memcpy(link->boot_id, parsed.boot_id, sizeof link->boot_id);
    memcpy(link->previous, parsed.previous, sizeof link->previous);
    crypto_hash_sha256(link->digest, receipt, size);
    return POBF_OK;
}

enum pobf_status gaps_add_crash(struct gaps *gaps, const uint8_t *statement, size_t size)
{
    struct intent intent;
    struct gap_link *link;
    enum pobf_status status = intent_parse(&intent, statement, size);

    if (status == POBF_OK) {
        status = make_room(gaps);
    }
    if (status != POBF_OK) {
        return status;
    }
    link = &gaps->links[gaps->count++];
    *link = (struct gap_link){.is_crash = 1, .sequence = intent.sequence};
    memcpy(link->boot_id, intent.boot_id, sizeof link->boot_id);
    crypto_hash_sha256(link->digest, statement, size);
    return POBF_OK;
}

static int compare(const void *a, const void *b)
{
    const struct gap_link *left = a, *right = b;
    const int boot = memcmp(left->boot_id, right->boot_id, sizeof left->boot_id);

    if (boot != 0) {
        return boot;
    }
    if (left->sequence != right->sequence) {
        return left->sequence < right->sequence ? -1 : 1;
    }
    if (left->is_crash != right->is_crash) {
        return left->is_crash - right->is_crash;
    }
    return memcmp(left->digest, right->digest, sizeof left->digest);
}

static int is_same_boot(const struct gap_link *a, const struct gap_link *b)
{
    return a != NULL && memcmp(a->boot_id, b->boot_id, sizeof a->boot_id) == 0;
}

/* The first receipt of a boot names none. */
static int names(const struct gap_link *link, const struct gap_link *before)
{
    static const uint8_t none[POBF_DIGEST_BYTES];

    return memcmp(link->previous, before != NULL ? before->digest : none, sizeof none) == 0;
}

static struct gap gap_of(enum gap_kind kind, const struct gap_link *link)
{
    struct gap gap = {.kind = kind, .from = link->sequence, .to = link->sequence};

    memcpy(gap.boot_id, link->boot_id, sizeof gap.boot_id);
    return gap;
}

size_t gaps_between(struct gap gaps[GAPS_BETWEEN], const struct gap_link *before,
                    const struct gap_link *link)
{
    const int after_crash = is_same_boot(before, link) && before->is_crash;
    uint64_t last;
    size_t count = 0;

    before = is_same_boot(before, link) ? before : NULL;
    last = before == NULL ? 0 : before->sequence;
    if (before != NULL && link->sequence == last) {
        gaps[0] = gap_of(link->is_crash && !after_crash ? GAP_DENIED : GAP_FORK, link);
        return 1;
    }
    if (link->sequence > last + 1) {
        gaps[count] = gap_of(GAP_MISSING, link);
        gaps[count].from = last + 1;
        gaps[count++].to = link->sequence - 1;
    }
    if (link->is_crash || after_crash) {
        gaps[count++] =
            gap_of(link->is_crash ? GAP_CRASH : GAP_DENIED, link); /* its boot went on */
    } else if (count == 0 && !names(link, before)) {
        gaps[count++] = gap_of(GAP_CHAIN, link);
    }
    return count;
}

json_t *gap_json(const struct gap *gap)
{
    static const char *const words[] = {
        [GAP_MISSING] = "missing", [GAP_FORK] = "fork",     [GAP_CHAIN] = "chain",
        [GAP_CRASH] = "crash",     [GAP_DENIED] = "denied",
    };
    char boot[2 * POBF_BOOT_ID_BYTES + 1];

    sodium_bin2hex(boot, sizeof boot, gap->boot_id, sizeof gap->boot_id);
    return json_pack("{s:s, s:s, s:I, s:I}", "kind", words[gap->kind], "boot", boot, "from",
                     (json_int_t)gap->from, "to", (json_int_t)gap->to);
}

struct gaps_sum gaps_find(struct gaps *gaps, void (*tell)(void *context, const struct gap *gap),
                          void *context)
{
    struct gaps_sum sum = {0};
    const struct gap_link *before = NULL;

    if (gaps->count > 0) {
        qsort(gaps->links, gaps->count, sizeof *gaps->links, compare);
    }
    for (size_t i = 0; i < gaps->count; i++) {
        const struct gap_link *link = &gaps->links[i];
        const int goes_on = is_same_boot(before, link);
        struct gap found[GAPS_BETWEEN];
        size_t count;

        if (goes_on && compare(before, link) == 0) {
            sum.repeated++;
            continue;
        }
        count = gaps_between(found, before, link);
        for (size_t j = 0; j < count; j++) {
            tell(context, &found[j]);
        }
        sum.count += count;
        sum.receipts += !link->is_crash;
        sum.crashes += (uint64_t)link->is_crash;
        sum.boots += !goes_on;
        before = link;
    }
    return sum;
}
