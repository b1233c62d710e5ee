/*
 * The service on its own loop, and what it does where a client or the memory is gone.
 * LINK: -Wl,--wrap=calloc
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <signal.h>
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

static struct seat *seat_of(size_t function)
{
    return &service.functions[function].current->seats.seat[0];
}

static const struct metrics *metrics_of(size_t function)
{
    return &service.functions[function].metrics;
}

static uint64_t abandoned(void)
{
    return metrics_of(0)->ends[POBF_EXIT_ABANDONED];
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
        seat_of(0)->tasks.open[i].until_s = 0;
    }
}

static void await_abandoned(uint64_t count)
{
    for (int i = 0; i < 250 && abandoned() < count; i++) {
        run_moment();
    }
    assert_int_equal(abandoned(), count);
    assert_int_equal(seat_of(0)->tasks.open_count, 0);
}

static void an_offer_that_is_not_used_in_time_is_abandoned_with_a_receipt(void **state)
{
    (void)state;
    offer_task();
    assert_int_equal(seat_of(0)->tasks.open_count, 1);
    for (int i = 0; i < 75; i++) {
        run_moment();
    }
    assert_int_equal(seat_of(0)->tasks.open_count, 1); /* control: it is still in time */
    run_out_of_time();
    for (int i = 0; i < 250 && abandoned() == 0; i++) {
        run_moment();
    }
    assert_int_equal(abandoned(), 1);
    assert_int_equal(seat_of(0)->tasks.open_count, 0);
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
    assert_int_equal(seat_of(0)->tasks.open_count, 1);
    assert_int_equal(abandoned(), 0);
    run_out_of_time();
    await_abandoned(1);
    assert_int_equal(count_receipts(), 1);
}

static void an_offer_whose_client_is_gone_is_abandoned_at_once(void **state)
{
    (void)state;
    exchange_begin(&service, seat_of(0), NULL, &(struct job){.kind = LINK_START});
    for (int i = 0; i < 250 && abandoned() == 0; i++) {
        run_moment();
    }
    assert_int_equal(abandoned(), 1);
    assert_int_equal(seat_of(0)->tasks.open_count, 0);
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

    sodium_bin2hex(id, sizeof id, seat_of(0)->tasks.open[0].id, POBF_TASK_ID_BYTES);
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
    assert_int_equal(seat_of(0)->tasks.open_count, 1);
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
    assert_int_equal(seat_of(0)->tasks.open_count, 1);
    assert_int_equal(count_receipts(), 0);
    client = connect_to_service();
    assert_int_equal(send(client, request, size, MSG_NOSIGNAL), size);
    for (int i = 0; i < 250 && count_receipts() == 0; i++) {
        run_moment();
    }
    hang_up(client, 0);
    assert_int_equal(seat_of(0)->tasks.open_count, 0);
    assert_int_equal(metrics_of(0)->ends[POBF_EXIT_REFUSED], 1);
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
        assert_int_equal(seat_of(0)->tasks.open_count, 0);
    }
}

static void the_metrics_say_which_function_is_served(void **state)
{
    char expected[sizeof metrics_of(0)->measurement];

    (void)state;
    sodium_bin2hex(expected, sizeof expected, seat_limits(seat_of(0))->measurement, 8);
    assert_string_equal(metrics_of(0)->measurement, expected);
    assert_string_equal(metrics_of(0)->function, "s");
    assert_int_equal(metrics_of(0)->starts, 1);
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

/* GET the path; the connection stays open. */
static int get(const char *path)
{
    const int client = connect_to_service();
    char request[512];
    const int size = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path);

    assert_in_range(size, 1, sizeof request - 1);
    assert_int_equal(send(client, request, (size_t)size, 0), size);
    return client;
}

/* The status that comes within some seconds; 0: none. */
static int status_of(int client, int moments)
{
    char answer[13] = "";

    for (int i = 0; i < moments; i++) {
        if (recv(client, answer, sizeof answer - 1, MSG_DONTWAIT | MSG_PEEK) == sizeof answer - 1) {
            return atoi(answer + sizeof "HTTP/1.1");
        }
        run_moment();
    }
    return 0;
}

static int is_closed(int client)
{
    char bytes[1024];
    ssize_t got = 1;

    for (int i = 0; i < 250 && got != 0; i++) {
        got = recv(client, bytes, sizeof bytes, MSG_DONTWAIT);
        run_moment();
    }
    return got == 0;
}

