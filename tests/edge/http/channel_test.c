#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "edge/http/channel.h"

/*
 * A client, a host, and who stands between them, with real handshakes in memory. The host's evidence
 * is what it was asked to hold; it is accepted where that is what the client expects.
 */
enum { ROUNDS = 100, NONCES = 20, ATTACKS = 5 };

struct party {
    EVP_PKEY *key;
    SSL_CTX *server;
    uint8_t digest[CHANNEL_BYTES]; /* of the key */
};

static struct party host, stranger;
static SSL_CTX *client;
static const char name[] = "host.example:8443";

static X509 *make_certificate(EVP_PKEY *key)
{
    X509 *certificate = X509_new();

    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
    return certificate;
}

static void party_open(struct party *party)
{
    unsigned char spki[256];
    unsigned char *end = spki;
    X509 *certificate;

    party->key = EVP_EC_gen("P-256");
    certificate = make_certificate(party->key);
    party->server = SSL_CTX_new(TLS_server_method());
    assert_int_equal(SSL_CTX_set_min_proto_version(party->server, TLS1_3_VERSION), 1);
    assert_int_equal(SSL_CTX_use_certificate(party->server, certificate), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(party->server, party->key), 1);
    assert_int_equal(SSL_CTX_set_num_tickets(party->server, 0), 1);
    assert_in_range(i2d_PUBKEY(party->key, NULL), 1, sizeof spki);
    EVP_Digest(spki, (size_t)i2d_PUBKEY(party->key, &end), party->digest, NULL, EVP_sha256(), NULL);
    X509_free(certificate);
}

static void party_close(struct party *party)
{
    SSL_CTX_free(party->server);
    EVP_PKEY_free(party->key);
}

/* Both ends of one connection. */
struct connection {
    SSL *client;
    SSL *server;
};

static struct connection connection_begin(SSL_CTX *server)
{
    struct connection made = {SSL_new(client), SSL_new(server)};
    BIO *one, *other;

    assert_int_equal(BIO_new_bio_pair(&one, 1 << 16, &other, 1 << 16), 1);
    SSL_set_bio(made.client, one, one);
    SSL_set_bio(made.server, other, other);
    SSL_set_connect_state(made.client);
    SSL_set_accept_state(made.server);
    return made;
}

static struct connection connection_open(const struct party *party)
{
    const struct connection made = connection_begin(party->server);

    for (int i = 0; i < 10; i++) {
        SSL_do_handshake(made.client);
        SSL_do_handshake(made.server);
    }
    assert_true(SSL_is_init_finished(made.client) && SSL_is_init_finished(made.server));
    return made;
}

static void connection_close(struct connection *connection)
{
    SSL_free(connection->client);
    SSL_free(connection->server);
}

/* What one side takes the nonce for, from the key and the session that it sees. */
static void bind_nonce(uint8_t bound[CHANNEL_BYTES], const uint8_t nonce[CHANNEL_BYTES],
                       const struct party *party, SSL *session, const char *to)
{
    struct channel channel = {.host = to};

    memcpy(channel.key, party->digest, sizeof channel.key);
    assert_int_equal(channel_export(channel.exporter, session, nonce), POBF_OK);
    assert_int_equal(channel_bind(bound, nonce, &channel), POBF_OK);
}

/* The connections of one round. */
struct world {
    struct connection direct;  /* the client's to the host                            */
    struct connection other;   /* the client's to the host, another time              */
    struct connection between; /* the client's to who stands in between               */
    struct connection stolen;  /* the same, and who stands there has the host's key   */
};

struct attack {
    const char *what;
    const struct connection *client;
    const struct connection *host;
    const struct party *seen; /* whose key the client sees                            */
    const char *host_name;    /* what the host was told, or calls itself              */
    int old_nonce;            /* the evidence is of another nonce                     */
};

/* An attempt is good for the attacker where it gives 1. */
static int is_accepted(const struct attack *attack, int is_bound)
{
    uint8_t nonce[CHANNEL_BYTES], asked[CHANNEL_BYTES], held[CHANNEL_BYTES];
    uint8_t expected[CHANNEL_BYTES];

    RAND_bytes(nonce, sizeof nonce);
    memcpy(asked, nonce, sizeof nonce);
    if (attack->old_nonce) {
        RAND_bytes(asked, sizeof asked);
    }
    memcpy(held, asked, sizeof held);
    memcpy(expected, nonce, sizeof expected);
    if (is_bound) {
        bind_nonce(held, asked, &host, attack->host->server, attack->host_name);
        bind_nonce(expected, nonce, attack->seen, attack->client->client, name);
    }
    return memcmp(held, expected, sizeof held) == 0;
}

static int try_all(const struct attack *attacks, size_t count, int is_bound)
{
    int accepted = 0;

    for (size_t i = 0; i < count; i++) {
        for (int j = 0; j < NONCES; j++) {
            accepted += is_accepted(&attacks[i], is_bound);
        }
    }
    return accepted;
}

