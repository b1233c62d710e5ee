#include "verifier/log/gaps.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

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

/* NULL where memory ran out. */
static struct gap_link *add_link(struct gaps *gaps)
{
    struct gap_link *link = make_room(gaps) == POBF_OK ? &gaps->links[gaps->count++] : NULL;

    if (link != NULL) {
        *link = (struct gap_link){.source = GAP_OF_RECEIPT};
    }
    return link;
}

enum pobf_status gaps_add(struct gaps *gaps, const uint8_t *receipt, size_t size)
{
    struct pobf_receipt parsed;
    struct gap_link *link;
    const enum pobf_status status = pobf_receipt_parse(&parsed, receipt, size);

    if (status != POBF_OK) {
        return status;
    }
    link = add_link(gaps);
    if (link == NULL) {
        return POBF_E_SYSTEM;
    }
    link->sequence = parsed.sequence;
    memcpy(link->boot_id, parsed.boot_id, sizeof link->boot_id);
    memcpy(link->previous, parsed.previous, sizeof link->previous);
    crypto_hash_sha256(link->digest, receipt, size);
    return POBF_OK;
}

enum pobf_status gaps_add_intent(struct gaps *gaps, const struct intent *intent)
{
    struct gap_link *link = add_link(gaps);

    if (link == NULL) {
        return POBF_E_SYSTEM;
    }
    link->source = GAP_OF_INTENT;
    link->sequence = intent->sequence;
    link->at_s = intent->at_s;
    memcpy(link->boot_id, intent->boot_id, sizeof link->boot_id);
    return POBF_OK;
}

enum pobf_status gaps_add_crash(struct gaps *gaps, const uint8_t *statement, size_t size)
{
    struct intent intent;
    enum pobf_status status = intent_parse(&intent, statement, size);

    if (status == POBF_OK) {
        status = gaps_add_intent(gaps, &intent);
    }
    if (status == POBF_OK) {
        struct gap_link *link = &gaps->links[gaps->count - 1];

        link->source = GAP_OF_CRASH;
        crypto_hash_sha256(link->digest, statement, size);
    }
    return status;
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
    if (left->source != right->source) {
        return left->source < right->source ? -1 : 1;
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

    gap.at_s = kind == GAP_CRASH || kind == GAP_OPEN ? link->at_s : 0;
    memcpy(gap.boot_id, link->boot_id, sizeof gap.boot_id);
    return gap;
}

int gaps_is_closed(const struct gap_link *before, const struct gap_link *link)
{
    return link->source == GAP_OF_INTENT && is_same_boot(before, link) &&
           before->sequence == link->sequence;
}

/* Nothing is wrong with one that follows as it should, and is a receipt. */
static size_t judge_next(struct gap gaps[1], const struct gap_link *before,
                         const struct gap_link *link, int is_next)
{
    static const enum gap_kind kinds[] = {[GAP_OF_CRASH] = GAP_CRASH, [GAP_OF_INTENT] = GAP_OPEN};

    if (link->source != GAP_OF_RECEIPT) {
        gaps[0] = gap_of(kinds[link->source], link);
    } else if (before != NULL && before->source == GAP_OF_CRASH) {
        gaps[0] = gap_of(GAP_DENIED, link); /* its boot went on */
    } else if (is_next && !names(link, before)) {
        gaps[0] = gap_of(GAP_CHAIN, link);
    } else {
        return 0;
    }
    return 1;
}

size_t gaps_between(struct gap gaps[GAPS_BETWEEN], const struct gap_link *before,
                    const struct gap_link *link)
{
    uint64_t last = 0; /* that is accounted for */
    size_t count = 0;

    before = is_same_boot(before, link) ? before : NULL;
    if (before != NULL && link->sequence == before->sequence) {
        gaps[0] = gap_of(link->source != before->source ? GAP_DENIED : GAP_FORK, link);
        return 1;
    }
    if (before != NULL) {
        /* A boot that went on has ended the call before, and there is no receipt of it. */
        last = before->sequence - (before->source == GAP_OF_INTENT);
    }
    if (link->sequence > last + 1) {
        gaps[count] = gap_of(GAP_MISSING, link);
        gaps[count].from = last + 1;
        gaps[count++].to = link->sequence - 1;
    }
    return count + judge_next(gaps + count, before, link, count == 0);
}

json_t *gap_json(const struct gap *gap)
{
    static const char *const words[] = {
        [GAP_MISSING] = "missing", [GAP_FORK] = "fork",     [GAP_CHAIN] = "chain",
        [GAP_CRASH] = "crash",     [GAP_DENIED] = "denied", [GAP_OPEN] = "open",
    };
    char boot[2 * POBF_BOOT_ID_BYTES + 1];
    json_t *json;

    sodium_bin2hex(boot, sizeof boot, gap->boot_id, sizeof gap->boot_id);
    json = json_pack("{s:s, s:s, s:I, s:I}", "kind", words[gap->kind], "boot", boot, "from",
                     (json_int_t)gap->from, "to", (json_int_t)gap->to);
    if (gap->kind == GAP_CRASH || gap->kind == GAP_OPEN) {
        json_object_set_new(json, "at", json_integer((json_int_t)gap->at_s));
    }
    return json;
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

        if (gaps_is_closed(before, link)) {
            continue;
        }
        if (goes_on && compare(before, link) == 0) {
            sum.repeated++;
            continue;
        }
        count = gaps_between(found, before, link);
        for (size_t j = 0; j < count; j++) {
            tell(context, &found[j]);
        }
        sum.count += count - (link->source == GAP_OF_INTENT);
        sum.receipts += link->source == GAP_OF_RECEIPT;
        sum.crashes += link->source == GAP_OF_CRASH;
        sum.open += link->source == GAP_OF_INTENT;
        sum.boots += !goes_on;
        before = link;
    }
    return sum;
}
