#include "tests/bench/bench.h"

#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "verifier/log/audit.h"
#include "verifier/log/prune.h"
#include "verifier/log/sequencer.h"
#include "verifier/log/tree.h"

/*
 * What a receipt log costs, beside one fdatasync of the same disk. BENCH_LOG_ENTRIES says to how many
 * entries it grows: 10,000,000 take some 6 GB and a quarter of an hour.
 */
enum { ENTRIES = 200000, LARGE_BATCH = SEQUENCER_BATCH_MAX };
enum { ENTRY_BYTES = 480, BATCH = 256, BATCHES = 200, SINGLES = 301, ROUNDS = 501, ROOM = 1 << 20 };

static char folder[256], path[320], plain[320];
static uint8_t receipt[ENTRY_BYTES];
static off_t disk_bytes;

static struct entry next_entry(void)
{
    static uint64_t number;

    number++;
    memcpy(receipt, &number, sizeof number);
    return (struct entry){receipt, sizeof receipt};
}

/* A write over bytes that are there, and one fdatasync: what any durable answer costs. */
static double bench_disk(void)
{
    static struct bench_series series;
    static uint8_t zeros[ROOM];
    int file;

    snprintf(plain, sizeof plain, "%s/plain", folder);
    file = open(plain, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    bench_need(file >= 0 && write(file, zeros, sizeof zeros) == ROOM && fsync(file) == 0, "file");
    for (int i = 0; i < SINGLES; i++) {
        const double since = bench_now_us();

        bench_need(pwrite(file, receipt, sizeof receipt, (off_t)i * ENTRY_BYTES) == ENTRY_BYTES &&
                       fdatasync(file) == 0,
                   "fdatasync");
        bench_add(&series, since);
    }
    close(file);
    return bench_median(&series);
}

static double bench_single(struct sequencer *log)
{
    static struct bench_series series;
    uint64_t index;

    for (int i = 0; i < SINGLES; i++) {
        const struct entry entry = next_entry();
        const double since = bench_now_us();

        bench_need(sequencer_append(log, &entry, 1, &index) == POBF_OK, "append");
        bench_add(&series, since);
    }
    bench_need(sequencer_publish(log) == POBF_OK, "publish");
    return bench_median(&series);
}

/* Batches, each published: receipts a second. */
static double bench_batches(struct sequencer *log)
{
    static uint8_t receipts[BATCH][ENTRY_BYTES];
    static struct bench_series series;
    struct entry entries[BATCH];
    uint64_t index;

    for (int batch = 0; batch < BATCHES; batch++) {
        double since;

        for (int i = 0; i < BATCH; i++) {
            randombytes_buf(receipts[i], 16);
            entries[i] = (struct entry){receipts[i], ENTRY_BYTES};
        }
        since = bench_now_us();
        bench_need(sequencer_append(log, entries, BATCH, &index) == POBF_OK &&
                       sequencer_publish(log) == POBF_OK,
                   "batch");
        bench_add(&series, since);
    }
    return BATCH / bench_median(&series) * 1e6;
}

static double bench_inclusion(struct mirror *mirror, const struct checkpoint *checkpoint)
{
    static struct bench_series series;

    for (int i = 0; i < ROUNDS; i++) {
        const uint64_t index = randombytes_uniform((uint32_t)checkpoint->size);
        uint8_t leaf[POBF_MERKLE_BYTES];
        struct proof proof;
        double since;

        bench_need(mirror_node(mirror, leaf, 0, index, checkpoint->size) == POBF_OK &&
                       tree_inclusion(mirror, &proof, index, checkpoint->size) == POBF_OK,
                   "proof");
        since = bench_now_us();
        bench_need(pobf_merkle_check_inclusion(leaf, index, checkpoint->size, proof_path(&proof),
                                               checkpoint->root) == POBF_OK,
                   "inclusion");
        bench_add(&series, since);
    }
    return bench_median(&series);
}

static double bench_audit(struct mirror *mirror, const struct checkpoint *checkpoint)
{
    struct checks checks = {.count = 0};
    const double since = bench_now_us();

    audit_entries(&checks, mirror, checkpoint, NULL);
    bench_need(checks_verdict(&checks) == VERDICT_AFFIRMED, "audit");
    return (double)checkpoint->size / (bench_now_us() - since) * 1e6;
}

static int weigh(const char *name, const struct stat *facts, int kind, struct FTW *where)
{
    (void)where;
    disk_bytes += kind == FTW_F && strstr(name, "/tile/") != NULL ? facts->st_blocks * 512 : 0;
    return 0;
}

static int remove_one(const char *name, const struct stat *facts, int kind, struct FTW *where)
{
    (void)facts;
    (void)kind;
    (void)where;
    return remove(name);
}

static uint64_t entries_wanted(void)
{
    const char *wanted = getenv("BENCH_LOG_ENTRIES");

    return wanted != NULL ? strtoull(wanted, NULL, 10) : ENTRIES;
}

/* Until the log has `size` entries; returns the most memory that this process has had, in KiB. */
static long grow(struct sequencer *log, uint64_t size)
{
    static struct entry entries[LARGE_BATCH];
    static uint8_t receipts[LARGE_BATCH][ENTRY_BYTES];
    struct rusage usage;
    uint64_t index;

    while (sequencer_size(log) < size) {
        for (int i = 0; i < LARGE_BATCH; i++) {
            randombytes_buf(receipts[i], 16);
            entries[i] = (struct entry){receipts[i], ENTRY_BYTES};
        }
        bench_need(sequencer_append(log, entries, LARGE_BATCH, &index) == POBF_OK &&
                       sequencer_publish(log) == POBF_OK,
                   "growth");
    }
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static double bytes_an_entry(const char *name, uint64_t size)
{
    disk_bytes = 0;
    (void)nftw(name, weigh, 16, FTW_PHYS);
    return (double)disk_bytes / (double)size;
}

/* What grows with a log: its files. What does not: memory, also of who audits it. */
static void bench_growth(struct sequencer *log, struct mirror *mirror, const char *name)
{
    const uint64_t size = entries_wanted();
    const double since = bench_now_us();
    const long early_kib = grow(log, size / 10), late_kib = grow(log, size);
    const double grown_s = (bench_now_us() - since) / 1e6;
    const struct checkpoint *checkpoint = sequencer_checkpoint(log);
    const double before = bytes_an_entry(name, checkpoint->size);
    struct rusage usage;
    struct prune_sum sum;
    double rate;

    printf("grown to %llu entries in                %8.0f s\n",
           (unsigned long long)checkpoint->size, grown_s);
    printf("most memory at a tenth of them, at all  %8ld KiB  %ld KiB\n", early_kib, late_kib);
    rate = bench_audit(mirror, checkpoint);
    getrusage(RUSAGE_SELF, &usage);
    printf("audit of every entry and tile           %8.0f entries/s, %ld KiB\n", rate,
           usage.ru_maxrss);
    bench_need(prune(&sum, sequencer_folder(log), checkpoint->size, 0) == POBF_OK, "prune");
    printf("on disk, an entry of %d bytes          %8.0f bytes, %.0f once pruned\n", ENTRY_BYTES,
           before, bytes_an_entry(name, checkpoint->size));
}

static void bench_log(struct sequencer *log, const char *name)
{
    const double disk_us = bench_disk(), single_us = bench_single(log);
    const double rate = bench_batches(log);
    struct mirror *mirror;

    bench_need(mirror_open(&mirror, name) == POBF_OK, "mirror");
    printf("one fdatasync of this disk              %8.0f us\n", disk_us);
    printf("one receipt taken, durable              %8.0f us  %.2f x fdatasync\n", single_us,
           single_us / disk_us);
    printf("batches of %d, each published          %8.0f receipts/s\n", BATCH, rate);
    printf("check of a proof of inclusion           %8.1f us\n",
           bench_inclusion(mirror, sequencer_checkpoint(log)));
    fflush(stdout);
    bench_growth(log, mirror, name);
    mirror_close(mirror);
}

int main(void)
{
    const char *build = getenv("POBF_BUILD"); /* a disk, where /tmp may be memory */
    struct sequencer *log = NULL;
    struct key *key = NULL;

    snprintf(folder, sizeof folder, "%.200s/bench-log-XXXXXX", build != NULL ? build : "/tmp");
    bench_need(sodium_init() >= 0 && mkdtemp(folder) != NULL, "folder");
    snprintf(path, sizeof path, "%s/log", folder);
    bench_need(key_generate(&key, KEY_EDDSA) == POBF_OK &&
                   sequencer_create(path, "log.example/bench", key) == POBF_OK &&
                   sequencer_open(&log, path, key) == POBF_OK,
               "log");
    bench_log(log, path);
    sequencer_close(log);
    key_close(key);
    (void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return 0;
}
