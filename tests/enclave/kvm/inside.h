#ifndef POBF_TESTS_ENCLAVE_KVM_INSIDE_H
#define POBF_TESTS_ENCLAVE_KVM_INSIDE_H

/*
 * A keeper whose code runs in the test's own process, so that all of the guest's memory and all that
 * KVM holds of its processor can be looked at.
 */
#define HARNESS_MONITOR "pobf-trustlet"
#include "tests/enclave/harness.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "enclave/kvm/keeper.h"

static struct keeper keeper;
static uint8_t image_bytes[1 << 20];

static inline int open_keeper(const char *name, const struct harness_limits *limits)
{
    const int descriptor = memfd_create("window", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    char path[HARNESS_PATH_ROOM];
    struct message_hello hello;
    FILE *file;
    size_t size;

    if (sodium_init() < 0 || harness_build(path, name, limits) != 0 || descriptor < 0) {
        return -1;
    }
    file = fopen(path, "rb");
    size = file == NULL ? 0 : fread(image_bytes, 1, sizeof image_bytes, file);
    if (file == NULL || fclose(file) != 0) {
        return -1;
    }
    keeper = (struct keeper){.setup = {.version = MESSAGE_VERSION}};
    if (image_parse(&keeper.image, image_bytes, size) != POBF_OK) {
        return -1;
    }
    keeper.window = window_of(&keeper.image);
    if (ftruncate(descriptor, (off_t)keeper.window.size) != 0 ||
        fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK) != 0 ||
        keeper_build(&keeper, descriptor, -1) != POBF_OK ||
        keeper_boot(&keeper, &hello) != POBF_OK) {
        return -1;
    }
    close(descriptor);
    return 0;
}

static inline int close_keeper(void **state)
{
    (void)state;
    machine_close(&keeper.machine);
    guest_close(&keeper.guest);
    return 0;
}

/* Ask for a task, as the host does. */
static inline void take_offer(struct pobf_offer *offer)
{
    const struct message_request request = {.kind = LINK_START};
    struct message_reply reply;
    uint8_t body[POBF_OFFER_ROOM];

    assert_int_equal(keeper_turn(&keeper, &request, &reply), POBF_OK);
    assert_int_equal(reply.status, POBF_OK);
    assert_true(reply.body_size <= sizeof body);
    memcpy(body, (const uint8_t *)(uintptr_t)keeper.window.bytes + keeper.window.body_at,
           reply.body_size);
    assert_int_equal(pobf_offer_parse(offer, body, reply.body_size), POBF_OK);
}

#endif
