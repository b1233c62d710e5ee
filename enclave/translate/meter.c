#include "enclave/translate/meter.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "enclave/translate/rounds.h"

/* Where wasm2c's own instructions end and the module begins. */
static const char module_begins[] = "\nstatic bool s_module_initialized = false;\n";
static const char prologue[] = "  FUNC_PROLOGUE;";

static int is_line(const struct line *line, const char *text)
{
    return line->size == strlen(text) && memcmp(line->text, text, line->size) == 0;
}

static int is_loop(const struct line *line)
{
    return line_begins(line, "w2c_L") && line_ends(line, ": ");
}

static int is_label(const struct line *line)
{
    return is_loop(line) || (line_begins(line, "w2c_") && line_ends(line, ":;"));
}

static int is_choice(const struct line *line)
{
    return line_begins(line, "case ") || line_begins(line, "default:");
}

static int is_statement(const struct line *line)
{
    return line_ends(line, ";") && !is_label(line) && !is_choice(line) &&
           !line_begins(line, "FUNC_");
}

/*
 * A branch that may not be taken is one line: it moves its values, and goes. Where the moves begin,
 * and how many there are; 0: it is no such line, or moves nothing.
 */
static size_t find_moves(uint32_t *count, const struct line *line)
{
    const char *begin = is_choice(line)             ? memchr(line->text, ':', line->size)
                        : line_begins(line, "if (") ? memchr(line->text, '{', line->size)
                                                    : NULL;

    *count = line_count(line, ';');
    if (begin == NULL || *count < 2) {
        return 0;
    }
    --*count;
    return (size_t)(begin - line->text) + 1;
}

/* 1 where what follows `line` can be come to without what stands before it. */
static int is_boundary(const struct line *line, const struct line *next)
{
    return is_label(line) || line_ends(line, "{") || line_begins(line, "}") ||
           next->indent < line->indent;
}

static size_t count_lines(const char *text, size_t size)
{
    size_t count = 0;

    for (size_t i = 0; i < size; i++) {
        count += text[i] == '\n';
    }
    return count;
}

static struct line line_at(const char *text, const char *end)
{
    const char *stop = memchr(text, '\n', (size_t)(end - text));
    struct line line = {.text = text, .size = (size_t)(stop - text)};

    while (line.indent < line.size && text[line.indent] == ' ') {
        line.indent++;
    }
    return line;
}

static enum pobf_status split(struct lines *lines, const char *text, size_t size)
{
    const char *const end = text + size;

    lines->count = count_lines(text, size);
    lines->at = calloc(lines->count + 1, sizeof *lines->at);
    if (lines->at == NULL) {
        return POBF_E_SYSTEM;
    }
    for (size_t i = 0; i < lines->count; i++) {
        lines->at[i] = line_at(text, end);
        text += lines->at[i].size + 1;
    }
    return text == end ? POBF_OK : POBF_E_INPUT; /* the last line has its end, too */
}

/* Locals stand before the prologue, at " = 0" each; the function's head begins without a space. */
static uint32_t count_locals(const struct lines *lines, size_t begin)
{
    uint32_t count = 0;

    for (size_t i = begin; i-- > 0 && lines->at[i].indent > 0;) {
        count += line_count(&lines->at[i], '=');
    }
    return count;
}

/* Weigh a function from its prologue, at `begin`, to its last brace: where, and how much, is paid. */
static size_t weigh(const struct lines *lines, size_t begin)
{
    size_t paid_at = begin;
    size_t i = begin + 1;

    lines->at[begin].steps = 1 + count_locals(lines, begin);
    for (; i < lines->count && !is_line(&lines->at[i], "}"); i++) {
        if (i > begin + 1 && is_boundary(&lines->at[i - 1], &lines->at[i])) {
            paid_at = i;
        }
        if (is_statement(&lines->at[i])) { /* one, or moves and a branch */
            lines->at[paid_at].steps += line_count(&lines->at[i], ';');
        }
    }
    return i;
}

/*
 * A type is registered at every start of the module: here it gets its number, the line of the first
 * one that is the same. Types that are the same are written in the same words.
 */
static int is_type(const struct line *line)
{
    return line_begins(line, "func_types[") && memchr(line->text, '(', line->size) != NULL;
}

