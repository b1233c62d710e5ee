#include "verifier/log/quorum.h"

#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = QUORUM_MEMBERS_MAX + 3, LINE_ROOM = 4096 };

/* A line, cut into words. */
struct words {
    char line[LINE_ROOM];
    char *word[WORDS_MAX];
    size_t count;
};

/* 0 where there is more than fits. */
static int cut(struct words *words, const char *text, size_t size)
{
    char *rest = NULL;

    words->count = 0;
    if (size >= sizeof words->line) {
        return 0;
    }
    memcpy(words->line, text, size);
    words->line[size] = '\0';
    for (char *word = strtok_r(words->line, " \t", &rest); word != NULL;
         word = strtok_r(NULL, " \t", &rest)) {
        if (words->count == WORDS_MAX) {
            return 0;
        }
        words->word[words->count++] = word;
    }
    return 1;
}

static int find(const struct quorum *quorum, const char *name)
{
    for (size_t i = 0; i < quorum->count; i++) {
        if (strcmp(quorum->member[i].name, name) == 0) {
            return (int)i;
        }
    }
    return QUORUM_NONE;
}

static struct quorum_member *declare(struct quorum *quorum, const char *name)
{
    struct quorum_member *member = &quorum->member[quorum->count];

    if (quorum->count == QUORUM_MEMBERS_MAX || strlen(name) >= sizeof member->name ||
        strcmp(name, "none") == 0 || find(quorum, name) != QUORUM_NONE) {
        return NULL;
    }
    quorum->count++;
    memcpy(member->name, name, strlen(name) + 1);
    return member;
}

static int take_log(struct quorum *quorum, const struct words *words)
{
    return (words->count == 2 || words->count == 3) && quorum->log.name[0] == '\0' &&
           note_key_parse(&quorum->log, words->word[1]) == POBF_OK &&
           quorum->log.type == NOTE_SIGNATURE;
}

/* One key under two names would count twice. */
static int is_new_key(const struct quorum *quorum, const struct quorum_member *witness)
{
    for (size_t i = 0; i < quorum->count; i++) {
        const struct quorum_member *other = &quorum->member[i];

        if (other != witness && !other->is_group &&
            memcmp(other->key.public_key, witness->key.public_key, sizeof other->key.public_key) ==
                0) {
            return 0;
        }
    }
    return 1;
}

static int take_witness(struct quorum *quorum, const struct words *words)
{
    struct quorum_member *witness =
        words->count == 3 || words->count == 4 ? declare(quorum, words->word[1]) : NULL;

    if (witness == NULL || note_key_parse(&witness->key, words->word[2]) != POBF_OK ||
        witness->key.type != NOTE_COSIGNATURE || !is_new_key(quorum, witness)) {
        return 0;
    }
    if (words->count == 4) {
        if (strlen(words->word[3]) >= sizeof witness->url) {
            return 0;
        }
        memcpy(witness->url, words->word[3], strlen(words->word[3]) + 1);
    }
    return 1;
}

/* How many of `count` must hold; 0 where the word does not say so. */
static uint32_t parse_needed(const char *word, uint32_t count)
{
    const char *end = NULL;
    uint64_t number;

    if (strcmp(word, "any") == 0) {
        return 1;
    }
    if (strcmp(word, "all") == 0) {
        return count;
    }
    number = checkpoint_number(word, &end);
    return end != NULL && *end == '\0' && number <= count ? (uint32_t)number : 0;
}

static int take_group(struct quorum *quorum, const struct words *words)
{
    uint32_t members = 0;
    struct quorum_member *group;

    for (size_t i = 3; i < words->count; i++) {
        const int place = find(quorum, words->word[i]);

        if (place == QUORUM_NONE || (members >> place & 1) != 0) {
            return 0;
        }
        members |= UINT32_C(1) << place;
    }
    group = words->count > 3 ? declare(quorum, words->word[1]) : NULL;
    if (group == NULL) {
        return 0;
    }
    group->is_group = 1;
    group->members = members;
    group->needed = parse_needed(words->word[2], (uint32_t)words->count - 3);
    return group->needed > 0;
}

static int take_quorum(struct quorum *quorum, const struct words *words, int *is_done)
{
    if (words->count != 2) {
        return 0;
    }
    *is_done = 1;
    quorum->needed = find(quorum, words->word[1]);
    return quorum->needed != QUORUM_NONE || strcmp(words->word[1], "none") == 0;
}

static int take_line(struct quorum *quorum, const struct words *words, int *is_done)
{
    const char *first = words->count > 0 ? words->word[0] : "#";

    if (*first == '#') {
        return 1;
    }
    if (*is_done) {
        return 0;
    }
    if (strcmp(first, "log") == 0) {
        return take_log(quorum, words);
    }
    if (strcmp(first, "witness") == 0) {
        return take_witness(quorum, words);
    }
    if (strcmp(first, "group") == 0) {
        return take_group(quorum, words);
    }
    return strcmp(first, "quorum") == 0 && take_quorum(quorum, words, is_done);
}

enum pobf_status quorum_parse(struct quorum *quorum, const char *text, size_t *line)
{
    int is_done = 0, is_good = 1;
    struct words words;

    memset(quorum, 0, sizeof *quorum);
    quorum->needed = QUORUM_NONE;
    for (*line = 0; is_good && *text != '\0';) {
        const size_t size = strcspn(text, "\n");

        ++*line;
        is_good = cut(&words, text, size) && take_line(quorum, &words, &is_done);
        text += size + (text[size] == '\n');
    }
    if (!is_good || !is_done || quorum->log.name[0] == '\0') {
        memset(quorum, 0, sizeof *quorum);
        return POBF_E_INPUT;
    }
    return POBF_OK;
}

uint32_t quorum_witnesses(const struct quorum *quorum, const struct note *note)
{
    uint32_t witnesses = 0;

    for (size_t i = 0; i < quorum->count; i++) {
        if (!quorum->member[i].is_group &&
            note_verify(note, &quorum->member[i].key, NULL) == POBF_OK) {
            witnesses |= UINT32_C(1) << i;
        }
    }
    return witnesses;
}

int quorum_is_asked(const struct quorum *quorum, size_t member)
{
    return !quorum->member[member].is_group && quorum->member[member].url[0] != '\0';
}

/* Members are declared before they are used, so one pass in order is enough. */
int quorum_holds(const struct quorum *quorum, uint32_t witnesses)
{
    uint32_t holding = 0;

    for (size_t i = 0; i < quorum->count; i++) {
        const struct quorum_member *member = &quorum->member[i];
        const int holds =
            member->is_group
                ? (uint32_t)__builtin_popcount(holding & member->members) >= member->needed
                : (witnesses >> i & 1) != 0;

        holding |= (uint32_t)holds << i;
    }
    return quorum->needed == QUORUM_NONE || (holding >> quorum->needed & 1) != 0;
}

void quorum_judge(struct checks *checks, const struct quorum *quorum, const struct note *note)
{
    struct check *check = checks_add(checks, "log.witnesses", 1,
                                     "ask for a checkpoint that more witnesses have signed");
    const uint32_t witnesses = quorum_witnesses(quorum, note);
    char expected[CHECK_TEXT_ROOM], seen[CHECK_TEXT_ROOM];

    snprintf(expected, sizeof expected, "quorum %.100s",
             quorum->needed == QUORUM_NONE ? "none" : quorum->member[quorum->needed].name);
    snprintf(seen, sizeof seen, "%d witnesses of the policy", __builtin_popcount(witnesses));
    check_judge(check, quorum_holds(quorum, witnesses), expected, seen);
}
