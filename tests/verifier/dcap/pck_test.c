#include "tests/verifier/dcap/made.h"
#include "verifier/dcap/pck.h"

static uint8_t value[1024];
static size_t size;
static X509 *cert;
static struct pck pck;

static int open_cert(void **state)
{
    (void)state;
    cert = X509_new();
    size = made_extension(value);
    return cert == NULL;
}

static int close_cert(void **state)
{
    (void)state;
    X509_free(cert);
    return 0;
}

static enum pobf_status parse(const uint8_t *bytes, size_t count)
{
    memset(&pck, 0xff, sizeof pck);
    made_carry(cert, bytes, count);
    return pck_parse(&pck, cert);
}

static void assert_refused(const uint8_t *bytes, size_t count)
{
    static const struct pck zeros;

    assert_int_equal(parse(bytes, count), POBF_E_INPUT);
    assert_memory_equal(&pck, &zeros, sizeof zeros);
}

static void what_a_machine_is_worth_is_read(void **state)
{
    const uint8_t fmspc[PCK_FMSPC_BYTES] = {0, 0x80, 0x6f, 5, 0, 0};

    (void)state;
    assert_int_equal(parse(value, size), POBF_OK);
    assert_memory_equal(pck.fmspc, fmspc, sizeof fmspc);
    assert_int_equal(pck.component[0], MADE_COMPONENT);
    assert_int_equal(pck.component[PCK_COMPONENTS - 1], MADE_COMPONENT);
    assert_int_equal(pck.pce_svn, MADE_PCE);
}

static void a_certificate_without_it_is_refused(void **state)
{
    X509 *bare = X509_new();

    (void)state;
    assert_int_equal(pck_parse(&pck, bare), POBF_E_INPUT);
    X509_free(bare);
}

static void what_is_cut_off_or_goes_on_is_refused(void **state)
{
    uint8_t longer[sizeof value + 1] = {0};

    (void)state;
    for (size_t i = 0; i < size; i++) {
        assert_refused(value, i);
    }
    memcpy(longer, value, size);
    assert_refused(longer, size + 1);
}

/* Any byte may stand in a string; a number of one byte is below 128; all else is fixed. */
static void a_byte_may_change_only_where_a_value_stands(void **state)
{
    const size_t strings = PCK_PPID_BYTES + PCK_COMPONENTS + PCK_PCEID_BYTES + PCK_FMSPC_BYTES;
    const size_t numbers = PCK_COMPONENTS + 1;
    size_t parsed = 0;

    (void)state;
    for (size_t i = 0; i < size; i++) {
        for (unsigned int change = 1; change < 256; change++) {
            value[i] ^= (uint8_t)change;
            if (parse(value, size) == POBF_OK) {
                parsed++;
            } else {
                assert_refused(value, size);
            }
            value[i] ^= (uint8_t)change;
        }
    }
    assert_int_equal(parsed, 255 * strings + 127 * numbers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_machine_is_worth_is_read),
        cmocka_unit_test(a_certificate_without_it_is_refused),
        cmocka_unit_test(what_is_cut_off_or_goes_on_is_refused),
        cmocka_unit_test(a_byte_may_change_only_where_a_value_stands),
    };

    return cmocka_run_group_tests_name("verifier/dcap/pck", tests, open_cert, close_cert);
}
