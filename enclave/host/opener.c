#include "enclave/host/opener.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave/monitor/packet.h"
#include "enclave/process/confine.h"

enum { SOCKET = 3, FLAGS = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY };

/* NULL stands for nothing. */
static enum pobf_status open_regular(int *file, const char *path)
{
    struct stat facts;

    *file = path == NULL ? -1 : open(path, FLAGS);
    if (*file < 0) {
        return path != NULL && errno == ENOENT ? POBF_E_MISSING : POBF_E_SYSTEM;
    }
    if (fstat(*file, &facts) != 0 || !S_ISREG(facts.st_mode)) {
        close(*file);
        *file = -1;
        return POBF_E_SYSTEM;
    }
    return POBF_OK;
}

/* Until the host is gone. */
static void work(const char *const paths[], size_t count)
{
    uint64_t number;

    while (packet_receive(SOCKET, &number, sizeof number, NULL, 0) == sizeof number) {
        int file;
        const uint32_t status = open_regular(&file, number < count ? paths[number] : NULL);

        if (packet_send(SOCKET, &status, sizeof status, &file, status == POBF_OK ? 1 : 0) !=
            POBF_OK) {
            return;
        }
        if (file >= 0) {
            close(file);
        }
    }
}

/* It reads files, and talks on its socket. */
static enum pobf_status confine(void)
{
    static const struct confine_call calls[] = {
        {SYS_recvmsg, 0, SOCKET}, {SYS_sendmsg, 0, SOCKET}, {SYS_openat, 2, FLAGS},
        {SYS_newfstatat, -1, 0},  {SYS_close, -1, 0},       {SYS_exit_group, -1, 0},
    };
    const enum pobf_status status = confine_process();

    return status == POBF_OK ? confine_calls(calls, sizeof calls / sizeof calls[0]) : status;
}

/* It has its socket and nothing else; what is said to the host by a terminal is not said to it. */
static _Noreturn void live(int socket, const char *const paths[], size_t count)
{
    const int deaf[] = {SIGHUP, SIGINT, SIGTERM, SIGPIPE};

    for (size_t i = 0; i < sizeof deaf / sizeof deaf[0]; i++) {
        signal(deaf[i], SIG_IGN);
    }
    if (dup2(socket, SOCKET) == SOCKET && close_range(SOCKET + 1, ~0U, 0) == 0 &&
        confine() == POBF_OK) {
        work(paths, count);
    }
    _exit(0);
}

enum pobf_status opener_begin(struct opener *opener, const char *const paths[], size_t count)
{
    int sockets[2];

    *opener = (struct opener){.process = 0};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
        return POBF_E_SYSTEM;
    }
    opener->process = fork();
    if (opener->process == 0) {
        live(sockets[1], paths, count);
    }
    close(sockets[1]);
    opener->socket = sockets[0];
    if (opener->process < 0) {
        close(sockets[0]);
        opener->process = 0;
        return POBF_E_SYSTEM;
    }
    return POBF_OK;
}

void opener_end(struct opener *opener)
{
    if (opener->process > 0) {
        close(opener->socket);
        kill(opener->process, SIGKILL);
        (void)waitpid(opener->process, NULL, 0);
    }
    opener->process = 0;
}

enum pobf_status opener_ask(struct opener *opener, size_t number)
{
    const uint64_t asked = number;

    return packet_send(opener->socket, &asked, sizeof asked, NULL, 0);
}

enum pobf_status opener_take(struct opener *opener, int *file)
{
    uint32_t status;

    *file = -1;
    if (packet_receive(opener->socket, &status, sizeof status, file, 1) != sizeof status ||
        status >= POBF_STATUS_COUNT || (status == POBF_OK) != (*file >= 0)) {
        if (*file >= 0) {
            close(*file);
        }
        *file = -1;
        return POBF_E_STATE;
    }
    return (enum pobf_status)status;
}
