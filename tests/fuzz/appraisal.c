#include "tests/fuzz/fuzz.h"
#include "tests/verifier/appraisal/fixture.h"

/* A whole call: the sizes of evidence and receipt, 2 bytes each, then evidence, receipt, exchange. */
enum { HEAD = 4 };

static struct fixture f;
static uint8_t good[3 * FIXTURE_ROOM];
static size_t good_size;

static void put(const struct appraisal_file *file, size_t head_at)
{
    good[head_at] = (uint8_t)(file->size >> 8);
    good[head_at + 1] = (uint8_t)file->size;
    memcpy(good + good_size, file->bytes, file->size);
    good_size += file->size;
}

size_t seed(uint8_t *out, size_t room)
{
    fixture_init(&f);
    good_size = HEAD;
    put(&f.input.evidence, 0);
    put(&f.input.receipt, 2);
    memcpy(good + good_size, f.input.exchange.bytes, f.input.exchange.size);
    good_size += f.input.exchange.size;
    promise(good_size <= room);
    memcpy(out, good, good_size);
    return good_size;
}

static struct appraisal_file take(const uint8_t **bytes, size_t *size, size_t wanted)
{
    const struct appraisal_file file = {*bytes, wanted < *size ? wanted : *size};

    *bytes += file.size;
    *size -= file.size;
    return file;
}

/* Every byte of a call is bound to the others: nothing but the call that was is affirmed. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const int is_good = size == good_size && memcmp(bytes, good, size) == 0;
    struct appraisal_input input = {.scope = APPRAISAL_INVOCATION};
    struct appraisal appraisal;
    const uint8_t *head = bytes;

    if (size < HEAD) {
        return 0;
    }
    bytes += HEAD;
    size -= HEAD;
    input.evidence = take(&bytes, &size, (size_t)head[0] << 8 | head[1]);
    input.receipt = take(&bytes, &size, (size_t)head[2] << 8 | head[3]);
    input.exchange = (struct appraisal_file){bytes, size};
    appraisal_run(&appraisal, &input, &f.policy);
    promise(!appraisal.checks.overflow);
    promise((appraisal.verdict == VERDICT_AFFIRMED) == is_good);
    return 0;
}
