/*
 * The verifier's service, over HTTP on loopback: how many appraisals one core does in a second, by the
 * service's own processor time, and that its memory does not grow with them.
 *   BENCH_APPRAISALS=100000   how many of each kind; 2000
 */
#include "tests/bench/bench.h"
#include "tests/verifier/service/ask.h"
#include "tests/verifier/tpm/made.h"
#include "verifier/service/submission.h"

static struct reference reference = {.measurement = {1}, .policy = {2}, .monitor = {3}};
static uint8_t platform_root[POBF_PUBLIC_KEY_BYTES], platform_key[POBF_SIGNING_KEY_BYTES];
static struct hardware_policy policy;
static struct hardware_item named;
static struct hardware_input given;

static void start(void)
{
    struct key *key = NULL;

    bench_need(tpm_begin(NULL) == 0 && key_generate(&key, KEY_ES256) == POBF_OK, "making keys");
    crypto_sign_keypair(platform_root, platform_key);
    policy_affirming(&policy);
    named = (struct hardware_item){tpm_pem, tpm_pem_size};
    given = (struct hardware_input){
        .policy = &policy, .endorsements = &named, .endorsement_count = 1, .named_count = 1};
    api.key = key;
    api.hardware = &given;
    api.policy = (struct appraisal_policy){
        .reference = &reference, .sim_root = platform_root, .accept_sim = 1};
    bench_need(ask_start() == 0, "starting the service");
}

/* A number of /proc/PID/FILE: the one after so many words. */
static double number_of(const char *file, int words)
{
    char path[64], word[256];
    double number = 0;
    FILE *stream;

    snprintf(path, sizeof path, "/proc/%d/%s", server, file);
    stream = fopen(path, "r");
    bench_need(stream != NULL, path);
    for (int i = 0; i <= words; i++) {
        bench_need(fscanf(stream, "%255s", word) == 1, path);
    }
    number = strtod(word, NULL);
    fclose(stream);
    return number;
}

static double cpu_s(void)
{
    return (number_of("stat", 13) + number_of("stat", 14)) / (double)sysconf(_SC_CLK_TCK);
}

static double resident_kib(void)
{
    return number_of("statm", 1) * (double)sysconf(_SC_PAGESIZE) / 1024;
}

static void open_session(uint8_t nonce[POBF_NONCE_BYTES])
{
    char *text;
    size_t size;

    bench_need(ask("POST", NEW_SESSION, "text/plain", "", 0) == 201, "opening a session");
    text = member("nonce");
    bench_need(text != NULL && sodium_base642bin(nonce, POBF_NONCE_BYTES, text, strlen(text), NULL,
                                                 &size, NULL, sodium_base64_VARIANT_ORIGINAL) == 0,
               "its nonce");
    free(text);
}

static void appraise_enclave(void)
{
    struct pobf_evidence evidence = {.platform = POBF_PLATFORM_SIM,
                                     .backend = POBF_BACKEND_PROCESS,
                                     .boot_id = {5},
                                     .measurement = {1},
                                     .policy = {2},
                                     .monitor = {3},
                                     .receipt_key = {4}};
    uint8_t bytes[POBF_EVIDENCE_ROOM];
    size_t size;

    open_session(evidence.nonce);
    bench_need(pobf_evidence_bind(evidence.report_data, &evidence) == POBF_OK &&
                   pobf_evidence_sign(bytes, sizeof bytes, &size, &evidence, platform_key) ==
                       POBF_OK &&
                   ask("POST", location, "application/eat+cwt", bytes, size) == 200,
               "appraising");
}

static void appraise_tpm(void)
{
    const struct tpm_wish good = {.magic = 0};
    static uint8_t quote[MADE_ROOM];
    static char body[4 * MADE_ROOM], text[2 * MADE_ROOM];

    open_session(tpm_nonce);
    sodium_bin2base64(text, sizeof text, quote, tpm_make(quote, &good),
                      sodium_base64_VARIANT_ORIGINAL);
    snprintf(body, sizeof body, "{\"tee\":\"tpm\",\"evidence\":\"%s\"}", text);
    bench_need(ask("POST", location, SUBMISSION_MEDIA_TYPE, body, strlen(body)) == 200,
               "appraising");
}

/* The first ones warm caches and fill the table of sessions; memory is told at every power of ten. */
static void run(const char *what, void (*appraise)(void), size_t count)
{
    double cpu = cpu_s();

    printf("%-40s memory in KiB:", what);
    for (size_t i = 1, mark = 1000; i <= count; i++) {
        appraise();
        bench_need(strstr(answer, "\"status\":\"complete\"") != NULL, "affirming");
        if (i == mark || i == count) {
            printf(" %.0f after %zu%s", resident_kib(), i, i == count ? "" : ",");
            mark *= 10;
        }
    }
    cpu = cpu_s() - cpu;
    printf("; %.0f a second and core\n", (double)count / cpu);
}

int main(void)
{
    const char *wanted = getenv("BENCH_APPRAISALS");
    const size_t count = wanted != NULL ? strtoull(wanted, NULL, 10) : 2000;

    bench_need(count > 0, "counting");
    start();
    run("appraisals of an enclave over HTTP", appraise_enclave, count);
    run("appraisals of a TPM over HTTP", appraise_tpm, count);
    ask_stop(NULL);
    return 0;
}
