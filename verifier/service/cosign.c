#include "verifier/service/cosign.h"

#include <string.h>

#include "edge/cli/talk.h"
#include "verifier/client/input.h"
#include "verifier/service/cosigner.h"

void cosign_plead(struct cosigner_plea *plea, const struct sequencer *log)
{
    const char *note = sequencer_note(log, &plea->note_size);

    memcpy(plea->note, note, plea->note_size);
    plea->size = sequencer_checkpoint(log)->size;
}

uint32_t cosign_signers(const struct sequencer *log, const struct quorum *quorum)
{
    struct note note;
    size_t size;
    const char *text = sequencer_note(log, &size);

    return note_split(&note, text, size) == POBF_OK ? quorum_witnesses(quorum, &note) : 0;
}

static void ask_witness(struct sequencer *log, const struct quorum_member *witness,
                        const char *path, uint64_t old)
{
    struct cosigner_plea plea;
    struct cosigner *cosigner;
    char line[NOTE_LINE_ROOM];
    enum pobf_status status = POBF_E_SYSTEM;
    size_t size;

    cosign_plead(&plea, log);
    if (cosigner_open(&cosigner, witness, path, old) == INPUT_GO_ON) {
        status = cosigner_ask(cosigner, line, &size, &plea);
    }
    if (status == POBF_OK) {
        status = sequencer_cosign(log, line, size);
        if (status != POBF_OK) {
            talk_error(status, witness->name, "its signature could not be published");
        }
    }
    cosigner_close(cosigner);
}

int cosign(struct sequencer *log, const char *path, const struct quorum *quorum, uint64_t old)
{
    const uint32_t before = cosign_signers(log, quorum);

    for (size_t i = 0; i < quorum->count; i++) {
        if (quorum_is_asked(quorum, i) && (before >> i & 1) == 0) {
            ask_witness(log, &quorum->member[i], path, old);
        }
    }
    return quorum_holds(quorum, cosign_signers(log, quorum))
               ? INPUT_GO_ON
               : talk_error(POBF_E_MISSING, path,
                            "published, but too few witnesses have signed; "
                            "pobf-verifier log checkpoint --policy asks them again");
}
