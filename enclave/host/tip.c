#include "enclave/host/tip.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "contracts/sodium.h"
#include "edge/cli/file.h"
#include "edge/cli/talk.h"

/* log-KEYID and `rest`. 0 where it is too long. */
static int name_file(char path[PLACE_ROOM], const struct tip *tip, const char *rest)
{
    char id[2 * NOTE_KEY_ID_BYTES + 1];

    sodium_bin2hex(id, sizeof id, tip->log.id, sizeof tip->log.id);
    return snprintf(path, PLACE_ROOM, "%s/log-%s%s", tip->folder, id, rest) < PLACE_ROOM;
}

static int is_alarm(const char *name)
{
    static const char ending[] = "." TIP_ALARM_ENDING;
    const size_t length = strlen(name);

    return length > sizeof ending - 1 && strcmp(name + length - (sizeof ending - 1), ending) == 0;
}

static enum pobf_status count_alarms(struct tip *tip)
{
    DIR *listing = opendir(tip->folder);
    const struct dirent *entry;
    enum pobf_status status;

    if (listing == NULL) {
        return POBF_E_SYSTEM;
    }
    while (errno = 0, (entry = readdir(listing)) != NULL) {
        tip->alarms += (uint64_t)is_alarm(entry->d_name);
    }
    status = errno == 0 ? POBF_OK : POBF_E_SYSTEM;
    closedir(listing);
    return status;
}

static void adopt(struct tip *tip, const struct shown *shown)
{
    tip->checkpoint = shown->checkpoint;
    memcpy(tip->note, shown->note, shown->note_size);
    tip->note[shown->note_size] = '\0';
}

static enum pobf_status recall(struct tip *tip, const char *path)
{
    struct shown shown;
    struct note note;
    uint8_t *bytes;
    enum pobf_status status = file_read(&bytes, &shown.note_size, path, NOTE_MAX);

    if (status == POBF_E_MISSING) {
        return POBF_OK;
    }
    if (status == POBF_OK) {
        shown.note = (const char *)bytes;
        status = checkpoint_open(&shown.checkpoint, &note, shown.note, shown.note_size, &tip->log);
        status = status == POBF_OK ? POBF_OK : POBF_E_INPUT;
    }
    if (status == POBF_OK) {
        adopt(tip, &shown);
    }
    file_free(bytes, shown.note_size);
    return status;
}

enum pobf_status tip_open(struct tip *tip, const char *folder, const struct note_key *log)
{
    char path[PLACE_ROOM];
    enum pobf_status status;

    memset(tip, 0, sizeof *tip);
    tip->folder = folder;
    tip->log = *log;
    status = name_file(path, tip, "." TIP_ENDING) ? count_alarms(tip) : POBF_E_SPACE;
    if (status != POBF_OK) {
        talk_error(status, folder, NULL);
        return status;
    }
    status = recall(tip, path);
    if (status == POBF_E_INPUT) {
        talk_error(status, path,
                   "is no checkpoint of the log, which kept there how far it had grown: "
                   "find out who wrote it");
    } else if (status != POBF_OK) {
        file_error(status, path);
    } else if (tip->alarms > 0) {
        talk_say("ALARM: log %s: %" PRIu64 " from before; see %s/*." TIP_ALARM_ENDING, log->name,
                 (uint64_t)tip->alarms, folder);
    }
    return status;
}

enum tip_relation tip_compare(const struct tip *tip, const struct checkpoint *checkpoint)
{
    if (tip->checkpoint.size == 0) {
        return TIP_FIRST;
    }
    if (tip->checkpoint.size != checkpoint->size) {
        return TIP_OTHER;
    }
    return memcmp(tip->checkpoint.root, checkpoint->root, sizeof checkpoint->root) == 0 ? TIP_SAME
                                                                                        : TIP_FORK;
}

enum pobf_status tip_check(const struct tip *tip, const struct checkpoint *checkpoint,
                           const struct proof *proof)
{
    const int is_larger = checkpoint->size > tip->checkpoint.size;
    const struct checkpoint *old = is_larger ? &tip->checkpoint : checkpoint;
    const struct checkpoint *new = is_larger ? checkpoint : &tip->checkpoint;

    return pobf_merkle_check_consistency(0, old->size, new->size, old->root, proof_path(proof),
                                         new->root);
}

enum pobf_status tip_advance(struct tip *tip, const struct shown *shown)
{
    char path[PLACE_ROOM];
    enum pobf_status status;

    if (shown->checkpoint.size <= tip->checkpoint.size) {
        return POBF_OK;
    }
    status = name_file(path, tip, "." TIP_ENDING)
                 ? file_write(path, (const uint8_t *)shown->note, shown->note_size, 0)
                 : POBF_E_SPACE;
    if (status == POBF_OK) {
        adopt(tip, shown);
    }
    return status;
}

static void keep(struct tip *tip, const char *path, const struct alarm *alarm)
{
    char *text = alarm_print(alarm);
    const enum pobf_status status =
        text == NULL ? POBF_E_SYSTEM : file_write(path, (const uint8_t *)text, strlen(text), 0);

    free(text);
    tip->alarms += status == POBF_OK;
    talk_say("ALARM: log %s: %s; see %s", tip->log.name, alarm_word(alarm->kind),
             status == POBF_OK ? path : "nothing, it could not be kept");
}

void tip_alarm(struct tip *tip, enum alarm_kind kind, const struct shown *shown)
{
    const int is_larger = shown->checkpoint.size >= tip->checkpoint.size;
    const int in_order = kind == ALARM_SHRUNK || is_larger;
    const time_t now = time(NULL);
    struct alarm alarm = {.kind = kind, .at_s = now > 0 ? (uint64_t)now : 0, .log = tip->log};
    char path[PLACE_ROOM], rest[64];

    snprintf(rest, sizeof rest, "-%010" PRIu64 "-%s." TIP_ALARM_ENDING, tip->checkpoint.size,
             alarm_word(kind));
    memcpy(in_order ? alarm.before : alarm.after, tip->note, strlen(tip->note));
    memcpy(in_order ? alarm.after : alarm.before, shown->note, shown->note_size);
    if (name_file(path, tip, rest) && access(path, F_OK) != 0) {
        keep(tip, path, &alarm);
    }
}
