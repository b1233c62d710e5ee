/*
 * A table and queries of it, after YCSB's core workloads C and E: values of 1 KiB, keys that are
 * asked for by a zipfian distribution of 0.99, scans of 1 to 10 records. The same arguments give the
 * same.
 *
 *     gcc -O2 -o generate generate.c -lm && ./generate RECORDS QUERIES >input
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { VALUE_BYTES = 1024, SCAN_MAX = 10, RECORDS_MAX = 1000000 };

/* Knuth's generator of 64 bits; its high bits are the random ones. */
static uint32_t draw(void)
{
    static uint64_t state = 1;

    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 32);
}

static void print_record(unsigned key)
{
    char value[VALUE_BYTES + 1];

    for (int i = 0; i < VALUE_BYTES; i++) {
        value[i] = (char)('a' + draw() % 26);
    }
    value[VALUE_BYTES] = '\0';
    printf("user%06u\t%s\n", key, value);
}

/* sums[i]: how often one of the i + 1 most popular keys is asked for, beside the others' sum. */
static double *popularity(unsigned records)
{
    double *sums = malloc(records * sizeof *sums);
    double sum = 0;

    for (unsigned i = 0; sums != NULL && i < records; i++) {
        sum += pow(i + 1.0, -0.99);
        sums[i] = sum;
    }
    return sums;
}

/* Popular keys stand anywhere in the table: a rank times a prime that is larger than the table. */
static unsigned draw_key(const double *sums, unsigned records)
{
    const double wanted = draw() / 4294967296.0 * sums[records - 1];
    unsigned low = 0;
    unsigned high = records - 1;

    while (low < high) {
        const unsigned middle = (low + high) / 2;

        if (sums[middle] <= wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return (unsigned)(low * UINT64_C(2654435761) % records);
}

/* Of twenty queries one counts, two scan, and the others read. */
static void print_query(unsigned key)
{
    const unsigned kind = draw() % 20;

    if (kind == 0) {
        printf("count user%04u\n", key / 100);
    } else if (kind < 3) {
        printf("scan user%06u %u\n", key, draw() % SCAN_MAX + 1);
    } else {
        printf("read user%06u\n", key);
    }
}

int main(int argc, char **argv)
{
    const unsigned long records = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
    const unsigned long queries = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    double *sums;

    if (records == 0 || records > RECORDS_MAX) {
        fprintf(stderr, "usage: generate RECORDS QUERIES (1 to %d records)\n", RECORDS_MAX);
        return 2;
    }
    sums = popularity((unsigned)records);
    if (sums == NULL) {
        return 3;
    }
    for (unsigned i = 0; i < records; i++) {
        print_record(i);
    }
    putchar('\n');
    for (unsigned long i = 0; i < queries; i++) {
        print_query(draw_key(sums, (unsigned)records));
    }
    free(sums);
    return ferror(stdout) || fclose(stdout) != 0 ? 3 : 0;
}
