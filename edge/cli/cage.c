#include "edge/cli/cage.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <seccomp.h>

#include "edge/cli/landlock.h"
#include "edge/cli/place.h"

/* Where programs and their libraries are, and the folders of PATH besides. */
static const char *const system_folders[] = {"/usr", "/bin", "/lib", "/lib64", "/etc", "/opt"};

enum { SYSTEM_FOLDERS = sizeof system_folders / sizeof system_folders[0], PATHS = 32 };

/* One more as the hard limit: at that of time there is no signal that says what it was. */
static int limit(int what, rlim_t most)
{
    struct rlimit now;

    if (getrlimit((__rlimit_resource_t)what, &now) != 0) {
        return 0;
    }
    now.rlim_cur = now.rlim_max < most ? now.rlim_max : most;
    now.rlim_max = now.rlim_max <= most ? now.rlim_max : most + 1;
    return setrlimit((__rlimit_resource_t)what, &now) == 0;
}

static int limit_all(const struct cage *cage)
{
    return limit(RLIMIT_CPU, cage->cpu_s) && limit(RLIMIT_AS, cage->memory_bytes) &&
           limit(RLIMIT_FSIZE, cage->file_bytes) && limit(RLIMIT_CORE, 0);
}

struct grants {
    struct landlock_grant at[SYSTEM_FOLDERS + PATHS + CAGE_READABLE + 4];
    size_t count;
};

/* What is not there need not be granted; what is no folder has no right of one. */
static void grant(struct grants *grants, const char *path, uint64_t rights)
{
    struct stat about;

    if (path != NULL && stat(path, &about) == 0 &&
        grants->count < sizeof grants->at / sizeof grants->at[0]) {
        grants->at[grants->count++] = (struct landlock_grant){
            path, S_ISDIR(about.st_mode) ? rights : rights & (LANDLOCK_PROGRAM | LANDLOCK_DEVICE)};
    }
}

static int confine_files(const struct cage *cage)
{
    struct grants grants = {.count = 0};
    char paths[PLACE_ROOM];
    const char *own_path = getenv("PATH");
    char *rest = NULL;

    grant(&grants, cage->scratch, LANDLOCK_WORK);
    grant(&grants, "/dev/null", LANDLOCK_DEVICE);
    grant(&grants, "/dev/urandom", LANDLOCK_READ);
    for (size_t i = 0; i < SYSTEM_FOLDERS; i++) {
        grant(&grants, system_folders[i], LANDLOCK_BROWSE);
    }
    for (size_t i = 0; i < CAGE_READABLE; i++) {
        grant(&grants, cage->readable[i], LANDLOCK_BROWSE);
    }
    snprintf(paths, sizeof paths, "%s", own_path == NULL ? "" : own_path);
    for (char *at = strtok_r(paths, ":", &rest); at != NULL; at = strtok_r(NULL, ":", &rest)) {
        grant(&grants, at, LANDLOCK_BROWSE);
    }
    return landlock_confine(grants.at, grants.count) == POBF_OK;
}

/* No way to the network, or into another process. */
static int filter_calls(void)
{
    static const int denied[] = {
        SCMP_SYS(socket),
        SCMP_SYS(io_uring_setup),
        SCMP_SYS(ptrace),
        SCMP_SYS(process_vm_readv),
        SCMP_SYS(process_vm_writev),
        SCMP_SYS(pidfd_getfd),
        SCMP_SYS(userfaultfd),
        SCMP_SYS(bpf),
        SCMP_SYS(perf_event_open),
        SCMP_SYS(keyctl),
        SCMP_SYS(add_key),
        SCMP_SYS(request_key),
        SCMP_SYS(unshare),
        SCMP_SYS(setns),
        SCMP_SYS(mount),
    };
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    int works = filter != NULL;

    for (size_t i = 0; works && i < sizeof denied / sizeof denied[0]; i++) {
        works = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), denied[i], 0) == 0;
    }
    works = works && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return works;
}

enum pobf_status cage_limit_files(const struct cage *cage)
{
    return limit(RLIMIT_FSIZE, cage->file_bytes) ? POBF_OK : POBF_E_SYSTEM;
}

enum pobf_status cage_enter(const struct cage *cage)
{
    return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && limit_all(cage) && confine_files(cage) &&
                   filter_calls()
               ? POBF_OK
               : POBF_E_SYSTEM;
}
