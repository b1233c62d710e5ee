#include "enclave/trustlet/stand.h"

#include "enclave/process/registers.h"
#include "enclave/trustlet/abi.h"
#include "enclave/trustlet/random.h"
#include "enclave/trustlet/tsc.h"
#include "framework/core/bytes.h"
#include "framework/core/wipe.h"

/* The host laid the function out; what was measured is what must stand there. */
static int is_laid_out(const struct image *image)
{
    return pobf_bytes_equal((const uint8_t *)TRUSTLET_TEXT, image->bytes + image->text.file_at,
                            image->text.memory_size) &&
           pobf_bytes_equal((const uint8_t *)TRUSTLET_CONSTANTS,
                            image->bytes + image->constants.file_at, image->constants.memory_size);
}

static void take_boot(struct stand *stand, struct trustlet_boot *boot)
{
    stand->tables_size = boot->tables_size;
    stand->tsc_khz = boot->tsc_khz;
    stand->monitor.setup = boot->setup;
    pobf_bytes_copy(stand->monitor.program, boot->program, sizeof boot->program);
    random_open(boot->seed);
    pobf_wipe(boot->seed, sizeof boot->seed);
}

static void say_hello(const struct stand *stand)
{
    volatile struct trustlet_mail *mail = (void *)TRUSTLET_MAIL;
    struct message_hello hello;

    monitor_greet(&stand->monitor, &hello);
    mail->tsc = tsc_read();
    mail->hello = hello;
}

enum pobf_status stand_up(struct stand *stand)
{
    struct trustlet_boot *boot = (void *)TRUSTLET_BOOT;
    struct monitor *monitor = &stand->monitor;
    enum pobf_status status;

    registers_init();
    monitor->below = stand;
    take_boot(stand, boot);
    status = image_parse(&monitor->image, (const uint8_t *)TRUSTLET_FILE, boot->file_size);
    if (status == POBF_OK && !is_laid_out(&monitor->image)) {
        status = POBF_E_INPUT;
    }
    if (status != POBF_OK) {
        return status;
    }
    monitor->window = window_of(&monitor->image);
    monitor->window.bytes = (uint8_t *)TRUSTLET_WINDOW;
    monitor_make_zone(monitor, (uint8_t *)TRUSTLET_ZONE, (uint8_t *)TRUSTLET_GOLDEN);
    status = monitor_draw_keys(monitor, (struct vault_memory *)TRUSTLET_VAULT);
    if (status == POBF_OK) {
        say_hello(stand);
    }
    return status;
}
