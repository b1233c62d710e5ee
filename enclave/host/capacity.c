#include "enclave/host/capacity.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <sys/resource.h>

#include "edge/cli/talk.h"
#include "enclave/host/seats.h"
#include "enclave/monitor/monitor.h"

/* A monitor's own program and data, its page tables, and what the kernel keeps of a machine. */
enum { FIXED_BYTES = 2 << 20, KIB = 1 << 10, MIB = 1 << 20 };

uint64_t capacity_each(const struct image *image)
{
    return FIXED_BYTES + (uint64_t)image->zone_size + window_of(image).size +
           monitor_golden_size(image) + vault_size(monitor_outbox_room(image)) + 2 * image->size;
}

/* The first number in a file that follows `name`; 0 where there is none. */
static uint64_t number_in(const char *path, const char *name)
{
    FILE *file = fopen(path, "re");
    char format[64];
    char line[128];
    uint64_t number = 0;

    if (file == NULL) {
        return 0;
    }
    snprintf(format, sizeof format, "%s%%" SCNu64, name);
    while (fgets(line, sizeof line, file) != NULL && sscanf(line, format, &number) != 1) {
    }
    fclose(file);
    return number;
}

uint64_t capacity_available(void)
{
    const uint64_t machine = number_in("/proc/meminfo", "MemAvailable: ") * KIB;
    const uint64_t limit = number_in("/sys/fs/cgroup/memory.max", "");
    const uint64_t used = number_in("/sys/fs/cgroup/memory.current", "");
    const uint64_t group = limit > used ? limit - used : 0;

    return limit != 0 && group < machine ? group : machine;
}

size_t capacity_processors(void)
{
    cpu_set_t cores;

    CPU_ZERO(&cores);
    return sched_getaffinity(0, sizeof cores, &cores) == 0 ? (size_t)CPU_COUNT(&cores) : 1;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* With those that are kept ready for the processors that so many use. */
static uint64_t monitors_of(uint64_t trustlets, uint64_t warm)
{
    return trustlets + warm * smaller(trustlets, capacity_processors());
}

static void tell(uint64_t each, uint64_t wanted, uint64_t warm, uint64_t affordable)
{
    char expected[128];
    char seen[64];

    snprintf(expected, sizeof expected,
             "at most %" PRIu64 " monitors: each takes up to %" PRIu64 " MiB of %" PRIu64
             " that are available",
             affordable, each / MIB + 1, capacity_available() / MIB);
    snprintf(seen, sizeof seen, "%" PRIu64, monitors_of(wanted, warm));
    talk_refuse("--trustlets and --warm", expected, seen,
                "give fewer, or lower what pobf.json allows the function");
}

enum pobf_status capacity_choose(size_t *trustlets, uint64_t each, uint64_t wanted, uint64_t warm)
{
    const uint64_t available = capacity_available();
    const uint64_t affordable = available == 0 ? UINT64_MAX : available / each;
    uint64_t count = wanted;

    if (wanted == 0) {
        count = smaller(capacity_processors(), SEATS_MAX);
        while (count > 1 && monitors_of(count, warm) > affordable) {
            count--;
        }
    }
    if (monitors_of(count, warm) > affordable) {
        tell(each, count, warm, affordable);
        return POBF_E_USAGE;
    }
    *trustlets = (size_t)count;
    return POBF_OK;
}

void capacity_raise_limits(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit); /* too few show when one is opened */
    }
}
