#include "edge/cli/run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { VARIABLE_ROOM = 4096 };

static volatile sig_atomic_t interrupted;
static volatile sig_atomic_t late;  /* the one that ran last */
static volatile sig_atomic_t group; /* that runs now; 0: none */

static void end_group(int signal)
{
    interrupted = signal;
    if (group > 0) {
        kill(-group, SIGKILL);
    }
}

/* So is one that takes too long. */
static void end_late(int signal)
{
    (void)signal;
    late = 1;
    if (group > 0) {
        kill(-group, SIGKILL);
    }
}

static void handle(int signal, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};

    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, NULL);
}

void run_guard(void)
{
    handle(SIGINT, end_group);
    handle(SIGTERM, end_group);
    handle(SIGHUP, end_group);
}

void run_unguard(void)
{
    handle(SIGINT, SIG_DFL);
    handle(SIGTERM, SIG_DFL);
    handle(SIGHUP, SIG_DFL);
}

/* Where one of its descriptors goes. */
static int redirect(int descriptor, const char *path, int flags)
{
    const int opened = open(path, flags, 0600);
    const int done = opened >= 0 && dup2(opened, descriptor) == descriptor;

    if (opened >= 0 && opened != descriptor) {
        close(opened);
    }
    return done;
}

static int redirect_all(const struct run *run)
{
    const int append = O_WRONLY | O_CREAT | O_APPEND;
    const int replace = O_WRONLY | O_CREAT | O_TRUNC;

    return redirect(STDIN_FILENO, "/dev/null", O_RDONLY) &&
           (run->output != NULL ? redirect(STDOUT_FILENO, run->output, replace)
                                : redirect(STDOUT_FILENO, run->log, append)) &&
           redirect(STDERR_FILENO, run->log, append) && chdir(run->folder) == 0;
}

/* A group of its own, so that all that it starts can be ended; signals as a fresh program has. */
static int set_apart(void)
{
    sigset_t none;

    for (int i = 1; i < NSIG; i++) {
        signal(i, SIG_DFL);
    }
    sigemptyset(&none);
    return setpgid(0, 0) == 0 && sigprocmask(SIG_SETMASK, &none, NULL) == 0;
}

/* A tool that has all of our environment has its files and the network too. */
static enum pobf_status confine(const struct cage *cage, char *const *all)
{
    if (cage == NULL) {
        return POBF_OK;
    }
    return all != NULL ? cage_limit_files(cage) : cage_enter(cage);
}

/* Returns where it could not become the program. `all` NULL: the little of our environment. */
static void become(const struct run *run, const struct cage *cage, char *const *all)
{
    char path[VARIABLE_ROOM], home[VARIABLE_ROOM], temporary[VARIABLE_ROOM];
    char language[] = "LC_ALL=C.UTF-8", epoch[] = "SOURCE_DATE_EPOCH=0";
    char *environment[] = {path, home, language, NULL, NULL, NULL};
    const char *caller_path = getenv("PATH");
    /* execvpe is declared without const for history's sake; it alters nothing. */
    union {
        const char *const *given;
        char *const *taken;
    } arguments = {.given = run->arguments};

    snprintf(path, sizeof path, "PATH=%s", caller_path != NULL ? caller_path : "/usr/bin:/bin");
    snprintf(home, sizeof home, "HOME=%s", run->folder);
    if (cage != NULL) {
        snprintf(temporary, sizeof temporary, "TMPDIR=%s", cage->scratch);
        environment[3] = temporary;
        environment[4] = epoch;
    }
    if (set_apart() && redirect_all(run) && confine(cage, all) == POBF_OK) {
        execvpe(run->arguments[0], arguments.taken, all != NULL ? all : environment);
    }
}

/* Returns 1 once it is the program; what could not become it has said so, and is gone. */
static int start(pid_t *pid, const struct run *run, const struct cage *cage, char *const *all)
{
    int ends[2];
    char failed = 0;
    ssize_t told;

    if (pipe2(ends, O_CLOEXEC) != 0) {
        return 0;
    }
    *pid = fork();
    if (*pid == 0) {
        become(run, cage, all);
        told = write(ends[1], "x", 1);
        _exit(told == 1 ? 127 : 126);
    }
    close(ends[1]);
    do {
        told = read(ends[0], &failed, 1);
    } while (told < 0 && errno == EINTR);
    close(ends[0]);
    if (*pid > 0 && told != 0) {
        (void)waitpid(*pid, NULL, 0);
    }
    return *pid > 0 && told == 0;
}

/* What a signal says of how a tool ended, for whoever reads its log. */
static void explain(const struct run *run, const struct cage *cage, int outcome)
{
    FILE *log = fopen(run->log, "ae");

    if (log == NULL) {
        return;
    }
    if (late) {
        fprintf(log, "%s: not done within %u seconds\n", run->arguments[0], cage->wall_s);
    } else if (WIFSIGNALED(outcome)) {
        fprintf(log, "%s: %s\n", run->arguments[0], strsignal(WTERMSIG(outcome)));
    }
    fclose(log);
}

/* Wait for its end, and end what it leaves behind while its number still is its own. */
static pid_t await(pid_t pid, int *outcome, unsigned most_s)
{
    siginfo_t ended;

    group = pid;
    late = 0;
    alarm(most_s);
    if (interrupted) { /* the signal came before the group had its name */
        kill(-pid, SIGKILL);
    }
    while (waitid(P_PID, (id_t)pid, &ended, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
    }
    alarm(0);
    kill(-pid, SIGKILL);
    group = 0;
    return waitpid(pid, outcome, 0);
}

static enum pobf_status run_and_wait(const struct run *run, const struct cage *cage,
                                     char *const *all)
{
    pid_t pid, reaped;
    int outcome;

    handle(SIGALRM, end_late);
    if (interrupted || !start(&pid, run, cage, all)) {
        return POBF_E_SYSTEM;
    }
    reaped = await(pid, &outcome, cage != NULL ? cage->wall_s : 0);
    if (interrupted || reaped != pid) {
        return POBF_E_SYSTEM;
    }
    if (late || WIFSIGNALED(outcome)) {
        explain(run, cage, outcome);
    }
    return !late && WIFEXITED(outcome) && WEXITSTATUS(outcome) == 0 ? POBF_OK : POBF_E_REFUSED;
}

enum pobf_status run_caged(const struct run *run, const struct cage *cage)
{
    return run_and_wait(run, cage, NULL);
}

enum pobf_status run_program(const struct run *run)
{
    return run_and_wait(run, NULL, NULL);
}

enum pobf_status run_as_user(const struct run *run, const struct cage *cage)
{
    return run_and_wait(run, cage, environ);
}

int run_interrupted(void)
{
    return interrupted != 0;
}
