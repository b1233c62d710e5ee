#include "enclave/kvm/mold.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct trustlet_boot *boot_page(const struct plan *plan, const struct guest *guest)
{
    return guest_at(guest, plan->at[PLAN_BOOT], sizeof(struct trustlet_boot));
}

enum pobf_status mold_build(struct plan *plan, const struct guest *guest)
{
    const enum pobf_status status = plan_build(plan, guest);
    struct trustlet_boot *boot = boot_page(plan, guest);

    if (status == POBF_OK) {
        boot->file_size = plan->image->size;
        boot->tables_size = plan->tables_used;
    }
    return status;
}

enum pobf_status mold_learn(struct plan *plan, const struct guest *guest)
{
    const struct trustlet_boot *boot = boot_page(plan, guest);

    if (boot->file_size != plan->image->size || boot->tables_size == 0 ||
        boot->tables_size > plan->size[PLAN_TABLES]) {
        return POBF_E_INPUT;
    }
    plan->tables_used = boot->tables_size;
    return POBF_OK;
}

static int is_zero(const uint8_t *page, size_t size)
{
    return page[0] == 0 && memcmp(page, page + 1, size - 1) == 0;
}

/* Only pages that are not all zeros take memory. */
static int write_pages(int file, const uint8_t *bytes, size_t size)
{
    size_t page;

    for (size_t at = 0; at < size; at += page) {
        page = size - at < IMAGE_PAGE ? size - at : IMAGE_PAGE;
        if (!is_zero(bytes + at, page) &&
            pwrite(file, bytes + at, page, (off_t)at) != (ssize_t)page) {
            return 0;
        }
    }
    return 1;
}

/* A file of these bytes that nobody can change any more; -1 where there can be none. */
static int sealed_file(const char *name, const uint8_t *bytes, size_t size)
{
    const int file = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (file >= 0 &&
        (ftruncate(file, (off_t)size) != 0 || !write_pages(file, bytes, size) ||
         fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0)) {
        close(file);
        return -1;
    }
    return file;
}

static enum pobf_status cast(struct mold *mold)
{
    const struct image *image = &mold->image;
    const struct window window = window_of(image);
    struct program program;
    struct guest guest;
    struct plan plan;

    if (program_parse(&program, program_bytes, (size_t)(program_end - program_bytes)) != POBF_OK) {
        return POBF_E_SYSTEM;
    }
    plan_make(&plan, image, &program, &window);
    mold->room = plan_private_size(&plan) + window.size;
    if (guest_reserve(&guest, mold->room) != POBF_OK) {
        return POBF_E_SYSTEM;
    }
    guest.private_size = guest.size = plan_private_size(&plan);
    if (mold_build(&plan, &guest) == POBF_OK) {
        mold->guest = sealed_file("pobf mold", guest.bytes, plan_molded_size(&plan));
    }
    guest_close(&guest);
    return mold->guest >= 0 ? POBF_OK : POBF_E_SYSTEM;
}

enum pobf_status mold_open(struct mold *mold, const uint8_t *bytes, size_t size)
{
    enum pobf_status status;

    *mold = (struct mold){.file = -1, .guest = -1};
    status = image_parse(&mold->image, bytes, size);
    if (status != POBF_OK) {
        return status;
    }
    mold->file = sealed_file("pobf image", bytes, size);
    status = mold->file >= 0 ? cast(mold) : POBF_E_SYSTEM;
    if (status != POBF_OK) {
        mold_close(mold);
    }
    return status;
}

void mold_close(struct mold *mold)
{
    if (mold->file >= 0) {
        close(mold->file);
    }
    if (mold->guest >= 0) {
        close(mold->guest);
    }
    *mold = (struct mold){.file = -1, .guest = -1};
}
