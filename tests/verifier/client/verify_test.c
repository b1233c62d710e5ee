/* pobf verify with a certificate beside a report, or alone; the rest is in tests/cli. */
#include <unistd.h>

#include "edge/cli/file.h"
#include "tests/verifier/appraisal/fixture.h"
#include "tests/verifier/certificate/made.h"
#include "verifier/client/commands.h"
#include "verifier/report/report.h"

static struct fixture f;
static struct key *key;
static struct key *certifier;

static void write_text(const char *path, const char *text)
{
    assert_int_equal(file_write(path, (const uint8_t *)text, strlen(text), 0), POBF_OK);
}

/* A certificate of what the fixture's evidence says. */
static char *certify(void)
{
    struct certificate subjects = {.proved = 0};

    memcpy(subjects.measurement, f.evidence.measurement, POBF_DIGEST_BYTES);
    memcpy(subjects.policy, f.evidence.policy, POBF_DIGEST_BYTES);
    memcpy(subjects.monitor, f.evidence.monitor, POBF_DIGEST_BYTES);
    memcpy(subjects.trustlet, f.evidence.monitor, POBF_DIGEST_BYTES);
    subjects.trustlet[POBF_DIGEST_BYTES - 1] ^= 2;
    return made_certificate(&subjects, certifier);
}

/* Appraise the fixture with that certificate, and report on it. */
static void write_call(const char *envelope)
{
    const struct report_options how = {.key = key, .now_s = 1700000000};
    const struct pobf_part part = {(const uint8_t *)envelope, strlen(envelope)};
    struct appraisal appraisal;
    char *jwt;

    assert_int_equal(pobf_digest_sha256(f.evidence.certificate, &part, 1), POBF_OK);
    assert_int_equal(pobf_evidence_bind(f.evidence.report_data, &f.evidence), POBF_OK);
    fixture_sign(&f);
    f.input.certificate = (struct appraisal_file){part.bytes, part.size};
    f.policy.certificate_key = certifier;
    appraisal_run(&appraisal, &f.input, &f.policy);
    assert_int_equal(appraisal.verdict, VERDICT_AFFIRMED);
    assert_int_equal(report_issue(&jwt, &appraisal, &how), POBF_OK);
    write_text("report", jwt);
    write_text("certificate", envelope);
    free(jwt);
}

static void write_reference(const char *path, int last_monitor_byte)
{
    char text[3][2 * POBF_DIGEST_BYTES + 1];
    char json[512];
    uint8_t monitor[POBF_DIGEST_BYTES];

    memcpy(monitor, f.reference.monitor, sizeof monitor);
    monitor[sizeof monitor - 1] = (uint8_t)last_monitor_byte;
    sodium_bin2hex(text[0], sizeof text[0], f.reference.measurement, POBF_DIGEST_BYTES);
    sodium_bin2hex(text[1], sizeof text[1], f.reference.policy, POBF_DIGEST_BYTES);
    sodium_bin2hex(text[2], sizeof text[2], monitor, POBF_DIGEST_BYTES);
    snprintf(json, sizeof json, "{\"measurement\":\"%s\",\"policy\":\"%s\",\"monitor\":\"%s\"}",
             text[0], text[1], text[2]);
    write_text(path, json);
}

/* Verify with these words of a command line; `line` is taken apart. */
static int verify(char *line)
{
    char *argv[16] = {line};
    int argc = 0;

    for (char *word = strtok(line, " "); word != NULL && argc < 15; word = strtok(NULL, " ")) {
        argv[argc++] = word;
    }
    return verify_main(argc, argv);
}

static void every_mix_has_its_exit_code(void **state)
{
    static const struct {
        const char *line;
        int code;
    } rows[] = {
        {"verify certificate", 3},
        {"verify certificate --certificate-key certifier.pub", 0},
        {"verify certificate --certificate-key key.pub", 1},
        {"verify certificate --certificate-key certifier.pub --reference good", 0},
        {"verify certificate --certificate-key certifier.pub --reference virtual", 0},
        {"verify certificate --certificate-key certifier.pub --reference other", 1},
        {"verify certificate --certificate certificate", 2},
        {"verify report --report-key key.pub --insecure-accept-sim", 3},
        {"verify report --report-key key.pub --insecure-accept-sim --reference good", 0},
        {"verify report --report-key key.pub --insecure-accept-sim --reference virtual", 1},
        {"verify report --report-key key.pub --insecure-accept-sim --reference other", 1},
        {"verify report --report-key key.pub --reference good", 1},
        {"verify report certificate --report-key key.pub --insecure-accept-sim "
         "--certificate-key certifier.pub",
         0},
        {"verify report --certificate certificate --report-key key.pub --insecure-accept-sim "
         "--certificate-key certifier.pub",
         0},
        {"verify report certificate --report-key key.pub --insecure-accept-sim "
         "--certificate-key key.pub",
         1},
        {"verify report certificate --report-key key.pub --insecure-accept-sim", 3},
        {"verify report certificate --report-key key.pub --certificate-key certifier.pub", 1},
        {"verify report certificate --report-key key.pub --insecure-accept-sim "
         "--certificate-key certifier.pub --reference other",
         1},
        {"verify report strange --report-key key.pub --insecure-accept-sim "
         "--certificate-key certifier.pub",
         1},
        {"verify report --report-key key.pub --certificate-key certifier.pub", 2},
        {"verify report --report-key key.pub --insecure-accept-sim --reference certificate "
         "--certificate-key certifier.pub",
         0},
        {"verify report --report-key key.pub --insecure-accept-sim --reference certificate", 3},
        {"verify report --report-key key.pub --insecure-accept-sim --reference certificate "
         "--certificate-key key.pub",
         1},
        {"verify report --report-key key.pub --insecure-accept-sim --reference strange "
         "--certificate-key certifier.pub",
         1},
        {"verify report --report-key key.pub --insecure-accept-sim --reference "
         "certificate.truncated --certificate-key certifier.pub",
         1},
        {"verify report --report-key key.pub --insecure-accept-sim --reference certificate "
         "--certificate certificate --certificate-key certifier.pub",
         2},
        {"verify report certificate --report-key key.pub --insecure-accept-sim --reference "
         "certificate --certificate-key certifier.pub",
         2},
        {"verify report --report-key key.pub --platform-reference-key key.pub", 2},
    };
    char line[256];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        snprintf(line, sizeof line, "%s", rows[i].line);
        print_message("%s\n", rows[i].line);
        assert_int_equal(verify(line), rows[i].code);
    }
}

