#include "enclave/monitor/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <unistd.h>

#include "enclave/monitor/message.h"

static int plan_descriptors(posix_spawn_file_actions_t *plan, int socket)
{
    int result = posix_spawn_file_actions_addopen(plan, STDIN_FILENO, "/dev/null", O_RDONLY, 0);

    if (result == 0) {
        result = posix_spawn_file_actions_adddup2(plan, socket, MESSAGE_HOST);
    }
    if (result == 0) {
        result = posix_spawn_file_actions_addclosefrom_np(plan, MESSAGE_HOST + 1);
    }
    return result;
}

/*
 * A terminal sends its signals to our whole group, and a service manager to all that we started.
 * They are for the host alone: it lets the monitor finish what is in flight, and ends it.
 */
static int plan_signals(posix_spawnattr_t *attributes)
{
    sigset_t hosts;
    sigset_t all;

    sigemptyset(&hosts);
    sigaddset(&hosts, SIGINT);
    sigaddset(&hosts, SIGTERM);
    sigaddset(&hosts, SIGHUP);
    sigfillset(&all);
    return posix_spawnattr_setsigmask(attributes, &hosts) != 0 ||
                   posix_spawnattr_setsigdefault(attributes, &all) != 0
               ? EINVAL
               : posix_spawnattr_setflags(attributes,
                                          POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

enum pobf_status spawn_monitor(pid_t *process, const char *program, int socket)
{
    static char name[] = "pobf-monitor";
    char *const arguments[] = {name, NULL};
    char *const environment[] = {NULL};
    posix_spawn_file_actions_t plan;
    posix_spawnattr_t attributes;
    int result;

    if (posix_spawn_file_actions_init(&plan) != 0) {
        return POBF_E_SYSTEM;
    }
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&plan);
        return POBF_E_SYSTEM;
    }
    result = plan_descriptors(&plan, socket);
    result = result == 0 ? plan_signals(&attributes) : result;
    if (result == 0) {
        result = posix_spawn(process, program, &plan, &attributes, arguments, environment);
    }
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&plan);
    return result == 0 ? POBF_OK : result == ENOENT ? POBF_E_MISSING : POBF_E_SYSTEM;
}