static int is_same_type(const struct line *a, const struct line *b)
{
    const char *of_a = memchr(a->text, '(', a->size);
    const char *of_b = memchr(b->text, '(', b->size);
    const size_t size = (size_t)(a->text + a->size - of_a);

    return size == (size_t)(b->text + b->size - of_b) && memcmp(of_a, of_b, size) == 0;
}

static void print_type(FILE *out, const struct lines *lines, size_t i)
{
    const struct line *line = &lines->at[i];
    const char *equals = memchr(line->text, '=', line->size);
    size_t first = i;
    size_t number = 1;

    while (is_type(&lines->at[first - 1])) { /* a function's head is before all of them */
        first--;
    }
    while (!is_same_type(&lines->at[first + number - 1], line)) {
        number++;
    }
    fprintf(out, "%.*s= %zu;\n", (int)(equals - line->text), line->text, number);
}

/*
 * A loop asks at its head, right behind the label; whatever else is paid is paid without asking. It
 * stands before all that is made of the line: what is behind a label may be the next loop's.
 */
static void print_charge(FILE *out, const struct lines *lines, size_t i)
{
    const uint32_t steps = lines->at[i].steps;

    if (is_line(&lines->at[i], prologue)) {
        fprintf(out, "  WASM_ENTER(%u);\n", steps);
    } else if (i > 0 && is_loop(&lines->at[i - 1])) {
        fprintf(out, "WASM_CHARGE_LOOP(%u);\n", steps + 1);
    } else if (steps > 0) {
        fprintf(out, "WASM_CHARGE(%u);\n", steps);
    }
}

/* What a branch on one line moves is paid where it is taken. */
static void print_line(FILE *out, const struct line *line)
{
    uint32_t moves;
    const size_t moves_at = find_moves(&moves, line);

    fprintf(out, "%.*s", (int)moves_at, line->text);
    if (moves_at > 0) {
        fprintf(out, " WASM_CHARGE(%u);", moves);
    }
    fprintf(out, "%.*s\n", (int)(line->size - moves_at), line->text + moves_at);
}

static void print_text(FILE *out, const struct line *line)
{
    fprintf(out, "%.*s\n", (int)line->size, line->text);
}

/* Where all of a loop can be paid before it begins, that; else the loop that pays for each round. */
static void print_rounds(FILE *out, const struct lines *lines, size_t first,
                         const struct rounds *rounds)
{
    fprintf(out, "if (WASM_PAY_ROUNDS(%.*s, %.*s, %.*s, %u)) {\ndo {\n", (int)rounds->local.size,
            rounds->local.text, (int)rounds->end.size, rounds->end.text, (int)rounds->step.size,
            rounds->step.text, lines->at[first + 1].steps + 1);
    for (size_t i = first + 1; i < rounds->last; i++) {
        print_text(out, &lines->at[i]);
    }
    fprintf(out, "} while (%.*s);\n} else {\n", (int)rounds->goes_on.size, rounds->goes_on.text);
}

static enum pobf_status write_lines(FILE *out, const struct lines *lines)
{
    struct rounds rounds;
    size_t closes = SIZE_MAX; /* behind the end of a loop that is there twice */

    for (size_t i = 0; i < lines->count; i++) {
        if (is_line(&lines->at[i], prologue)) {
            if (weigh(lines, i) == lines->count) {
                return POBF_E_INPUT;
            }
        }
        print_charge(out, lines, i);
        if (is_loop(&lines->at[i]) && rounds_find(&rounds, lines, i)) {
            print_rounds(out, lines, i, &rounds);
            closes = rounds.last;
        }
        if (is_type(&lines->at[i])) {
            print_type(out, lines, i);
        } else if (!is_line(&lines->at[i], prologue)) {
            print_line(out, &lines->at[i]);
        }
        if (i == closes) {
            fputs("}\n", out);
        }
    }
    return ferror(out) ? POBF_E_SYSTEM : POBF_OK;
}

enum pobf_status meter_module(FILE *out, const char *text, size_t size)
{
    const char *begin = memmem(text, size, module_begins, sizeof module_begins - 1);
    struct lines lines = {.at = NULL};
    enum pobf_status status;

    if (begin == NULL) {
        return POBF_E_INPUT;
    }
    begin++;
    status = split(&lines, begin, size - (size_t)(begin - text));
    if (status == POBF_OK) {
        status = write_lines(out, &lines);
    }
    free(lines.at);
    return status;
}
