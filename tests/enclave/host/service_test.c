/*
 * The service on its own loop, and what it does where a client or the memory is gone.
 * LINK: -Wl,--wrap=calloc
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "edge/cli/file.h"
#include "enclave/host/compile.h"
#include "enclave/host/exchange.h"
#include "tests/enclave/harness.h"

/* The service and its loop run here; a client is a process of its own. */
static char folder[] = "/tmp/pobf-service-XXXXXX";
static uint8_t *image;
static size_t image_size;
static char receipts[PLACE_ROOM];
static char monitor[HARNESS_PATH_ROOM];
static struct http *http;
static struct service service;

static void run_moment(void)
{
    const struct timeval moment = {0, 20000};

    event_base_loopexit(http_base(http), &moment);
    event_base_dispatch(http_base(http));
}

static uint64_t abandoned(void)
{
    return service.metrics.ends[POBF_EXIT_ABANDONED];
}

static size_t count_receipts(void)
{
    DIR *listing = opendir(receipts);
    const struct dirent *entry;
    size_t count = 0;

    assert_non_null(listing);
    while ((entry = readdir(listing)) != NULL) {
        count += strstr(entry->d_name, ".receipt") != NULL;
    }
    closedir(listing);
    return count;
}

/* Ask for a task from another process, and run the loop until it has its offer. */
static void offer_task(void)
{
    char command[128];
    pid_t client;
    int status = -1;

    snprintf(command, sizeof command,
             "curl -s -m 5 -o /dev/null -X POST http://127.0.0.1:%u/v1/tasks", http_port(http));
    client = fork();
    if (client == 0) {
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    while (waitpid(client, &status, WNOHANG) == 0) {
        run_moment();
    }
    assert_int_equal(status, 0);
}

/* Which of the next requests for memory fails: 1 the very next; 0 none. */
static unsigned failing_request;

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
    if (failing_request > 0) {
        failing_request--;
        return failing_request == 0 ? NULL : __real_calloc(count, size);
    }
    return __real_calloc(count, size);
}

static void run_out_of_time(void)
{
    for (size_t i = 0; i < TASKS_OPEN_MAX; i++) {
        service.seats.seat[0].tasks.open[i].until_s = 0;
    }
}

static void await_abandoned(uint64_t count)
{
    for (int i = 0; i < 250 && abandoned() < count; i++) {
        run_moment();
    }
    assert_int_equal(abandoned(), count);
    assert_int_equal(service.seats.seat[0].tasks.open_count, 0);
}

static void an_offer_that_is_not_used_in_time_is_abandoned_with_a_receipt(void **state)
{
    (void)state;
    offer_task();
    assert_int_equal(service.seats.seat[0].tasks.open_count, 1);
    for (int i = 0; i < 75; i++) {
        run_moment();
    }
    assert_int_equal(service.seats.seat[0].tasks.open_count, 1); /* control: it is still in time */
    run_out_of_time();
    for (int i = 0; i < 250 && abandoned() == 0; i++) {
        run_moment();
    }
    assert_int_equal(abandoned(), 1);
    assert_int_equal(service.seats.seat[0].tasks.open_count, 0);
    assert_int_equal(count_receipts(), 1);
}

/* Where there is no memory to tell the monitor, its key is not lost sight of. */
static void an_offer_that_cannot_be_abandoned_yet_is_abandoned_later(void **state)
{
    (void)state;
    offer_task();
    run_out_of_time();
    failing_request = 1;
    for (int i = 0; i < 250 && failing_request > 0; i++) {
        run_moment();
    }
    assert_int_equal(failing_request, 0);
    assert_int_equal(service.seats.seat[0].tasks.open_count, 1);
    assert_int_equal(abandoned(), 0);
    run_out_of_time();
    await_abandoned(1);
    assert_int_equal(count_receipts(), 1);
}

static void an_offer_whose_client_is_gone_is_abandoned_at_once(void **state)
{
    (void)state;
    exchange_begin(&service, &service.seats.seat[0], NULL, &(struct job){.kind = LINK_START});
    for (int i = 0; i < 250 && abandoned() == 0; i++) {
        run_moment();
    }
    assert_int_equal(abandoned(), 1);
    assert_int_equal(service.seats.seat[0].tasks.open_count, 0);
    assert_int_equal(count_receipts(), 1);
}

