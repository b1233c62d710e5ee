#include "edge/cli/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* All that the first version of Landlock knows: what is not listed here is not confined. */
static const uint64_t all_access = LANDLOCK_WORK | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                                   LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                                   LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;

static int allow(int rules, const struct landlock_grant *grant)
{
    struct landlock_path_beneath_attr rule = {.allowed_access = grant->access};
    long added;

    if (grant->path == NULL) {
        return 1;
    }
    rule.parent_fd = open(grant->path, O_PATH | O_CLOEXEC);
    if (rule.parent_fd < 0) {
        return 0;
    }
    added = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    close(rule.parent_fd);
    return added == 0;
}

/* What a kernel says that does not know it, or where it is off, or a container that hides it. */
static int is_absent(int error)
{
    return error == ENOSYS || error == EOPNOTSUPP || error == EPERM;
}

enum pobf_status landlock_confine(const struct landlock_grant *grants, size_t count)
{
    const struct landlock_ruleset_attr attributes = {.handled_access_fs = all_access};
    const int rules = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
    const int error = errno;
    int confined = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;

    if (rules < 0) {
        return confined && is_absent(error) ? POBF_OK : POBF_E_SYSTEM;
    }
    for (size_t i = 0; i < count; i++) {
        confined = confined && allow(rules, &grants[i]);
    }
    confined = confined && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    close(rules);
    return confined ? POBF_OK : POBF_E_SYSTEM;
}
