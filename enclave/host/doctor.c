#include <errno.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <jansson.h>

#include "edge/cli/cli.h"
#include "edge/cli/place.h"
#include "edge/cli/talk.h"
#include "enclave/host/commands.h"
#include "enclave/kvm/probe.h"
#include "enclave/process/secret.h"

enum { DETAIL_ROOM = 160 };

/* One thing that the machine has or lacks. A check fills in what it saw, and returns 1 for has. */
struct check {
    const char *name;
    int (*check)(char seen[DETAIL_ROOM]);
    int needed;                 /* 1: serve does not work without it */
    const char *with, *without; /* what it means to have it, or not */
};

static int check_monitor(char seen[DETAIL_ROOM])
{
    char path[PLACE_ROOM];
    const int found = place_program(path, "pobf-monitor") == POBF_OK;

    snprintf(seen, DETAIL_ROOM, "%.150s", found ? path : "not found");
    return found;
}

static int check_share(char seen[DETAIL_ROOM])
{
    char path[PLACE_ROOM];
    const int found = place_share(path) == POBF_OK;

    snprintf(seen, DETAIL_ROOM, "%.150s", found ? path : "not found; POBF_SHARE can say where");
    return found;
}

/* 1 where it is in PATH. */
static int find_program(char seen[DETAIL_ROOM], const char *name)
{
    char paths[PLACE_ROOM];
    const char *own_path = getenv("PATH");
    char *rest = NULL;

    snprintf(paths, sizeof paths, "%s", own_path == NULL ? "/usr/bin:/bin" : own_path);
    for (char *at = strtok_r(paths, ":", &rest); at != NULL; at = strtok_r(NULL, ":", &rest)) {
        snprintf(seen, DETAIL_ROOM, "%.100s/%.50s", at, name);
        if (access(seen, X_OK) == 0) {
            return 1;
        }
    }
    snprintf(seen, DETAIL_ROOM, "%s is not in PATH", name);
    return 0;
}

static int check_gcc(char seen[DETAIL_ROOM])
{
    return find_program(seen, "gcc");
}

static int check_wabt(char seen[DETAIL_ROOM])
{
    return find_program(seen, "wasm-validate") && find_program(seen, "wasm2c");
}

/* A library for WebAssembly, where Debian's compilers look for it. */
static int find_library(char seen[DETAIL_ROOM], const char *path)
{
    snprintf(seen, DETAIL_ROOM, "%.130s%s", path, access(path, R_OK) == 0 ? "" : " is not there");
    return access(path, R_OK) == 0;
}

static int check_clang(char seen[DETAIL_ROOM])
{
    return find_program(seen, "clang") && find_program(seen, "wasm-ld") &&
           find_library(seen, "/usr/lib/wasm32-wasi/libc.a");
}

static int check_seccomp(char seen[DETAIL_ROOM])
{
    const unsigned action = SECCOMP_RET_KILL_PROCESS;
    const int works = syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;

    snprintf(seen, DETAIL_ROOM, "%s", works ? "filters that kill the process" : strerror(errno));
    return works;
}

static int check_landlock(char seen[DETAIL_ROOM])
{
    const long version =
        syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

    if (version < 1) {
        snprintf(seen, DETAIL_ROOM, "%s", strerror(errno));
        return 0;
    }
    snprintf(seen, DETAIL_ROOM, "version %ld", version);
    return 1;
}

static int check_secret_memory(char seen[DETAIL_ROOM])
{
    struct secret secret;
    int hidden;

    if (secret_open(&secret, 1) != POBF_OK) {
        snprintf(seen, DETAIL_ROOM, "no memory");
        return 0;
    }
    hidden = secret.hidden;
    secret_close(&secret);
    snprintf(seen, DETAIL_ROOM,
             hidden ? "memfd_secret" : "memfd_secret is not there, or is forbidden");
    return hidden;
}

