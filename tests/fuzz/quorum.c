#include "verifier/log/quorum.h"
#include "tests/fuzz/fuzz.h"

static void make_vkey(char text[NOTE_KEY_ROOM], enum note_type type, uint8_t first)
{
    uint8_t public_key[POBF_ED25519_PUBLIC_BYTES] = {first};
    struct note_key key;

    promise(note_key_make(&key, "a.example", type, public_key) == POBF_OK);
    note_key_print(text, &key);
}

size_t seed(uint8_t *out, size_t room)
{
    char log[NOTE_KEY_ROOM], a[NOTE_KEY_ROOM], b[NOTE_KEY_ROOM];

    make_vkey(log, NOTE_SIGNATURE, 1);
    make_vkey(a, NOTE_COSIGNATURE, 2);
    make_vkey(b, NOTE_COSIGNATURE, 3);
    return (size_t)snprintf((char *)out, room,
                            "log %s\nwitness a %s\nwitness b %s\ngroup g all a b\nquorum g\n", log,
                            a, b);
}

/* Either nothing, which nobody fulfils, or something that all witnesses together fulfil. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *text = malloc(size + 1);
    struct quorum quorum;
    size_t line;

    promise(text != NULL);
    memcpy(text, bytes, size);
    text[size] = '\0';
    memset(&quorum, 0xa5, sizeof quorum);
    if (quorum_parse(&quorum, text, &line) != POBF_OK) {
        promise(fuzz_all_zero(&quorum, sizeof quorum) && !quorum_holds(&quorum, UINT32_MAX));
    } else {
        promise(quorum_holds(&quorum, UINT32_MAX));
        promise(quorum.needed == QUORUM_NONE || !quorum_holds(&quorum, 0));
    }
    free(text);
    return 0;
}
