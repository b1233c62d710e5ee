#include "enclave/process/confine.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
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

enum pobf_status confine_calls(const struct confine_call *calls, size_t count)
{
    const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_TRAP);
    int result =
        filter == NULL ? -1 : seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_TRAP);

    for (size_t i = 0; result == 0 && i < count; i++) {
        result = allow(filter, &calls[i]);
    }
    if (result == 0) {
        result = seccomp_load(filter);
    }
    if (filter != NULL) {
        seccomp_release(filter);
    }
    return result == 0 ? POBF_OK : POBF_E_SYSTEM;
}
