/*
 * A table of keys and values, and queries of it: what a store is asked, where nobody may see what.
 * Input: records "KEY<tab>VALUE", a line each, in the order of their keys (LC_ALL=C sort), none
 * twice; an empty line; then queries, a line each:
 *
 *   read KEY          its record; the key alone, without a tab, where there is none
 *   scan KEY COUNT    as many records, in order, from KEY or what follows it; then an empty line
 *   count PREFIX      how many keys begin so
 */
#include "pobf_function.h"

struct text {
    const uint8_t *at;
    size_t size;
};

struct record {
    struct text key;
    struct text line; /* all of it, as it is answered */
};

struct table {
    struct record *records;
    size_t count;
};

/* Where in the input we are; lines are counted from 1. */
struct reader {
    const uint8_t *at;
    const uint8_t *end;
    size_t line;
};

static void put_bytes(struct pobf_call *call, const void *bytes, size_t size)
{
    if (call->output_size <= call->output_room && size <= call->output_room - call->output_size) {
        __builtin_memcpy(call->output + call->output_size, bytes, size);
    }
    call->output_size += size; /* beyond the room: it is looked at once, at the end of a query */
}

static size_t length_of(const char *text)
{
    size_t length = 0;

    while (text[length] != '\0') {
        length++;
    }
    return length;
}

static void put_text(struct pobf_call *call, const char *text)
{
    put_bytes(call, text, length_of(text));
}

static void put_number(struct pobf_call *call, size_t number)
{
    char digits[21];
    char *at = digits + sizeof digits - 1;

    *at = '\0';
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    put_text(call, at);
}

static void put_line(struct pobf_call *call, struct text line)
{
    put_bytes(call, line.at, line.size);
    put_text(call, "\n");
}

/* The message of a failure stands alone in the output. */
static int fail(struct pobf_call *call, const struct reader *reader, const char *why)
{
    call->output_size = 0;
    put_text(call, "line ");
    put_number(call, reader->line);
    put_text(call, ": ");
    put_text(call, why);
    return 1;
}

static const uint8_t *find(const uint8_t *at, const uint8_t *end, uint8_t byte)
{
    while (at < end && *at != byte) {
        at++;
    }
    return at;
}

/* 0 at the end of the input. */
static int next_line(struct reader *reader, struct text *line)
{
    const uint8_t *stop = find(reader->at, reader->end, '\n');

    if (reader->at == reader->end) {
        return 0;
    }
    *line = (struct text){reader->at, (size_t)(stop - reader->at)};
    reader->at = stop < reader->end ? stop + 1 : stop;
    reader->line++;
    return 1;
}

/* As memcmp of what both have; a text that goes on is greater. */
static int compare(struct text a, struct text b)
{
    const int order = __builtin_memcmp(a.at, b.at, a.size < b.size ? a.size : b.size);

    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

static int begins_with(struct text text, struct text prefix)
{
    return text.size >= prefix.size && __builtin_memcmp(text.at, prefix.at, prefix.size) == 0;
}

/* Taken one after the other, records are an array: all have one size and alignment. */
static int add_record(struct pobf_call *call, struct table *table, const struct reader *reader,
                      struct text line)
{
    const struct text key = {line.at, (size_t)(find(line.at, line.at + line.size, '\t') - line.at)};
    struct record *record = pobf_arena_take(&call->arena, sizeof *record, _Alignof(struct record));

    if (record == NULL) {
        return fail(call, reader, "the arena has no room for more records");
    }
    if (key.size == 0 || key.size == line.size) {
        return fail(call, reader, "a record is a key, a tab and a value");
    }
    if (table->count > 0 && compare(table->records[table->count - 1].key, key) >= 0) {
        return fail(call, reader,
                    "the records are not in the order of their keys, or one is twice");
    }
    table->records = table->count == 0 ? record : table->records;
    table->records[table->count++] = (struct record){key, line};
    return 0;
}

static int read_table(struct pobf_call *call, struct table *table, struct reader *reader)
{
    struct text line;

    while (next_line(reader, &line)) {
        if (line.size == 0) {
            return 0;
        }
        if (add_record(call, table, reader, line) != 0) {
            return 1;
        }
    }
    return fail(call, reader, "the input ends without an empty line and queries");
}

/* The first record whose key is not less: their count where there is none. */
static size_t seek(const struct table *table, struct text key)
{
    size_t low = 0;
    size_t high = table->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (compare(table->records[middle].key, key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void answer_read(struct pobf_call *call, const struct table *table, struct text key)
{
    const size_t at = seek(table, key);
    const int found = at < table->count && compare(table->records[at].key, key) == 0;

    put_line(call, found ? table->records[at].line : key);
}

static void answer_scan(struct pobf_call *call, const struct table *table, struct text key,
                        size_t count)
{
    const size_t from = seek(table, key);

    for (size_t i = from; i < table->count && i - from < count; i++) {
        put_line(call, table->records[i].line);
    }
    put_text(call, "\n");
}

static void answer_count(struct pobf_call *call, const struct table *table, struct text prefix)
{
    size_t at = seek(table, prefix);
    size_t count = 0;

    while (at < table->count && begins_with(table->records[at].key, prefix)) {
        at++;
        count++;
    }
    put_number(call, count);
    put_text(call, "\n");
}

/* The next word of a line, which is cut off; what follows the last one is empty. */
static struct text take_word(struct text *line)
{
    const uint8_t *end = line->at + line->size;
    const uint8_t *stop = find(line->at, end, ' ');
    const struct text word = {line->at, (size_t)(stop - line->at)};

    line->at = stop < end ? stop + 1 : end;
    line->size = (size_t)(end - line->at);
    return word;
}

/* 0 where it is no number of one to seven digits, or is zero. */
static size_t number_of(struct text word)
{
    size_t number = 0;

    for (size_t i = 0; i < word.size; i++) {
        if (word.at[i] < '0' || word.at[i] > '9' || word.size > 7) {
            return 0;
        }
        number = number * 10 + (size_t)(word.at[i] - '0');
    }
    return number;
}

static int is_word(struct text word, const char *name)
{
    return compare(word, (struct text){(const uint8_t *)name, length_of(name)}) == 0;
}

static int answer(struct pobf_call *call, const struct table *table, const struct reader *reader,
                  struct text line)
{
    const struct text name = take_word(&line);
    const struct text key = take_word(&line);
    const size_t count = number_of(line);

    if (is_word(name, "read") && key.size > 0 && line.size == 0) {
        answer_read(call, table, key);
    } else if (is_word(name, "scan") && key.size > 0 && count > 0) {
        answer_scan(call, table, key, count);
    } else if (is_word(name, "count") && line.size == 0) {
        answer_count(call, table, key);
    } else {
        return fail(call, reader, "a query is: read KEY, scan KEY COUNT, or count PREFIX");
    }
    return call->output_size <= call->output_room
               ? 0
               : fail(call, reader, "the answers have no room in the output");
}

int pobf_function(struct pobf_call *call)
{
    struct reader reader = {call->input, call->input + call->input_size, 0};
    struct table table = {NULL, 0};
    struct text line;

    if (read_table(call, &table, &reader) != 0) {
        return 1;
    }
    while (next_line(&reader, &line)) {
        if (answer(call, &table, &reader, line) != 0) {
            return 1;
        }
    }
    return 0;
}
