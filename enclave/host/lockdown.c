#include "enclave/host/lockdown.h"

#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "edge/cli/landlock.h"

/* An entry is a folder that is made, and goes again; its files come and go with it. */
static const uint64_t reports_access =
    LANDLOCK_DEVICE | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR;

enum pobf_status lockdown_privileges(void)
{
    const struct rlimit none = {0, 0};

    return setrlimit(RLIMIT_CORE, &none) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
                   prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
               ? POBF_OK
               : POBF_E_SYSTEM;
}

/* What the C library reads to find the address of a name. Not every machine has all of it. */
static struct landlock_grant of_names(int asks_for_names, const char *path)
{
    return (struct landlock_grant){asks_for_names && access(path, R_OK) == 0 ? path : NULL,
                                   LANDLOCK_READ};
}

enum pobf_status lockdown_files(const char *monitor, const char *device, const char *receipts,
                                const char *reports, int asks_for_names)
{
    const struct landlock_grant grants[] = {
        {monitor, LANDLOCK_PROGRAM},
        {device, LANDLOCK_DEVICE},
        {"/dev/null", LANDLOCK_READ},
        {receipts, LANDLOCK_KEEP},
        {reports, reports_access},
        of_names(asks_for_names, "/etc/hosts"),
        of_names(asks_for_names, "/etc/resolv.conf"),
        of_names(asks_for_names, "/etc/nsswitch.conf"),
    };

    return landlock_confine(grants, sizeof grants / sizeof grants[0]);
}
