/*
 * Sequence analysis: FASTA or FASTQ in, a short text report out.
 * GC content, the abundance spectrum of k-mers, and how often some restriction sites occur.
 */
#include "pobf_function.h"

enum { K = 8, KMERS = 1 << (2 * K), SPECTRUM = 10, MOTIF_BASES = 6, TOP = 5 };

static const struct {
    char name[8];
    char bases[MOTIF_BASES + 1];
} motifs[] = {
    {"EcoRI", "GAATTC"},
    {"BamHI", "GGATCC"},
    {"HindIII", "AAGCTT"},
    {"NdeI", "CATATG"},
};
enum { MOTIFS = sizeof motifs / sizeof motifs[0] };

struct statistics {
    uint64_t records;
    uint64_t bases[5]; /* A, C, G, T, and all others */
    uint64_t motifs[MOTIFS];
    uint32_t *kmers; /* KMERS counters, indexed by two bits a base */
};

/* The last K bases of the record that is being read; a new record or an N starts over. */
struct window {
    uint32_t code;
    uint32_t run;
};

static uint32_t base_code(uint8_t letter)
{
    switch (letter | 0x20) {
    case 'a':
        return 0;
    case 'c':
        return 1;
    case 'g':
        return 2;
    case 't':
        return 3;
    default:
        return 4;
    }
}

static uint32_t motif_code(const char *bases)
{
    uint32_t code = 0;

    for (int i = 0; i < MOTIF_BASES; i++) {
        code = code << 2 | base_code((uint8_t)bases[i]);
    }
    return code;
}

static void count_motifs(struct statistics *statistics, uint32_t code)
{
    for (int i = 0; i < MOTIFS; i++) {
        if ((code & ((1U << (2 * MOTIF_BASES)) - 1)) == motif_code(motifs[i].bases)) {
            statistics->motifs[i]++;
        }
    }
}

static void take_base(struct statistics *statistics, struct window *window, uint8_t letter)
{
    uint32_t base = base_code(letter);

    statistics->bases[base]++;
    if (base > 3) {
        window->run = 0;
        return;
    }
    window->code = (window->code << 2 | base) & (KMERS - 1);
    window->run++;
    if (window->run >= MOTIF_BASES) {
        count_motifs(statistics, window->code);
    }
    if (window->run >= K) {
        statistics->kmers[window->code]++;
    }
}

static const uint8_t *line_end(const uint8_t *at, const uint8_t *end)
{
    while (at < end && *at != '\n') {
        at++;
    }
    return at;
}

static void take_line(struct statistics *statistics, struct window *window, const uint8_t *at,
                      const uint8_t *end)
{
    for (; at < end; at++) {
        if (*at != '\r' && *at != ' ') {
            take_base(statistics, window, *at);
        }
    }
}

/* FASTA: '>' begins a record, all other lines are sequence. FASTQ: records of four lines. */
static int take_input(struct statistics *statistics, const uint8_t *at, const uint8_t *end)
{
    struct window window = {0, 0};
    const uint8_t mark = at < end ? *at : 0;
    uint64_t line = 0;

    if (mark != '>' && mark != '@') {
        return -1;
    }
    for (; at < end; line++) {
        const uint8_t *stop = line_end(at, end);
        const int head = mark == '@' ? line % 4 == 0 : *at == '>';

        if (head && *at != mark) {
            return -1;
        }
        if (head) {
            statistics->records++;
            window.run = 0;
        } else if (mark == '>' || line % 4 == 1) {
            take_line(statistics, &window, at, stop);
        }
        at = stop < end ? stop + 1 : end;
    }
    return 0;
}

static void put_text(struct pobf_call *call, const char *text)
{
    for (; *text != '\0' && call->output_size < call->output_room; text++) {
        call->output[call->output_size++] = (uint8_t)*text;
    }
}

static void put_number(struct pobf_call *call, uint64_t number)
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

static void put_row(struct pobf_call *call, const char *name, uint64_t number)
{
    put_text(call, name);
    put_text(call, "\t");
    put_number(call, number);
    put_text(call, "\n");
}

static void put_gc(struct pobf_call *call, const struct statistics *statistics)
{
    const uint64_t gc = statistics->bases[1] + statistics->bases[2];
    const uint64_t all = gc + statistics->bases[0] + statistics->bases[3];
    const uint64_t hundredths = all == 0 ? 0 : (gc * 10000 + all / 2) / all;

    put_text(call, "gc_percent\t");
    put_number(call, hundredths / 100);
    put_text(call, hundredths % 100 < 10 ? ".0" : ".");
    put_number(call, hundredths % 100);
    put_text(call, "\n");
}

/* How many different k-mers occur once, twice, ...: the shape that tells coverage and errors. */
static void put_spectrum(struct pobf_call *call, const struct statistics *statistics)
{
    uint64_t spectrum[SPECTRUM + 1] = {0};

    for (int i = 0; i < KMERS; i++) {
        const uint32_t times = statistics->kmers[i];
        spectrum[times < SPECTRUM ? times : SPECTRUM]++;
    }
    for (unsigned i = 1; i <= SPECTRUM; i++) {
        put_text(call, "kmers_seen_");
        put_number(call, i);
        put_row(call, i == SPECTRUM ? "_or_more" : "", spectrum[i]);
    }
}

static void put_kmer(struct pobf_call *call, uint32_t code, uint32_t times)
{
    char bases[K + 1];

    for (int i = 0; i < K; i++) {
        bases[i] = "ACGT"[code >> (2 * (K - 1 - i)) & 3];
    }
    bases[K] = '\0';
    put_row(call, bases, times);
}

/* The most frequent k-mers; a counter that was printed is cleared, so that the next one shows. */
static void put_top(struct pobf_call *call, struct statistics *statistics)
{
    for (int rank = 0; rank < TOP; rank++) {
        uint32_t best = 0;

        for (uint32_t i = 1; i < KMERS; i++) {
            best = statistics->kmers[i] > statistics->kmers[best] ? i : best;
        }
        if (statistics->kmers[best] == 0) {
            return;
        }
        put_kmer(call, best, statistics->kmers[best]);
        statistics->kmers[best] = 0;
    }
}

static void put_report(struct pobf_call *call, struct statistics *statistics)
{
    put_row(call, "records", statistics->records);
    put_row(call, "bases",
            statistics->bases[0] + statistics->bases[1] + statistics->bases[2] +
                statistics->bases[3] + statistics->bases[4]);
    put_row(call, "unknown_bases", statistics->bases[4]);
    put_gc(call, statistics);
    for (int i = 0; i < MOTIFS; i++) {
        put_row(call, motifs[i].name, statistics->motifs[i]);
    }
    put_spectrum(call, statistics);
    put_top(call, statistics);
}

int pobf_function(struct pobf_call *call)
{
    struct statistics statistics = {0};

    statistics.kmers = pobf_arena_take(&call->arena, KMERS * sizeof(uint32_t), sizeof(uint32_t));
    if (statistics.kmers == NULL) {
        put_text(call, "the arena is too small for the k-mer counters");
        return 1;
    }
    if (take_input(&statistics, call->input, call->input + call->input_size) != 0) {
        put_text(call, "the input is neither FASTA ('>') nor FASTQ ('@', four lines a record)");
        return 1;
    }
    put_report(call, &statistics);
    return 0;
}