#define NONCE "0000000000000000000000000000000000000000000000000000000000000007"

/* Eight connections of two functions: four each. */
static void a_function_that_has_its_share_under_way_takes_nothing_from_the_other(void **state)
{
    int waiting[4];
    int client;

    (void)state;
    kill(harness_child(0), SIGSTOP);
    for (size_t i = 0; i < 4; i++) {
        waiting[i] = get("/functions/s/v1/evidence?nonce=" NONCE);
        assert_int_equal(status_of(waiting[i], 3), 0);
    }
    for (uint64_t i = 1; i <= 6; i++) {
        client = get("/functions/s/v1/evidence?nonce=" NONCE);
        assert_int_equal(status_of(client, 250), 503);
        assert_true(is_closed(client));
        close(client);
        assert_int_equal(metrics_of(0)->shed, i);
        client = get("/functions/t/v1/evidence?nonce=" NONCE);
        assert_int_equal(status_of(client, 250), 200);
        close(client);
    }
    assert_int_equal(metrics_of(1)->shed, 0);
    kill(harness_child(0), SIGCONT);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(status_of(waiting[i], 250), 200);
        close(waiting[i]);
    }
    client = get("/functions/s/v1/evidence?nonce=" NONCE);
    assert_int_equal(status_of(client, 250), 200);
    close(client);
}

static void of_several_each_is_there_under_its_name_alone(void **state)
{
    static const struct {
        const char *path;
        int status;
    } asked[] = {
        {"/functions/s/healthz", 200},
        {"/functions/t/healthz", 200},
        {"/functions/u/healthz", 404},
        {"/functions//healthz", 404},
        {"/functions/s/x/healthz", 404},
        {"/functions/sx/healthz", 404},
        {"/healthz", 200},
        {"/metrics", 200},
        {"/functions/s/metrics", 404},
        {"/v1/evidence?nonce=" NONCE, 404},
        {"/functions/u/v1/evidence?nonce=" NONCE, 404},
    };

    (void)state;
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        const int client = get(asked[i].path);
        const int status = status_of(client, 250);

        close(client);
        if (status != asked[i].status) {
            fail_msg("%s: %d", asked[i].path, status);
        }
    }
}

static void where_one_does_not_stay_up_the_other_serves_and_the_host_goes_on(void **state)
{
    (void)state;
    service.functions[0].is_given_up = 1;
    service.host.given_up(&service);
    assert_false(service.failed);
    service.functions[1].is_given_up = 1;
    service.host.given_up(&service);
    assert_true(service.failed);
}

static int open_functions(size_t count)
{
    const struct http_options options = {
        .listen = "127.0.0.1:0", .body_max = 4096 + 48, .timeout_s = 5, .connections_max = 8};
    struct service_function functions[] = {{.name = "s"}, {.name = "t"}};
    const struct service_options serving = {
        .functions = functions,
        .count = count,
        .monitor_path = monitor,
        .trustlets = 1,
        .connections_max = options.connections_max,
        .receipts = receipts,
    };

    for (size_t i = 0; i < count; i++) {
        uint8_t *bytes = malloc(image_size);

        if (bytes == NULL) {
            return -1;
        }
        memcpy(bytes, image, image_size);
        functions[i].source.bytes = bytes;
        if (image_parse(&functions[i].source.image, bytes, image_size) != POBF_OK) {
            return -1;
        }
    }
    if (http_open(&http, &options, service_routes, service_route_count, &service) != POBF_OK) {
        return -1;
    }
    return service_open(&service, http, &serving) == POBF_OK ? 0 : -1;
}

static int open_service(void **state)
{
    (void)state;
    return open_functions(1);
}

static int open_two(void **state)
{
    (void)state;
    return open_functions(2);
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
        cmocka_unit_test_setup_teardown(
            a_function_that_has_its_share_under_way_takes_nothing_from_the_other, open_two,
            close_service),
        cmocka_unit_test_setup_teardown(of_several_each_is_there_under_its_name_alone, open_two,
                                        close_service),
        cmocka_unit_test_setup_teardown(
            where_one_does_not_stay_up_the_other_serves_and_the_host_goes_on, open_two,
            close_service),
    };

    return cmocka_run_group_tests(tests, prepare, clean_up);
}