static int check_locked_memory(char seen[DETAIL_ROOM])
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0) {
        snprintf(seen, DETAIL_ROOM, "%s", strerror(errno));
        return 0;
    }
    if (limit.rlim_cur == RLIM_INFINITY) {
        snprintf(seen, DETAIL_ROOM, "unlimited");
        return 1;
    }
    snprintf(seen, DETAIL_ROOM, "%llu bytes", (unsigned long long)limit.rlim_cur);
    return limit.rlim_cur >= 8 << 20;
}

/* The first line of a small file of /proc or /sys; empty where it cannot be read. */
static void read_line(char line[DETAIL_ROOM], const char *path)
{
    FILE *file = fopen(path, "re");

    line[0] = '\0';
    if (file != NULL) {
        if (fgets(line, DETAIL_ROOM, file) != NULL) {
            line[strcspn(line, "\n")] = '\0';
        }
        fclose(file);
    }
}

static int check_core(char seen[DETAIL_ROOM])
{
    read_line(seen, "/proc/sys/kernel/core_pattern");
    if (seen[0] != '\0') {
        return 0;
    }
    snprintf(seen, DETAIL_ROOM, "off");
    return 1;
}

/* A function's faults are kept out of it by the nursery; these two say the rest all the same. */
static int check_log(char seen[DETAIL_ROOM])
{
    char faults[DETAIL_ROOM];
    char signals[DETAIL_ROOM];

    read_line(faults, "/proc/sys/debug/exception-trace");
    read_line(signals, "/proc/sys/kernel/print-fatal-signals");
    snprintf(seen, DETAIL_ROOM, "debug.exception-trace %.8s, kernel.print-fatal-signals %.8s",
             faults, signals);
    return strcmp(faults, "0") == 0 && strcmp(signals, "0") == 0;
}

static int check_swap(char seen[DETAIL_ROOM])
{
    FILE *file = fopen("/proc/swaps", "re");
    int lines = 0;

    while (file != NULL && fgets(seen, DETAIL_ROOM, file) != NULL) {
        lines++;
    }
    if (file != NULL) {
        fclose(file);
    }
    snprintf(seen, DETAIL_ROOM, lines > 1 ? "swap is on" : "no swap");
    return file != NULL && lines <= 1;
}

static int check_kvm(char seen[DETAIL_ROOM])
{
    const int works = access("/dev/kvm", R_OK | W_OK) == 0;

    snprintf(seen, DETAIL_ROOM, "%s", works ? "/dev/kvm" : strerror(errno));
    return works;
}

static int check_trustlet(char seen[DETAIL_ROOM])
{
    char path[PLACE_ROOM];
    const int found = place_program(path, "pobf-trustlet") == POBF_OK;

    snprintf(seen, DETAIL_ROOM, "%.150s", found ? path : "not found");
    return found;
}

static int check_gate(char seen[DETAIL_ROOM])
{
    struct probe probe;
    const int works = probe_run(&probe) == POBF_OK;

    if (works) {
        snprintf(seen, DETAIL_ROOM, "there and back %.1f us, out of the machine and in %.1f us",
                 probe.crossing_us, probe.round_trip_us);
    } else {
        snprintf(seen, DETAIL_ROOM, "%s", probe.missing);
    }
    return works;
}

/* Two crossings of four instructions each; a processor that executes them itself takes less. */
static int check_ring0(char seen[DETAIL_ROOM])
{
    const double native_us = 5;
    struct probe probe;
    const int works = probe_run(&probe) == POBF_OK && probe.crossing_us < native_us;

    snprintf(seen, DETAIL_ROOM, "%s", works ? "native" : "emulated, or not there");
    return works;
}

static int check_huge_pages(char seen[DETAIL_ROOM])
{
    read_line(seen, "/sys/kernel/mm/transparent_hugepage/enabled");
    return strstr(seen, "[always]") != NULL || strstr(seen, "[madvise]") != NULL;
}

