#include "enclave/host/lockdown.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* All that the first version of Landlock knows: what is not listed here is not confined. */
static const __u64 all_access =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
    LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
    LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
    LANDLOCK_ACCESS_FS_MAKE_SYM;
static const __u64 program_access = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE;
static const __u64 device_access = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE;
static const __u64 folder_access = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
                                   LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                                   LANDLOCK_ACCESS_FS_MAKE_REG;
/* An entry is a folder that is made, and goes again; its files come and go with it. */
static const __u64 reports_access = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
                                    LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR;

enum pobf_status lockdown_privileges(void)
{
    const struct rlimit none = {0, 0};

    return setrlimit(RLIMIT_CORE, &none) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
                   prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
               ? POBF_OK
               : POBF_E_SYSTEM;
}

static int allow(int rules, const char *path, __u64 access)
{
    struct landlock_path_beneath_attr rule = {.allowed_access = access};
    long added;

    if (path == NULL) {
        return 1;
    }
    rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
    if (rule.parent_fd < 0) {
        return 0;
    }
    added = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    close(rule.parent_fd);
    return added == 0;
}

/* What the C library reads to find the address of a name. Not every machine has all of them. */
static int allow_names(int rules)
{
    static const char *const paths[] = {"/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf"};
    int allowed = 1;

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        allowed = allowed && (access(paths[i], R_OK) != 0 ||
                              allow(rules, paths[i], LANDLOCK_ACCESS_FS_READ_FILE));
    }
    return allowed;
}

enum pobf_status lockdown_files(const char *monitor, const char *device, const char *receipts,
                                const char *reports, int asks_for_names)
{
    const struct landlock_ruleset_attr attributes = {.handled_access_fs = all_access};
    const long rules = syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
    int confined;

    if (rules < 0) {
        return POBF_OK;
    }
    confined =
        allow((int)rules, monitor, program_access) && allow((int)rules, device, device_access) &&
        allow((int)rules, "/dev/null", LANDLOCK_ACCESS_FS_READ_FILE) &&
        allow((int)rules, receipts, folder_access) && allow((int)rules, reports, reports_access) &&
        (!asks_for_names || allow_names((int)rules)) &&
        syscall(SYS_landlock_restrict_self, (int)rules, 0) == 0;
    close((int)rules);
    return confined ? POBF_OK : POBF_E_SYSTEM;
}