static int connect_to_service(void)
{
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_port = htons((uint16_t)http_port(http)),
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int client = socket(AF_INET, SOCK_STREAM, 0);

    assert_true(client >= 0);
    assert_int_equal(connect(client, (const struct sockaddr *)&address, sizeof address), 0);
    return client;
}

/* Every other client goes with a reset. */
static void hang_up(int client, size_t number)
{
    const struct linger reset = {1, 0};

    if (number % 2 == 0) {
        setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    }
    close(client);
    event_base_loop(http_base(http), EVLOOP_NONBLOCK);
}

/* A request with a sealed input that does not open, to the one task that is open. */
static size_t print_request(char *request, size_t room)
{
    char id[2 * POBF_TASK_ID_BYTES + 1];
    int size;

    sodium_bin2hex(id, sizeof id, service.seats.seat[0].tasks.open[0].id, POBF_TASK_ID_BYTES);
    size =
        snprintf(request, room,
                 "POST /v1/tasks/%s HTTP/1.1\r\nHost: x\r\nContent-Length: 64\r\n\r\n%064d", id, 0);
    assert_in_range(size, 1, room - 1);
    return (size_t)size;
}

static void an_input_that_finds_no_memory_leaves_its_task_open(void **state)
{
    char request[512];
    char answer[16] = "";
    size_t size;
    int client;

    (void)state;
    offer_task();
    size = print_request(request, sizeof request);
    client = connect_to_service();
    failing_request = 2; /* the first is of the server, for the request itself */
    assert_int_equal(send(client, request, size, 0), size);
    for (int i = 0; i < 250 && recv(client, answer, sizeof answer - 1, MSG_DONTWAIT) <= 0; i++) {
        run_moment();
    }
    close(client);
    assert_memory_equal(answer, "HTTP/1.1 500", 12);
    assert_int_equal(service.seats.seat[0].tasks.open_count, 1);
    run_out_of_time();
    await_abandoned(1);
}

static void a_client_that_hangs_up_at_any_byte_spends_a_task_only_with_the_last(void **state)
{
    char request[512];
    size_t size;
    int client;

    (void)state;
    offer_task();
    size = print_request(request, sizeof request);
    for (size_t i = 0; i < size; i++) {
        client = connect_to_service();
        assert_int_equal(send(client, request, i, MSG_NOSIGNAL), i);
        hang_up(client, i);
    }
    run_moment();
    assert_int_equal(service.seats.seat[0].tasks.open_count, 1);
    assert_int_equal(count_receipts(), 0);
    client = connect_to_service();
    assert_int_equal(send(client, request, size, MSG_NOSIGNAL), size);
    for (int i = 0; i < 250 && count_receipts() == 0; i++) {
        run_moment();
    }
    hang_up(client, 0);
    assert_int_equal(service.seats.seat[0].tasks.open_count, 0);
    assert_int_equal(service.metrics.ends[POBF_EXIT_REFUSED], 1);
    assert_int_equal(count_receipts(), 1);
}

static void a_client_that_hangs_up_in_its_answer_leaves_one_receipt(void **state)
{
    (void)state;
    for (size_t i = 0; i < 24; i++) {
        char request[512];
        char answer[512];
        size_t size;
        int client;

        offer_task();
        size = print_request(request, sizeof request);
        client = connect_to_service();
        assert_int_equal(send(client, request, size, MSG_NOSIGNAL), size);
        for (int j = 0; j < 250 && count_receipts() == i; j++) {
            event_base_loop(http_base(http), EVLOOP_ONCE);
        }
        if (i > 0) {
            run_moment();
            assert_int_equal(recv(client, answer, i * 16, MSG_WAITALL), i * 16);
        }
        hang_up(client, i);
        assert_int_equal(count_receipts(), i + 1);
        assert_int_equal(service.seats.seat[0].tasks.open_count, 0);
    }
}

static void the_metrics_say_which_function_is_served(void **state)
{
    char expected[sizeof service.metrics.function];

    (void)state;
    sodium_bin2hex(expected, sizeof expected, seat_limits(&service.seats.seat[0])->measurement, 8);
    assert_string_equal(service.metrics.function, expected);
    assert_int_equal(service.metrics.starts, 1);
}