static const struct check checks[] = {
    {"monitor", check_monitor, 1, "it holds the keys and runs functions", "nothing can be served"},
    {"seccomp", check_seccomp, 1, "a function is killed at its first system call",
     "nothing can be served"},
    {"landlock", check_landlock, 0, "no file can be opened, even where a filter had a hole",
     "the filter of system calls alone keeps a function from files"},
    {"secret memory", check_secret_memory, 0, "not even root's debugger can read the zone",
     "the zone is locked memory, which root's debugger can read"},
    {"locked memory", check_locked_memory, 0, "zones and keys are kept off the swap",
     "zones and keys may be swapped out: raise the limit (ulimit -l)"},
    {"gcc", check_gcc, 0, "build makes images with it", "build makes no images"},
    {"wasm2c", check_wabt, 0, "build makes images of WebAssembly with it",
     "build makes none of WebAssembly: install Debian's package wabt"},
    {"wasi-libc", check_clang, 0, "build makes WebAssembly of C",
     "build makes no WebAssembly of C: setup/install.sh wasm"},
    {"share", check_share, 0, "build finds the functions' header and linker script there",
     "build does not find the functions' header and linker script"},
    {"core dumps", check_core, 0, "no program leaves one",
     "other programs may leave some there; the monitor and its functions never do"},
    {"kernel log", check_log, 0, "it holds nothing of a function that dies",
     "it may hold registers of a function that dies: set both to 0"},
    {"swap", check_swap, 0, "nothing of this host can be swapped out",
     "what is locked is not swapped; all else of this host can be"},
    {"kvm", check_kvm, 0, "--backend kvm: a function runs in a virtual machine of its own",
     "functions run in processes alone (--backend process)"},
    {"trustlet", check_trustlet, 0, "it keeps such a machine", "there is no --backend kvm"},
    {"kvm gate", check_gate, 0, "monitor and function in two address spaces, tried just now",
     "there is no --backend kvm"},
    {"kvm ring 0", check_ring0, 0, "the processor executes the gate's instructions itself",
     "the gate's instructions are emulated: a call takes some 30 us more"},
    {"huge pages", check_huge_pages, 0, "large zones cost fewer page faults",
     "large zones cost more page faults"},
};
enum { CHECKS = sizeof checks / sizeof checks[0] };

static const char *meaning_of(const struct check *check, int has)
{
    return has ? check->with : check->without;
}

static void print_row(const struct check *check, int has, const char *seen)
{
    printf("%-8s %-14s %s\n%-23s %s\n",
           has             ? "ok"
           : check->needed ? "MISSING"
                           : "note",
           check->name, seen, "", meaning_of(check, has));
}

static json_t *json_row(const struct check *check, int has, const char *seen)
{
    return json_pack("{s:s, s:b, s:b, s:s, s:s}", "name", check->name, "ok", has, "needed",
                     check->needed, "seen", seen, "meaning", meaning_of(check, has));
}

static int examine(int as_json)
{
    json_t *rows = json_array();
    json_t *all;
    int lacks = 0;

    for (size_t i = 0; i < CHECKS; i++) {
        char seen[DETAIL_ROOM];
        const int has = checks[i].check(seen);

        lacks |= checks[i].needed && !has;
        if (as_json) {
            json_array_append_new(rows, json_row(&checks[i], has, seen));
        } else {
            print_row(&checks[i], has, seen);
        }
    }
    all = json_pack("{s:b, s:o}", "serves", !lacks, "checks", rows);
    if (as_json) {
        json_dumpf(all, stdout, JSON_INDENT(2));
        putchar('\n');
    }
    json_decref(all);
    return lacks;
}

int doctor_main(int argc, char **argv)
{
    int as_json = 0;
    const struct cli_option options[] = {
        {"json", CLI_FLAG, &as_json, NULL, "one object"},
    };
    const struct cli_usage usage = {
        "pobf-host doctor [--json]",
        "Say what this machine offers. Exit code 0 where serve would work, else 1.",
        options,
        sizeof options / sizeof options[0],
        0,
        0,
    };
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);

    return code >= 0 ? code : examine(as_json);
}
