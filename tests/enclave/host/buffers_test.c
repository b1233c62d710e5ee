/*
 * What pobf-host itself holds after a call, in the buffers of its server, its queue and its side of
 * the window: cipher text and receipts, never what was sealed.
 */
#include "tests/enclave/harness.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

enum { CANARY_BYTES = 16, INPUT_BYTES = 4096, CHUNK = 1 << 16, CALLS = 5, WAIT_MS = 20000 };

static const struct harness_limits limits = {
    .deadline_ms = 5000, .input_max = 8192, .output_max = 8192, .arena = 4096, .stack = 16384};

static char folder[] = "/tmp/pobf-buffers-XXXXXX";
static char image[HARNESS_PATH_ROOM];
static uint8_t canary[CANARY_BYTES];

static int begin(void **state)
{
    char path[HARNESS_PATH_ROOM];
    FILE *file;

    (void)state;
    if (sodium_init() < 0 || mkdtemp(folder) == NULL ||
        harness_build(image, "echo", &limits) != 0) {
        return -1;
    }
    randombytes_buf(canary, sizeof canary);
    snprintf(path, sizeof path, "%s/in", folder);
    file = fopen(path, "wb");
    for (int i = 0; file != NULL && i < INPUT_BYTES / CANARY_BYTES; i++) {
        fwrite(canary, 1, sizeof canary, file);
    }
    return file == NULL || fclose(file) != 0 ? -1 : 0;
}

static int end(void **state)
{
    char command[HARNESS_PATH_ROOM];

    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

/* The port that it is bound to, once it is. */
static long await_port(void)
{
    char path[HARNESS_PATH_ROOM];
    long port = 0;

    snprintf(path, sizeof path, "%s/port", folder);
    for (int waited = 0; port == 0 && waited < WAIT_MS; waited += 10) {
        FILE *file = fopen(path, "r");

        if (file != NULL) {
            if (fscanf(file, "%ld", &port) != 1) {
                port = 0;
            }
            fclose(file);
        }
        usleep(10000);
    }
    unlink(path);
    return port;
}

static pid_t serve(const char *backend)
{
    char program[HARNESS_PATH_ROOM];
    char path[HARNESS_PATH_ROOM];
    const pid_t host = fork();

    if (host == 0) {
        snprintf(program, sizeof program, "%s/pobf-host", harness_folder());
        snprintf(path, sizeof path, "%s/port", folder);
        execl(program, program, "serve", image, "--listen", "127.0.0.1:0", "--port-file", path,
              "--backend", backend, "--trustlets", "1", (char *)NULL);
        _exit(127);
    }
    return host;
}

static void call(const char *backend, long port)
{
    char command[4096];

    snprintf(command, sizeof command,
             "'%1$s/pobf-host' measure '%2$s' --backend %3$s --json >'%4$s/reference' && "
             "'%1$s/pobf' call http://127.0.0.1:%5$ld --in '%4$s/in' --out '%4$s/out' "
             "--reference '%4$s/reference' --insecure-accept-sim 2>'%4$s/talk' && "
             "cmp '%4$s/in' '%4$s/out'",
             harness_folder(), image, backend, folder, port);
    assert_int_equal(system(command), 0);
}

static unsigned count_in_range(int memory, unsigned long begin, unsigned long end,
                               const uint8_t *wanted)
{
    static uint8_t chunk[CHUNK];
    unsigned count = 0;

    for (unsigned long at = begin; at < end; at += CHUNK - CANARY_BYTES) {
        const size_t size = end - at < CHUNK ? end - at : CHUNK;
        const ssize_t got = pread(memory, chunk, size, (off_t)at);

        count += got > 0 && memmem(chunk, (size_t)got, wanted, CANARY_BYTES) != NULL;
    }
    return count;
}

/* In how many pieces of a process's memory it stands; -1 where nobody may look. */
static int count_in_process(pid_t process, const uint8_t *wanted)
{
    char path[64];
    char line[512];
    unsigned count = 0;
    FILE *maps;
    int memory;

    snprintf(path, sizeof path, "/proc/%d/mem", (int)process);
    memory = open(path, O_RDONLY);
    snprintf(path, sizeof path, "/proc/%d/maps", (int)process);
    maps = fopen(path, "r");
    if (memory < 0 || maps == NULL) {
        return -1;
    }
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long from;
        unsigned long to;

        if (sscanf(line, "%lx-%lx r", &from, &to) == 2 && strstr(line, "vsyscall") == NULL) {
            count += count_in_range(memory, from, to, wanted);
        }
    }
    fclose(maps);
    close(memory);
    return (int)count;
}

/* Something of the last call that the host does hold: the beginning of its receipt. */
static void read_receipt(uint8_t begin[CANARY_BYTES])
{
    char path[HARNESS_PATH_ROOM];
    FILE *file;

    snprintf(path, sizeof path, "%s/out.receipt", folder);
    file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 64, SEEK_SET), 0);
    assert_int_equal(fread(begin, 1, CANARY_BYTES, file), CANARY_BYTES);
    fclose(file);
}

static void assert_only_cipher_text(const char *backend)
{
    const pid_t host = serve(backend);
    const long port = await_port();
    uint8_t receipt[CANARY_BYTES];

    assert_true(port > 0);
    for (int i = 0; i < CALLS; i++) {
        call(backend, port);
    }
    read_receipt(receipt);
    if (count_in_process(host, canary) < 0) {
        print_message("SKIP: only root may look into pobf-host\n");
    } else {
        assert_int_equal(count_in_process(host, canary), 0);
        assert_true(count_in_process(host, receipt) > 0); /* shows that looking finds */
        assert_true(count_in_process(getpid(), canary) > 0);
    }
    kill(host, SIGTERM);
    assert_int_equal(waitpid(host, NULL, 0), host);
}

static void a_host_holds_cipher_text_alone(void **state)
{
    (void)state;
    assert_only_cipher_text("process");
}

static void a_host_of_machines_holds_cipher_text_alone(void **state)
{
    (void)state;
    if (access("/dev/kvm", R_OK | W_OK) != 0) {
        print_message("SKIP: no /dev/kvm\n");
        skip();
    }
    assert_only_cipher_text("kvm");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_host_holds_cipher_text_alone),
        cmocka_unit_test(a_host_of_machines_holds_cipher_text_alone),
    };

    return cmocka_run_group_tests_name("enclave/host/buffers", tests, begin, end);
}
