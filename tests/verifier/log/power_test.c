/*
 * LINK: -Wl,--wrap=openat,--wrap=pwrite,--wrap=fsync,--wrap=fdatasync,--wrap=renameat
 * LINK: -Wl,--wrap=mkdirat
 *
 * A power cut keeps what was synced, and any part of what was not. The system calls of a sequencer
 * at work are recorded once; then every state that a cut could leave, after every call, is built
 * and given to the next sequencer. Pending bytes may be torn at any place, pending names may be
 * there or not, each by itself: more than any file system does.
 */
#include "tests/verifier/log/disk.h"

/* Calls that a seeded bug forgets: the test of the test. */
enum bug {
    BUG_NONE,
    BUG_JOURNAL_SYNC,
    BUG_TILE_SYNC,
    BUG_TILE_FOLDER_SYNC,
    BUG_BUNDLE_SYNC,
    BUG_BUNDLE_FOLDER_SYNC,
    BUG_TIP_SYNC,
    BUG_TIP_FOLDER_SYNC,
    BUG_CHECKPOINT_SYNC,
    BUG_NEW_FOLDER_SYNC,
    BUGS
};

static enum bug bug;

enum { WHOLE = 2048 };

/* The name that a file in state/new is about to get: that of the next rename. */
static const char *next_name(size_t index)
{
    while (index < op_count && ops[index].kind != OP_RENAME) {
        index++;
    }
    return index < op_count ? ops[index].to : "";
}

static int begins(const char *name, const char *with)
{
    return strncmp(name, with, strlen(with)) == 0;
}

static int is_hash_tile(const char *name)
{
    return begins(name, "tile/") && !begins(name, "tile/entries");
}

/* Is this sync the one that the bug forgets? */
static int is_forgotten(size_t index)
{
    const struct op *op = &ops[index];
    const char *name = op->kind == OP_SYNC ? next_name(index) : op->name;
    const int after_mkdir = index > 0 && ops[index - 1].kind == OP_MKDIR;
    const int is_file = op->kind == OP_SYNC && strcmp(op->name, "state/journal") != 0;
    const int is_folder = op->kind == OP_SYNC_FOLDER && !after_mkdir;

    switch (bug) {
    case BUG_JOURNAL_SYNC:
        return op->kind == OP_SYNC && strcmp(op->name, "state/journal") == 0;
    case BUG_TILE_SYNC:
        return is_file && is_hash_tile(name);
    case BUG_TILE_FOLDER_SYNC:
        return is_folder && is_hash_tile(name);
    case BUG_BUNDLE_SYNC:
        return is_file && begins(name, "tile/entries");
    case BUG_BUNDLE_FOLDER_SYNC:
        return is_folder && begins(name, "tile/entries");
    case BUG_TIP_SYNC:
        return is_file && strcmp(name, "state/tip") == 0;
    case BUG_TIP_FOLDER_SYNC:
        return is_folder && strcmp(name, "state") == 0;
    case BUG_CHECKPOINT_SYNC:
        return is_file && strcmp(name, "checkpoint") == 0;
    case BUG_NEW_FOLDER_SYNC:
        return op->kind == OP_SYNC_FOLDER && after_mkdir;
    case BUG_NONE:
    case BUGS:
    default:
        return 0;
    }
}

/* state/new is never read, so whether its name is there makes no other state. */
static int is_durable(size_t index, size_t end)
{
    if (ops[index].kind == OP_CREATE && strcmp(ops[index].name, "state/new") == 0) {
        return 1;
    }
    for (size_t i = index + 1; i < end; i++) {
        const int is_sync = ops[i].kind == OP_SYNC || ops[i].kind == OP_SYNC_FOLDER;

        if (is_sync && !is_forgotten(i) && covers(&ops[i], &ops[index])) {
            return 1;
        }
    }
    return covers(&ops[index], &ops[index]) && ops[index].kind >= OP_SYNC &&
           ops[index].kind != OP_RENAME && ops[index].kind != OP_MKDIR;
}

