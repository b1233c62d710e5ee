#include "enclave/host/proofs.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "edge/cli/file.h"
#include "edge/tlog/checkpoint.h"
#include "edge/tlog/inclusion.h"
#include "enclave/host/hex.h"
#include "enclave/host/service.h"

/* BOOT/SEQUENCE, as hex digits and a decimal number without leading zeros. */
static int parse_receipt_id(struct backlog_item *item, const char *text)
{
    char boot[2 * POBF_BOOT_ID_BYTES + 1];
    const char *end = NULL;

    snprintf(boot, sizeof boot, "%s", text);
    if (!hex_parse(item->boot_id, sizeof item->boot_id, boot) || text[sizeof boot - 1] != '/') {
        return 0;
    }
    item->sequence = checkpoint_number(text + sizeof boot, &end);
    return end != NULL && *end == '\0';
}

static enum pobf_status read_proof(uint8_t **bytes, size_t *size, const char *folder,
                                   const struct backlog_item *item)
{
    char path[PLACE_ROOM];

    return ledger_name(path, folder, item->boot_id, item->sequence, LEDGER_PROOF)
               ? file_read(bytes, size, path, INCLUSION_MAX)
               : POBF_E_SPACE;
}

static void refuse_unproved(struct http_request *request, const char *folder,
                            const struct backlog_item *item)
{
    char path[PLACE_ROOM];

    if (ledger_name(path, folder, item->boot_id, item->sequence, "receipt") &&
        access(path, F_OK) == 0) {
        http_set_header(request, "Retry-After", "1");
        http_problem(request, 404, "the log has not proved yet that it has this receipt", "proof",
                     NULL, "not there yet");
        return;
    }
    http_problem(request, 404, "there is no such receipt", "receipt",
                 "the boot and the number of one that this host has recorded", NULL);
}

void proofs_serve(struct http_request *request, void *context)
{
    const struct service *service = context;
    struct backlog_item item;
    uint8_t *bytes = NULL;
    size_t size = 0;

    if (service->receipts == NULL) {
        http_problem(request, 404, "this host records no receipts", "path", NULL, NULL);
    } else if (!parse_receipt_id(&item, http_tail(request))) {
        http_refuse(request, POBF_E_INPUT, "receipt", "BOOT/SEQUENCE: 32 hex digits, a number",
                    NULL);
    } else if (read_proof(&bytes, &size, service->receipts, &item) == POBF_OK && size > 0) {
        http_answer(request, 200, "text/plain; charset=utf-8", bytes, size);
    } else {
        refuse_unproved(request, service->receipts, &item);
    }
    file_free(bytes, size);
}
