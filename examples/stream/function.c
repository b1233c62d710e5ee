/*
 * Counts over FASTA of any size, which comes part by part (pobf call --stream): records, letters,
 * the longest sequence, GC content. A part may begin and end anywhere: the counts so far are the
 * state.
 */
#include "pobf_function.h"
#include "pobf_stream.h"

enum { LETTERS = 26 };

struct counts {
    uint64_t records;
    uint64_t letters[LETTERS]; /* a and A alike */
    uint64_t others;
    uint64_t length;  /* of the sequence that is being read */
    uint64_t longest; /* of those before it */
    uint32_t in_line; /* 0: a line begins */
    uint32_t in_name;
};

static void end_sequence(struct counts *counts)
{
    if (counts->length > counts->longest) {
        counts->longest = counts->length;
    }
    counts->length = 0;
}

static void count_letter(struct counts *counts, uint8_t byte)
{
    const unsigned letter = (byte | 0x20U) - 'a';

    if (letter < LETTERS) {
        counts->letters[letter]++;
        counts->length++;
    } else if (byte > ' ') {
        counts->others++;
    }
}

/* -1: the first line is no name. */
static int count(struct counts *counts, const uint8_t *at, size_t size)
{
    for (const uint8_t *end = at + size; at < end; at++) {
        if (!counts->in_line && *at == '>') {
            end_sequence(counts);
            counts->records++;
            counts->in_name = 1;
        }
        if (counts->records == 0) {
            return -1;
        }
        if (!counts->in_name) {
            count_letter(counts, *at);
        }
        counts->in_line = *at != '\n';
        counts->in_name &= counts->in_line;
    }
    return 0;
}

static void put(struct pobf_call *call, const void *bytes, size_t size)
{
    if (size <= call->output_room - call->output_size) {
        __builtin_memcpy(call->output + call->output_size, bytes, size);
        call->output_size += size;
    }
}

static void put_text(struct pobf_call *call, const char *text)
{
    for (; *text != '\0'; text++) {
        put(call, text, 1);
    }
}

static void put_number(struct pobf_call *call, uint64_t number)
{
    if (number >= 10) {
        put_number(call, number / 10);
    }
    put(call, &"0123456789"[number % 10], 1);
}

static void put_row(struct pobf_call *call, const char *name, uint64_t number)
{
    put_text(call, name);
    put_text(call, "\t");
    put_number(call, number);
    put_text(call, "\n");
}

static void put_letters(struct pobf_call *call, const struct counts *counts)
{
    for (int i = 0; i < LETTERS; i++) {
        const char name[2] = {(char)('A' + i), '\0'};

        if (counts->letters[i] > 0) {
            put_row(call, name, counts->letters[i]);
        }
    }
    put_row(call, "others", counts->others);
}

static void put_result(struct pobf_call *call, struct counts *counts, uint64_t bytes)
{
    const uint64_t gc = counts->letters['g' - 'a'] + counts->letters['c' - 'a'];
    const uint64_t all = gc + counts->letters[0] + counts->letters['t' - 'a'];

    end_sequence(counts);
    put_row(call, "bytes", bytes);
    put_row(call, "records", counts->records);
    put_letters(call, counts);
    put_row(call, "longest", counts->longest);
    put_row(call, "gc_per_mille", all == 0 ? 0 : gc * 1000 / all);
}

static int fail(struct pobf_call *call, const char *why)
{
    put_text(call, why);
    return 1;
}

int pobf_function(struct pobf_call *call)
{
    struct counts counts = {.records = 0};
    struct pobf_stream stream;
    const char *defect = pobf_stream_take(&stream, call->input, call->input_size);

    if (defect != NULL) {
        return fail(call, defect);
    }
    if (stream.state != NULL) {
        if (stream.state_size != sizeof counts) {
            return fail(call, "the state is of another function");
        }
        __builtin_memcpy(&counts, stream.state, sizeof counts);
    }
    if (count(&counts, stream.data, stream.data_size) != 0) {
        return fail(call, "the data is no FASTA: it does not begin with '>'");
    }
    put(call, &stream.answer, sizeof stream.answer);
    if (stream.is_last) {
        put_result(call, &counts, stream.answer.bytes);
    } else {
        put(call, &counts, sizeof counts);
    }
    return 0;
}
