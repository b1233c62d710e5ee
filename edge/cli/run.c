#include "edge/cli/run.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { VARIABLE_ROOM = 4096 };

static volatile sig_atomic_t interrupted;
static volatile sig_atomic_t group; /* that runs now; 0: none */

static void end_group(int signal)
{
    interrupted = signal;
    if (group > 0) {
        kill(-group, SIGKILL);
    }
}

void run_guard(void)
{
    const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = end_group, .sa_flags = SA_RESTART};

    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        sigaction(signals[i], &action, NULL);
    }
}

/* Where its three descriptors go. The file actions are to destroy, also where this fails. */
static int redirect(posix_spawn_file_actions_t *actions, const struct run *run)
{
    const int append = O_WRONLY | O_CREAT | O_APPEND;
    const int replace = O_WRONLY | O_CREAT | O_TRUNC;
    const char *output = run->output != NULL ? run->output : run->log;

    return posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
           posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, output,
                                            run->output != NULL ? replace : append, 0600) == 0 &&
           posix_spawn_file_actions_addopen(actions, STDERR_FILENO, run->log, append, 0600) == 0 &&
           posix_spawn_file_actions_addchdir_np(actions, run->folder) == 0;
}

/* A group of its own, so that all that it starts can be ended; signals as a fresh program has. */
static int set_apart(posix_spawnattr_t *attributes)
{
    sigset_t all;

    sigfillset(&all);
    return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF) ==
               0 &&
           posix_spawnattr_setpgroup(attributes, 0) == 0 &&
           posix_spawnattr_setsigdefault(attributes, &all) == 0;
}

/* `all` NULL: the little that it gets of our environment. */
static int start(pid_t *pid, const struct run *run, char *const *all)
{
    char path[VARIABLE_ROOM], home[VARIABLE_ROOM], language[] = "LC_ALL=C.UTF-8";
    char *const environment[] = {path, home, language, NULL};
    const char *caller_path = getenv("PATH");
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int started = 0;

    snprintf(path, sizeof path, "PATH=%s", caller_path != NULL ? caller_path : "/usr/bin:/bin");
    snprintf(home, sizeof home, "HOME=%s", run->folder);
    if (posix_spawn_file_actions_init(&actions) != 0) {
        return 0;
    }
    if (posix_spawnattr_init(&attributes) == 0) {
        /* posix_spawnp is declared without const for history's sake; it alters nothing. */
        union {
            const char *const *given;
            char *const *taken;
        } arguments = {.given = run->arguments};

        started = redirect(&actions, run) && set_apart(&attributes) &&
                  posix_spawnp(pid, run->arguments[0], &actions, &attributes, arguments.taken,
                               all != NULL ? all : environment) == 0;
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return started;
}

static enum pobf_status run_and_wait(const struct run *run, char *const *all)
{
    pid_t pid, reaped;
    int outcome;

    if (interrupted || !start(&pid, run, all)) {
        return POBF_E_SYSTEM;
    }
    group = pid;
    if (interrupted) { /* the signal came before the group had its name */
        kill(-pid, SIGKILL);
    }
    reaped = waitpid(pid, &outcome, 0);
    group = 0;
    if (interrupted || reaped != pid) {
        return POBF_E_SYSTEM;
    }
    return WIFEXITED(outcome) && WEXITSTATUS(outcome) == 0 ? POBF_OK : POBF_E_REFUSED;
}

enum pobf_status run_program(const struct run *run)
{
    return run_and_wait(run, NULL);
}

enum pobf_status run_as_user(const struct run *run)
{
    return run_and_wait(run, environ);
}

int run_interrupted(void)
{
    return interrupted != 0;
}