/* Folders first, and only files whose folders are there. state/new is never read. */
static void image_hash(uint8_t digest[crypto_generichash_BYTES])
{
    uint8_t sum[crypto_generichash_BYTES] = {0};

    for (size_t i = 0; i < image.folder_count; i++) {
        uint8_t one[crypto_generichash_BYTES];

        crypto_generichash(one, sizeof one, (const uint8_t *)image.folders[i],
                           strlen(image.folders[i]), NULL, 0);
        sodium_add(sum, one, sizeof sum);
    }
    for (size_t i = 0; i < image.name_count; i++) {
        const int file = image.names[i].file;
        crypto_generichash_state state;
        uint8_t one[crypto_generichash_BYTES];

        if (file < 0 || strcmp(image.names[i].name, "state/new") == 0) {
            continue;
        }
        crypto_generichash_init(&state, NULL, 0, sizeof one);
        crypto_generichash_update(&state, (const uint8_t *)image.names[i].name,
                                  strlen(image.names[i].name) + 1);
        crypto_generichash_update(&state, image.files[file].bytes, image.files[file].size);
        crypto_generichash_final(&state, one, sizeof one);
        sodium_add(sum, one, sizeof sum); /* whatever the order */
    }
    memcpy(digest, sum, sizeof sum);
}

static void image_write_out(const char *folder)
{
    char path[2 * FIXTURE_PATH_ROOM];

    for (size_t i = 0; i < image.folder_count; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, image.folders[i]);
        (void)mkdir(path, 0755);
    }
    for (size_t i = 0; i < image.name_count; i++) {
        const int file = image.names[i].file;
        FILE *out;

        snprintf(path, sizeof path, "%s/%s", folder, image.names[i].name);
        out = file < 0 ? NULL : fopen(path, "wb");
        if (out != NULL) { /* else its folder did not make it */
            fwrite(image.files[file].bytes, 1, image.files[file].size, out);
            fclose(out);
        }
    }
}

/* What the next sequencer makes of the image: its size, or -1 where it refuses or is wrong. */
static int64_t recover(const struct fixture *f)
{
    char folder[FIXTURE_PATH_ROOM];
    uint8_t root[POBF_MERKLE_BYTES];
    struct sequencer *log;
    int64_t size = -1;

    snprintf(folder, sizeof folder, "%.200s/cut", f->parent);
    assert_int_equal(mkdir(folder, 0755), 0);
    image_write_out(folder);
    if (sequencer_open(&log, folder, f->key) == POBF_OK) {
        size = (int64_t)sequencer_checkpoint(log)->size;
        if (size > 0) {
            fixture_root(root, 0, (uint64_t)size);
        }
        if (size > 0 && memcmp(root, sequencer_checkpoint(log)->root, sizeof root) != 0) {
            size = -1;
        }
        sequencer_close(log);
    }
    fixture_remove(folder);
    return size;
}

/* Images that were seen, and what became of them. */
static struct {
    uint8_t digest[crypto_generichash_BYTES];
    int64_t size;
    int is_used;
} memo[MEMO_MAX];

static uint64_t states, distinct, losses;

static void judge(const struct fixture *f, uint64_t taken)
{
    uint8_t digest[crypto_generichash_BYTES];
    size_t place;

    image_hash(digest);
    place = (size_t)digest[0] << 8 | digest[1];
    while (memo[place].is_used && memcmp(memo[place].digest, digest, sizeof digest) != 0) {
        place = (place + 1) % MEMO_MAX;
    }
    if (!memo[place].is_used) {
        assert_true(++distinct < MEMO_MAX / 2);
        memcpy(memo[place].digest, digest, sizeof digest);
        memo[place].size = recover(f);
        memo[place].is_used = 1;
    }
    states++;
    losses += memo[place].size < (int64_t)taken;
}

/* The image where exactly these of the pending calls left something, the last write torn. */
static void build(const size_t *pending, size_t pending_count, unsigned chosen, size_t end,
                  size_t torn)
{
    image_clear();
    for (size_t i = 0, next = 0; i < end; i++) {
        if (next < pending_count && pending[next] == i) {
            if ((chosen >> next & 1) != 0) {
                image_apply(&ops[i], next == pending_count - 1 ? torn : SIZE_MAX);
            }
            next++;
        } else {
            image_apply(&ops[i], SIZE_MAX);
        }
    }
}

/* Does recovery read this file, as it is? Whatever else is torn gives the same image. */
static int is_read_torn(const struct op *op)
{
    return strcmp(op->name, "state/journal") == 0;
}