static struct world world_open(void)
{
    return (struct world){connection_open(&host), connection_open(&host),
                          connection_open(&stranger), connection_open(&host)};
}

static void world_close(struct world *world)
{
    connection_close(&world->direct);
    connection_close(&world->other);
    connection_close(&world->between);
    connection_close(&world->stolen);
}

static void of_10000_attempts_none_is_accepted(void **state)
{
    int accepted = 0, genuine = 0, unbound = 0, tried = 0;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct world world = world_open();
        const struct attack good = {"genuine", &world.direct, &world.direct, &host, name, 0};
        const struct attack attacks[ATTACKS] = {
            {"relay", &world.between, &world.direct, &stranger, name, 0},
            {"relay, with the TLS key stolen", &world.stolen, &world.direct, &host, name, 0},
            {"diversion to another host", &world.direct, &world.direct, &host, "other:8443", 0},
            {"replay of another nonce", &world.direct, &world.direct, &host, name, 1},
            {"replay on another connection", &world.other, &world.direct, &host, name, 0},
        };

        accepted += try_all(attacks, ATTACKS, 1);
        tried += ATTACKS * NONCES;
        genuine += try_all(&good, 1, 1);
        unbound += try_all(attacks, ATTACKS, 0);
        world_close(&world);
    }
    assert_int_equal(tried, 10000);
    assert_int_equal(accepted, 0);
    /* The controls: who is there is accepted, and who compares the nonce alone accepts all but one. */
    assert_int_equal(genuine, ROUNDS * NONCES);
    assert_int_equal(unbound, ROUNDS * NONCES * (ATTACKS - 1));
}

static void each_part_is_bound(void **state)
{
    const uint8_t nonce[CHANNEL_BYTES] = {1};
    struct channel channel = {.host = name};
    uint8_t first[CHANNEL_BYTES], other[CHANNEL_BYTES];
    uint8_t later[CHANNEL_BYTES] = {2};

    (void)state;
    assert_int_equal(channel_bind(first, nonce, &channel), POBF_OK);
    channel.key[31] ^= 1;
    assert_int_equal(channel_bind(other, nonce, &channel), POBF_OK);
    assert_memory_not_equal(first, other, CHANNEL_BYTES);
    channel.key[31] ^= 1;
    channel.exporter[31] ^= 1;
    assert_int_equal(channel_bind(other, nonce, &channel), POBF_OK);
    assert_memory_not_equal(first, other, CHANNEL_BYTES);
    channel.exporter[31] ^= 1;
    channel.host = "host.example:8444";
    assert_int_equal(channel_bind(other, nonce, &channel), POBF_OK);
    assert_memory_not_equal(first, other, CHANNEL_BYTES);
    channel.host = name;
    assert_int_equal(channel_bind(later, later, &channel), POBF_OK);
    assert_memory_not_equal(first, later, CHANNEL_BYTES);
    assert_int_equal(channel_bind(other, nonce, &channel), POBF_OK);
    assert_memory_equal(first, other, CHANNEL_BYTES);
}

/* Who has the TLS key computes what the client expects, and asks the host for evidence with just that. */
static void nobody_is_given_a_bound_nonce_for_the_asking(void **state)
{
    struct world world = world_open();
    uint8_t nonce[CHANNEL_BYTES], expected[CHANNEL_BYTES];
    int refused = 0, refused_of_others = 0;

    (void)state;
    for (int i = 0; i < NONCES; i++) {
        RAND_bytes(nonce, sizeof nonce);
        refused_of_others += channel_is_bound(nonce);
        bind_nonce(expected, nonce, &host, world.stolen.client, name);
        refused += channel_is_bound(expected);
    }
    assert_int_equal(refused, NONCES);
    assert_int_equal(refused_of_others, 0);
    world_close(&world);
}

static void assert_nothing(SSL *session)
{
    const uint8_t zeros[CHANNEL_BYTES] = {0};
    const uint8_t nonce[CHANNEL_BYTES] = {1};
    uint8_t exporter[CHANNEL_BYTES];

    memset(exporter, 5, sizeof exporter);
    assert_int_equal(channel_export(exporter, session, nonce), POBF_E_STATE);
    assert_memory_equal(exporter, zeros, sizeof zeros);
}

static void without_a_handshake_there_is_nothing_to_bind_to(void **state)
{
    struct connection half = connection_begin(host.server);

    (void)state;
    assert_nothing(NULL);
    assert_nothing(half.client);
    SSL_do_handshake(half.client);
    SSL_do_handshake(half.server);
    assert_nothing(half.server);
    connection_close(&half);
}

static int set_up(void **state)
{
    (void)state;
    party_open(&host);
    party_open(&stranger);
    client = SSL_CTX_new(TLS_client_method());
    return client == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    SSL_CTX_free(client);
    party_close(&host);
    party_close(&stranger);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_10000_attempts_none_is_accepted),
        cmocka_unit_test(each_part_is_bound),
        cmocka_unit_test(nobody_is_given_a_bound_nonce_for_the_asking),
        cmocka_unit_test(without_a_handshake_there_is_nothing_to_bind_to),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
