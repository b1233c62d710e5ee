#include "framework/wire/answer.h"
#include "tests/fuzz/fuzz.h"

size_t seed(uint8_t *out, size_t room)
{
    static const uint8_t whole[] = {0x82, 0x43, 1, 2, 3, 0x44, 9, 8, 7, 6};

    promise(sizeof whole <= room);
    memcpy(out, whole, sizeof whole);
    return sizeof whole;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct pobf_answer answer;
    size_t head_size;
    uint8_t *head = malloc(size + 1);

    promise(head != NULL);
    memset(&answer, 0xa5, sizeof answer);
    if (pobf_answer_parse(&answer, bytes, size) != POBF_OK) {
        promise(answer.receipt == NULL && answer.receipt_size == 0);
        promise(answer.sealed == NULL && answer.sealed_size == 0);
    } else {
        promise(pobf_answer_print_head(head, size, &head_size, &answer) == POBF_OK);
        promise(head_size + answer.sealed_size == size);
        promise(memcmp(head, bytes, head_size) == 0);
        promise(memcmp(answer.sealed, bytes + head_size, answer.sealed_size) == 0);
    }
    free(head);
    return 0;
}