static void cut_after(const struct fixture *f, size_t end, uint64_t taken)
{
    size_t pending[PENDING_MAX], count = 0;
    const struct op *last;

    for (size_t i = 0; i < end; i++) {
        if (!is_durable(i, end)) {
            if (count == PENDING_MAX) { /* a bug leaves more: the newest are what matters */
                assert_int_not_equal(bug, BUG_NONE);
                memmove(pending, pending + 1, (PENDING_MAX - 1) * sizeof *pending);
                count--;
            }
            pending[count++] = i;
        }
    }
    for (unsigned chosen = 0; chosen < 1u << count; chosen++) {
        build(pending, count, chosen, end, SIZE_MAX);
        judge(f, taken);
    }
    last = count > 0 ? &ops[pending[count - 1]] : NULL;
    if (last == NULL || last->kind != OP_WRITE) {
        return;
    }
    if (!is_read_torn(
            last)) { /* all the same image as that of the whole write: counted, not built */
        states += bug == BUG_NONE ? last->size * (1u << (count - 1)) : 0;
        return;
    }
    for (size_t torn = 0; torn < last->size; torn += TORN_STEP) {
        for (unsigned chosen = 0; chosen < 1u << (count - 1); chosen++) {
            build(pending, count, chosen | 1u << (count - 1), end, torn);
            judge(f, taken);
        }
    }
}

static void cut_everywhere(const struct fixture *f)
{
    uint64_t taken = 0;

    states = distinct = losses = 0;
    memset(memo, 0, sizeof memo);
    for (size_t end = 1; end <= op_count && (bug == BUG_NONE || losses == 0); end++) {
        taken = ops[end - 1].kind == OP_TOLD ? ops[end - 1].taken : taken;
        if (end == op_count || taken > 0 || ops[end - 1].kind == OP_TOLD) {
            cut_after(f, end, taken);
        }
    }
    image_clear();
}

static void tell(uint64_t taken)
{
    record(OP_TOLD, -1, "")->taken = taken;
}

static void record_work(const struct fixture *f)
{
    static const uint64_t steps[] = {2,    4,    254,  258,  259,  261,  510,  515,  770,
                                     1026, 1027, 1300, 1301, 1302, 1550, 1551, 1803, 1965};
    char folder[FIXTURE_PATH_ROOM];
    struct sequencer *log;
    size_t i = 0;

    snprintf(folder, sizeof folder, "%.200s/work", f->parent);
    records = 1;
    assert_int_equal(sequencer_create(folder, fixture_origin, f->key), POBF_OK);
    tell(0);
    assert_int_equal(sequencer_open(&log, folder, f->key), POBF_OK);
    for (; i < sizeof steps / sizeof steps[0]; i++) {
        assert_int_equal(fixture_append(log, sequencer_size(log), steps[i]), POBF_OK);
        tell(steps[i]);
        if (i % 2 == 1) {
            assert_int_equal(sequencer_publish(log), POBF_OK);
            tell(steps[i]);
        }
    }
    for (uint64_t size = steps[i - 1] + 1; size < WHOLE; size++) { /* tiles that are nearly full */
        assert_int_equal(fixture_append(log, sequencer_size(log), size), POBF_OK);
        assert_int_equal(sequencer_publish(log), POBF_OK);
        tell(size);
    }
    sequencer_close(log);
    records = 0;
}

static void no_power_cut_loses_what_was_acknowledged(void **state)
{
    bug = BUG_NONE;
    cut_everywhere(*state);
    print_message("%llu states, %llu distinct images recovered, %llu losses\n",
                  (unsigned long long)states, (unsigned long long)distinct,
                  (unsigned long long)losses);
    assert_int_equal(losses, 0);
    assert_true(states > 1000000 && distinct > 1000);
}

static void every_seeded_bug_loses_something(void **state)
{
    for (bug = BUG_NONE + 1; bug < BUGS; bug++) {
        cut_everywhere(*state);
        print_message("bug %d: %llu losses\n", (int)bug, (unsigned long long)losses);
        assert_true(losses > 0);
    }
}

static int make(void **state)
{
    if (fixture_make(state) != 0) {
        return -1;
    }
    record_work(*state);
    return 0;
}

static int end(void **state)
{
    for (size_t i = 0; i < op_count; i++) {
        free(ops[i].bytes);
    }
    return fixture_end(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_power_cut_loses_what_was_acknowledged),
        cmocka_unit_test(every_seeded_bug_loses_something),
    };

    return cmocka_run_group_tests(tests, make, end);
}