static void what_all_connections_may_hold_is_bounded(void **state)
{
    const size_t most = (size_t)1 << 30;

    (void)state;
    assert_int_equal(service_connections_max(48, 48), SERVICE_CONNECTIONS_MAX);
    assert_int_equal(service_connections_max(1 << 20, 1 << 20), SERVICE_CONNECTIONS_MAX);
    assert_int_equal(service_connections_max(16 << 20, 48), 63);
    assert_int_equal(service_connections_max(48, 16 << 20), 63);
    assert_int_equal(service_connections_max(most, most), SERVICE_CONNECTIONS_MIN);
    for (size_t size = 48; size <= most / SERVICE_CONNECTIONS_MIN / 2; size += size / 3) {
        assert_true(service_connections_max(size, size) * 2 * size <= most);
    }
}

static int open_service(void **state)
{
    const struct http_options options = {
        .listen = "127.0.0.1:0", .body_max = 4096 + 48, .timeout_s = 5, .connections_max = 8};
    const struct service_options serving = {
        .link = {.monitor_path = monitor, .image = image, .image_size = image_size},
        .trustlets = 1,
        .receipts = receipts,
    };

    (void)state;
    if (http_open(&http, &options, service_routes, service_route_count, &service) != POBF_OK) {
        return -1;
    }
    return service_open(&service, http, &serving) == POBF_OK ? 0 : -1;
}

static int close_service(void **state)
{
    char command[PLACE_ROOM + 32];

    (void)state;
    service_close(&service);
    http_close(http);
    snprintf(command, sizeof command, "rm -f %s/*.receipt", receipts);
    return system(command);
}

static int write_file(const char *name, const char *text)
{
    char path[PLACE_ROOM];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return file_write(path, (const uint8_t *)text, strlen(text), 0) == POBF_OK ? 0 : -1;
}

static int prepare(void **state)
{
    char path[PLACE_ROOM];

    (void)state;
    setenv("POBF_SHARE", ".", 1);
    snprintf(monitor, sizeof monitor, "%s/pobf-monitor", harness_folder());
    if (mkdtemp(folder) == NULL ||
        write_file("function.c", "#include \"pobf_function.h\"\n"
                                 "int pobf_function(struct pobf_call *call) {\n"
                                 "    call->output_size = 0;\n"
                                 "    return 0;\n}\n") != 0 ||
        write_file("pobf.json", "{\"name\":\"s\",\"input_max\":4096,\"output_max\":4096,"
                                "\"arena\":0,\"stack\":16384,\"deadline_ms\":900}") != 0 ||
        compile_project(path, folder, NULL) != POBF_OK ||
        file_read(&image, &image_size, path, IMAGE_FILE_MAX) != POBF_OK) {
        return -1;
    }
    snprintf(receipts, sizeof receipts, "%s/receipts", folder);
    return mkdir(receipts, 0700);
}

static int clean_up(void **state)
{
    char command[128];

    (void)state;
    file_free(image, image_size);
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            an_offer_that_is_not_used_in_time_is_abandoned_with_a_receipt, open_service,
            close_service),
        cmocka_unit_test_setup_teardown(an_offer_that_cannot_be_abandoned_yet_is_abandoned_later,
                                        open_service, close_service),
        cmocka_unit_test_setup_teardown(an_input_that_finds_no_memory_leaves_its_task_open,
                                        open_service, close_service),
        cmocka_unit_test_setup_teardown(an_offer_whose_client_is_gone_is_abandoned_at_once,
                                        open_service, close_service),
        cmocka_unit_test_setup_teardown(
            a_client_that_hangs_up_at_any_byte_spends_a_task_only_with_the_last, open_service,
            close_service),
        cmocka_unit_test_setup_teardown(a_client_that_hangs_up_in_its_answer_leaves_one_receipt,
                                        open_service, close_service),
        cmocka_unit_test(what_all_connections_may_hold_is_bounded),
        cmocka_unit_test_setup_teardown(the_metrics_say_which_function_is_served, open_service,
                                        close_service),
    };

    return cmocka_run_group_tests(tests, prepare, clean_up);
}
