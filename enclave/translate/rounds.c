#include "enclave/translate/rounds.h"

#include <ctype.h>

/*
 * How such a loop ends, line by line. A capital stands for one word, the same each time:
 * A, B, D the stack's; L the local, S its step, E what it comes to, which is 0 in the last shape.
 */
enum { WORDS = 'Z' - 'A' + 1, SHAPE_LINES = 6 };

static const char *const shapes[][SHAPE_LINES] = {
    {"A = L;", "B = S;", "A += B;", "L = A;", "B = E;", "A = A != B;"},
    {"A = E;", "B = L;", "D = S;", "B += D;", "L = B;", "A = A != B;"},
    {"A = L;", "B = S;", "A += B;", "L = A;"},
};
static const char branch[] = "if (A) {goto X;}";

/* What begins so is called like a function, and neither ends a call nor is one of the module's: w2c_, Z_. */
static const char *const harmless[] = {"i32_load",  "i64_load",  "f32_load",  "f64_load",
                                       "i32_store", "i64_store", "f32_store", "f64_store",
                                       "I32_ROT",   "I64_ROT",   "I32_CLZ",   "I64_CLZ",
                                       "I32_CTZ",   "I64_CTZ",   "FMIN",      "FMAX"};

static int is_of_word(char sign)
{
    return isalnum((unsigned char)sign) || sign == '_';
}

static size_t word_size(const char *text, const char *end)
{
    size_t size = 0;

    while (text + size < end && is_of_word(text[size])) {
        size++;
    }
    return size;
}

static int is_same(const struct word *a, const struct word *b)
{
    return a->size == b->size && memcmp(a->text, b->text, a->size) == 0;
}

/* The word that stands here is the one of this letter, which it becomes where there is none. */
static size_t take_word(struct word *of_letter, const char *text, const char *end)
{
    const struct word seen = {text, word_size(text, end)};

    if (of_letter->size == 0) {
        *of_letter = seen;
    }
    return is_same(of_letter, &seen) ? seen.size : 0;
}

static int matches(struct word words[WORDS], const struct line *line, const char *shape)
{
    const char *const end = line->text + line->size;
    const char *text = line->text + line->indent;

    for (; *shape != '\0' && text < end; shape++) {
        const size_t size = isupper((unsigned char)*shape)
                                ? take_word(&words[*shape - 'A'], text, end)
                                : *text == *shape;

        if (size == 0) {
            return 0;
        }
        text += size;
    }
    return *shape == '\0' && text == end;
}

static int is_number(const struct word *word)
{
    return word->size > 0 && isdigit((unsigned char)word->text[0]);
}

static int is_variable(const struct word *word, const char *kinds)
{
    static const char prefix[] = "w2c_";
    const size_t size = sizeof prefix - 1;

    return word->size > size + 1 && memcmp(word->text, prefix, size) == 0 &&
           strchr(kinds, word->text[size]) != NULL && isdigit((unsigned char)word->text[size + 1]);
}

static int is_harmless(const char *name, size_t size)
{
    for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++) {
        const size_t length = strlen(harmless[i]);

        if (size >= length && memcmp(name, harmless[i], length) == 0) {
            return 1;
        }
    }
    return 0;
}

/* One assignment or store; it can end the call by an address alone. */
static int is_plain(const struct line *line)
{
    const char *const end = line->text + line->size;

    if (!line_ends(line, ";") || line_ends(line, ":;") || line_count(line, ';') != 1 ||
        line_count(line, '{') != 0 || line_begins(line, "goto ") || line_begins(line, "return") ||
        line_begins(line, "UNREACH")) {
        return 0;
    }
    for (const char *at = line->text + line->indent; at < end;) {
        const size_t size = word_size(at, end);

        if (size > 0 && at + size < end && at[size] == '(' && !is_harmless(at, size)) {
            return 0;
        }
        at += size > 0 ? size : 1;
    }
    return 1;
}

/* In how many lines of the loop a word is what is assigned to. */
static size_t count_changes(const struct lines *lines, size_t first, size_t last,
                            const struct word *word)
{
    size_t count = 0;

    for (size_t i = first; i < last; i++) {
        const struct line *line = &lines->at[i];
        const char *text = line->text + line->indent;
        const struct word left = {text, word_size(text, line->text + line->size)};

        count += (size_t)is_same(&left, word);
    }
    return count;
}

static int has_shape(struct word words[WORDS], const struct lines *lines, size_t first, size_t last,
                     const char *const shape[SHAPE_LINES])
{
    size_t count = 0;

    while (count < SHAPE_LINES && shape[count] != NULL) {
        count++;
    }
    if (last - first < count) {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (!matches(words, &lines->at[last - count + i], shape[i])) {
            return 0;
        }
    }
    return 1;
}

/* The words are what they stand for: numbers of 32 bits, of which only the local changes, and once. */
static int is_counted(struct rounds *rounds, struct word words[WORDS], const struct lines *lines,
                      size_t first)
{
    static const char zero[] = "0u";
    const struct word none = {zero, sizeof zero - 1};
    const struct word *end = words['E' - 'A'].size > 0 ? &words['E' - 'A'] : &none;
    const struct word *local = &words['L' - 'A'];

    rounds->local = *local;
    rounds->end = *end;
    rounds->step = words['S' - 'A'];
    rounds->goes_on = words['A' - 'A'];
    return is_variable(&rounds->goes_on, "i") && !is_same(&rounds->goes_on, &words['B' - 'A']) &&
           is_variable(local, "lp") && count_changes(lines, first, rounds->last, local) == 1 &&
           is_number(&rounds->step) &&
           (is_number(end) ||
            (is_variable(end, "lp") && count_changes(lines, first, rounds->last, end) == 0));
}

int rounds_find(struct rounds *rounds, const struct lines *lines, size_t first)
{
    const struct line *label = &lines->at[first];
    const char *name = label->text + label->indent;
    const struct word own = {name, word_size(name, label->text + label->size)};

    rounds->last = first + 1;
    while (rounds->last < lines->count && is_plain(&lines->at[rounds->last])) {
        rounds->last++;
        if (rounds->last == lines->count || lines->at[rounds->last].steps != 0) {
            return 0; /* not all of it is paid at its head */
        }
    }
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0] && rounds->last < lines->count; i++) {
        struct word words[WORDS] = {['X' - 'A'] = own};

        if (matches(words, &lines->at[rounds->last], branch) &&
            has_shape(words, lines, first + 1, rounds->last, shapes[i])) {
            return is_counted(rounds, words, lines, first + 1);
        }
    }
    return 0;
}
