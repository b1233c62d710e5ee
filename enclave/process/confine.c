#include "enclave/process/confine.h"

#include <linux/seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <seccomp.h>

enum { LANDLOCK_CREATE = 444, LANDLOCK_RESTRICT = 446, LANDLOCK_ASK_VERSION = 1 };

/* struct landlock_ruleset_attr as of version 6; older headers know its beginning. */
struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scopes;
};

enum { SCOPE_SOCKETS = 1, SCOPE_SIGNALS = 2 };

/* Every right that each version of Landlock can take away. */
static const struct ruleset everything[] = {
    [1] = {0x1fff, 0, 0}, [2] = {0x3fff, 0, 0}, [3] = {0x7fff, 0, 0},
    [4] = {0x7fff, 3, 0}, [5] = {0xffff, 3, 0}, [6] = {0xffff, 3, SCOPE_SOCKETS | SCOPE_SIGNALS},
};
enum { VERSIONS = sizeof everything / sizeof everything[0] };

enum pobf_status confine_process(void)
{
    const struct rlimit none = {0, 0};

    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_DUMPABLE, 0) != 0 || setrlimit(RLIMIT_CORE, &none) != 0) {
        return POBF_E_SYSTEM;
    }
    return POBF_OK;
}

enum pobf_status confine_files(int may_signal)
{
    const long version = syscall(LANDLOCK_CREATE, NULL, 0, LANDLOCK_ASK_VERSION);
    struct ruleset ruleset;
    int descriptor;
    long result;

    if (version < 1) {
        fputs("pobf-monitor: there is no Landlock here; seccomp alone denies files\n", stderr);
        return POBF_OK;
    }
    ruleset = everything[version < VERSIONS ? version : VERSIONS - 1];
    ruleset.scopes &= may_signal ? SCOPE_SOCKETS : SCOPE_SOCKETS | SCOPE_SIGNALS;
    descriptor = (int)syscall(LANDLOCK_CREATE, &ruleset, sizeof ruleset, 0);
    if (descriptor < 0) {
        return POBF_E_SYSTEM;
    }
    result = syscall(LANDLOCK_RESTRICT, descriptor, 0);
    close(descriptor);
    return result == 0 ? POBF_OK : POBF_E_SYSTEM;
}

static int allow(scmp_filter_ctx filter, const struct confine_call *call)
{
    const struct scmp_arg_cmp compare = {
        .arg = call->argument < 0 ? 0 : (unsigned)call->argument,
        .op = SCMP_CMP_EQ,
        .datum_a = call->equals,
    };

    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call->number, call->argument < 0 ? 0 : 1,
                                  &compare);
}

/* libseccomp writes a filter to files alone; this one is memory. */
static int export_filter(struct confine_filter *filter, scmp_filter_ctx made)
{
    const int file = memfd_create("pobf filter", MFD_CLOEXEC);
    ssize_t size = -1;

    if (file < 0) {
        return -1;
    }
    if (seccomp_export_bpf(made, file) == 0) {
        size = pread(file, filter->code, sizeof filter->code, 0);
    }
    close(file);
    if (size <= 0 || (size_t)size == sizeof filter->code) {
        return -1; /* it may go on where the room ends */
    }
    filter->count = (unsigned short)((size_t)size / sizeof filter->code[0]);
    return 0;
}

enum pobf_status confine_make_filter(struct confine_filter *filter,
                                     const struct confine_call *calls, size_t count)
{
    const scmp_filter_ctx made = seccomp_init(SCMP_ACT_TRAP);
    int result = made == NULL ? -1 : seccomp_attr_set(made, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_TRAP);

    for (size_t i = 0; result == 0 && i < count; i++) {
        result = allow(made, &calls[i]);
    }
    if (result == 0) {
        result = export_filter(filter, made);
    }
    if (made != NULL) {
        seccomp_release(made);
    }
    return result == 0 ? POBF_OK : POBF_E_SYSTEM;
}

enum pobf_status confine_heed(const struct confine_filter *filter)
{
    const struct sock_fprog program = {filter->count,
                                       (struct sock_filter *)(uintptr_t)filter->code};

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
                   prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0
               ? POBF_OK
               : POBF_E_SYSTEM;
}

enum pobf_status confine_calls(const struct confine_call *calls, size_t count)
{
    struct confine_filter filter;
    const enum pobf_status status = confine_make_filter(&filter, calls, count);

    return status == POBF_OK ? confine_heed(&filter) : status;
}