/* Verify, with what it says to people in a file. */
static int verify_into(const char *path, char *line)
{
    const int kept = dup(STDERR_FILENO);
    FILE *file = fopen(path, "w");
    int code;

    assert_true(kept >= 0 && file != NULL);
    dup2(fileno(file), STDERR_FILENO);
    code = verify(line);
    dup2(kept, STDERR_FILENO);
    close(kept);
    fclose(file);
    return code;
}

static int says(const char *path, const char *text)
{
    uint8_t *bytes;
    size_t size;
    int found;

    assert_int_equal(file_read(&bytes, &size, path, 1 << 16), POBF_OK);
    found = memmem(bytes, size, text, strlen(text)) != NULL;
    file_free(bytes, size);
    return found;
}

static void what_does_not_parse_is_not_compared(void **state)
{
    char other[] = "verify certificate --certificate-key certifier.pub --reference other";
    char cut[] = "verify certificate.truncated --certificate-key certifier.pub --reference other";

    (void)state;
    assert_int_equal(verify_into("said", other), 1);
    assert_true(says("said", "certificate.monitor: expected"));
    assert_int_equal(verify_into("said", cut), 1);
    assert_false(says("said", "certificate.monitor: expected"));
    assert_true(says("said", "certificate.parse: expected"));
}

static void no_damaged_report_or_certificate_is_affirmed(void **state)
{
    static const char *const files[] = {"report", "certificate"};
    static const char *const defects[] = {"truncated", "extended", "flipped"};
    char line[256];

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        for (size_t j = 0; j < 3; j++) {
            snprintf(line, sizeof line, "verify %s.%s --%s-key %s.pub --reference good%s", files[i],
                     defects[j], files[i], i == 0 ? "key" : "certifier",
                     i == 0 ? " --insecure-accept-sim" : "");
            print_message("%s\n", line);
            assert_int_equal(verify(line), 1);
        }
    }
}

/* Copies of a text file: without its last byte, with one more, with one bit flipped in its middle. */
static void write_damaged(const char *name)
{
    char path[64];
    uint8_t *bytes;
    char *text;
    size_t size;

    assert_int_equal(file_read(&bytes, &size, name, 1 << 16), POBF_OK);
    text = calloc(1, size + 2);
    memcpy(text, bytes, size);
    file_free(bytes, size);
    text[size] = 'x';
    snprintf(path, sizeof path, "%s.extended", name);
    write_text(path, text);
    text[size] = 0;
    text[size / 2] = (char)(text[size / 2] ^ 1);
    snprintf(path, sizeof path, "%s.flipped", name);
    write_text(path, text);
    text[size / 2] = (char)(text[size / 2] ^ 1);
    text[size - 1] = 0;
    snprintf(path, sizeof path, "%s.truncated", name);
    write_text(path, text);
    free(text);
}

/* The same files, and a certificate of another function under the same certifier's key. */
static int begin(void **state)
{
    char folder[] = "/tmp/verify.XXXXXX";
    char *envelope;

    *state = mkdtemp(folder) == NULL ? NULL : strdup(folder);
    if (*state == NULL || chdir(*state) != 0) {
        return -1;
    }
    fixture_init(&f);
    assert_int_equal(key_generate(&key, KEY_ES256), POBF_OK);
    assert_int_equal(key_generate(&certifier, KEY_EDDSA), POBF_OK);
    assert_int_equal(key_write(key, "key"), POBF_OK);
    assert_int_equal(key_write(certifier, "certifier"), POBF_OK);
    envelope = certify();
    write_call(envelope);
    free(envelope);
    write_damaged("report");
    write_damaged("certificate");
    write_reference("good", f.reference.monitor[POBF_DIGEST_BYTES - 1]);
    write_reference("virtual", f.reference.monitor[POBF_DIGEST_BYTES - 1] ^ 2);
    write_reference("other", f.reference.monitor[POBF_DIGEST_BYTES - 1] ^ 1);
    f.evidence.measurement[0] ^= 1;
    envelope = certify();
    write_text("strange", envelope);
    free(envelope);
    return 0;
}

static int end(void **state)
{
    char command[64];

    snprintf(command, sizeof command, "rm -rf %s", (const char *)*state);
    free(*state);
    key_close(key);
    key_close(certifier);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mix_has_its_exit_code),
        cmocka_unit_test(no_damaged_report_or_certificate_is_affirmed),
        cmocka_unit_test(what_does_not_parse_is_not_compared),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
