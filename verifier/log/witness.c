#include "verifier/log/witness.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "edge/cli/file.h"
#include "verifier/log/store.h"
#include "verifier/log/tree.h"

enum { PATH_ROOM = 4096, NAME_ROOM = 128 };

struct witness {
    char path[PATH_ROOM];
    int folder;
    int lock;
    const struct key *key;
    struct note_key self;
    struct note_key logs[WITNESS_LOGS_MAX];
    size_t log_count;
};

/* A request, taken apart. */
struct request {
    uint64_t old;
    struct proof proof;
    struct note note;
    struct checkpoint checkpoint;
};

static enum pobf_status set_key(struct witness *witness, const char *name, const struct key *key)
{
    uint8_t public_key[POBF_ED25519_PUBLIC_BYTES];

    witness->key = key;
    if (!key_is_private(key) || key_public_ed25519(key, public_key) != POBF_OK) {
        return POBF_E_KEY;
    }
    return note_key_make(&witness->self, name, NOTE_COSIGNATURE, public_key);
}

/* Two witnesses of one memory could each sign a side of a fork. */
static enum pobf_status take_folder(struct witness *witness, const char *path)
{
    enum pobf_status status;

    if (mkdir(path, 0755) != 0 && errno != EEXIST) {
        return POBF_E_SYSTEM;
    }
    witness->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (witness->folder < 0 ||
        (size_t)snprintf(witness->path, PATH_ROOM, "%s", path) >= PATH_ROOM - NAME_ROOM) {
        return POBF_E_SYSTEM;
    }
    status = store_folder(witness->folder, "state");
    if (status != POBF_OK) {
        return status;
    }
    witness->lock = openat(witness->folder, "state/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (witness->lock < 0) {
        return POBF_E_SYSTEM;
    }
    if (flock(witness->lock, LOCK_EX | LOCK_NB) != 0) {
        return errno == EWOULDBLOCK ? POBF_E_REFUSED : POBF_E_SYSTEM;
    }
    return POBF_OK;
}

enum pobf_status witness_open(struct witness **witness, const char *path, const char *name,
                              const struct key *key)
{
    enum pobf_status status = POBF_E_SYSTEM;

    *witness = calloc(1, sizeof **witness);
    if (*witness != NULL) {
        (*witness)->folder = (*witness)->lock = -1;
        status = set_key(*witness, name, key);
    }
    if (status == POBF_OK) {
        status = take_folder(*witness, path);
    }
    if (status != POBF_OK) {
        witness_close(*witness);
        *witness = NULL;
    }
    return status;
}

void witness_close(struct witness *witness)
{
    if (witness == NULL) {
        return;
    }
    if (witness->folder >= 0) {
        close(witness->folder);
    }
    if (witness->lock >= 0) {
        close(witness->lock);
    }
    free(witness);
}

enum pobf_status witness_follow(struct witness *witness, const struct note_key *log)
{
    if (log->type != NOTE_SIGNATURE) {
        return POBF_E_KEY;
    }
    if (witness->log_count == WITNESS_LOGS_MAX) {
        return POBF_E_SPACE;
    }
    witness->logs[witness->log_count++] = *log;
    return POBF_OK;
}

const struct note_key *witness_key(const struct witness *witness)
{
    return &witness->self;
}

static void answer(struct witness_reply *reply, int code, const char *text)
{
    reply->code = code;
    reply->size = (size_t)snprintf(reply->text, sizeof reply->text, "%s\n", text);
}

/* A log's name may hold anything; a file's may not. */
static void file_of(char name[NAME_ROOM], const char *origin)
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    char hex[2 * crypto_hash_sha256_BYTES + 1];

    crypto_hash_sha256(digest, (const uint8_t *)origin, strlen(origin));
    sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
    snprintf(name, NAME_ROOM, "logs/%s", hex);
}

/* The newest checkpoint that was signed; none: of size 0. */
static enum pobf_status recall(const struct witness *witness, struct checkpoint *seen,
                               const struct note_key *log)
{
    char name[NAME_ROOM], path[PATH_ROOM + NAME_ROOM];
    struct note note;
    uint8_t *bytes;
    size_t size;
    enum pobf_status status;

    memset(seen, 0, sizeof *seen);
    file_of(name, log->name);
    snprintf(path, sizeof path, "%s/%s", witness->path, name);
    status = file_read(&bytes, &size, path, NOTE_MAX);
    if (status == POBF_E_MISSING) {
        return POBF_OK;
    }
    if (status == POBF_OK) {
        status = checkpoint_open(seen, &note, (const char *)bytes, size, log);
    }
    file_free(bytes, size);
    return status;
}

/* The lines up to the empty one. `text` ends with a zero. Returns what follows, or NULL. */
static const char *take_head(struct request *request, const char *text)
{
    static const char old[] = "old ";
    const char *at = NULL;

    if (strncmp(text, old, sizeof old - 1) != 0) {
        return NULL;
    }
    request->old = checkpoint_number(text + sizeof old - 1, &at);
    if (at == NULL || *at++ != '\n') {
        return NULL;
    }
    at = proof_parse(&request->proof, at, strlen(at));
    return at != NULL && *at == '\n' ? at + 1 : NULL;
}

static int parse(struct request *request, const char *text, size_t size)
{
    const char *checkpoint = strlen(text) == size ? take_head(request, text) : NULL;

    return checkpoint != NULL &&
           note_split(&request->note, checkpoint, size - (size_t)(checkpoint - text)) == POBF_OK &&
           checkpoint_parse(&request->checkpoint, &request->note) == POBF_OK;
}

static const struct note_key *find_log(const struct witness *witness, const char *origin)
{
    for (size_t i = 0; i < witness->log_count; i++) {
        if (strcmp(witness->logs[i].name, origin) == 0) {
            return &witness->logs[i];
        }
    }
    return NULL;
}

/* Has the log only grown since what was seen? */
static int continues(const struct request *request, const struct checkpoint *seen)
{
    if (seen->size == 0) {
        return request->proof.count == 0;
    }
    return pobf_merkle_check_consistency(0, seen->size, request->checkpoint.size, seen->root,
                                         proof_path(&request->proof),
                                         request->checkpoint.root) == POBF_OK;
}

/* Remember, then sign. */
static void cosign(const struct witness *witness, struct witness_reply *reply,
                   const struct request *request, uint64_t now_s)
{
    uint8_t signature[KEY_SIGNATURE_BYTES];
    char name[NAME_ROOM], line[NOTE_LINE_ROOM];
    const size_t note_size =
        (size_t)(request->note.lines - request->note.text) + request->note.lines_size;
    enum pobf_status status;
    char *message = NULL;
    size_t size;

    file_of(name, request->checkpoint.origin);
    status = store_write(witness->folder, name, (const uint8_t *)request->note.text, note_size);
    if (status == POBF_OK) {
        status = note_message(&message, &size, request->note.text, request->note.text_size,
                              NOTE_COSIGNATURE, now_s);
    }
    if (status == POBF_OK) {
        status = key_sign(witness->key, signature, (const uint8_t *)message, size);
    }
    free(message);
    if (status != POBF_OK) {
        answer(reply, 500, "the checkpoint could not be remembered and signed");
        return;
    }
    reply->code = 200;
    reply->size = note_line(line, &witness->self, now_s, signature);
    memcpy(reply->text, line, reply->size);
}

static void judge(const struct witness *witness, struct witness_reply *reply,
                  const struct request *request, uint64_t now_s)
{
    const struct note_key *log = find_log(witness, request->checkpoint.origin);
    char size[32];
    struct checkpoint seen;

    if (log == NULL) {
        answer(reply, 404, "this log is not followed");
    } else if (note_verify(&request->note, log, NULL) != POBF_OK) {
        answer(reply, 403, "the log has not signed this checkpoint");
    } else if (request->old > request->checkpoint.size) {
        answer(reply, 400, "the old size is above the new one");
    } else if (recall(witness, &seen, log) != POBF_OK) {
        answer(reply, 500, "what was seen of this log cannot be read");
    } else if (request->old != seen.size ||
               (request->checkpoint.size == seen.size && seen.size > 0 &&
                memcmp(request->checkpoint.root, seen.root, sizeof seen.root) != 0)) {
        snprintf(size, sizeof size, "%" PRIu64, seen.size);
        answer(reply, 409, size);
    } else if (!continues(request, &seen)) {
        answer(reply, 422, "the proof does not lead from the old checkpoint to the new one");
    } else {
        cosign(witness, reply, request, now_s);
    }
}

void witness_add_checkpoint(struct witness *witness, struct witness_reply *reply,
                            const uint8_t *body, size_t size, uint64_t now_s)
{
    struct request request = {.old = 0};
    char *text = size <= WITNESS_BODY_MAX ? malloc(size + 1) : NULL;

    memset(reply, 0, sizeof *reply);
    if (text == NULL) {
        answer(reply, 400, "the body is too long");
        return;
    }
    memcpy(text, body, size);
    text[size] = '\0';
    if (parse(&request, text, size)) {
        judge(witness, reply, &request, now_s);
    } else {
        answer(reply, 400, "expected: old N, the proof's hashes, an empty line, a checkpoint");
    }
    free(text);
}

enum pobf_status witness_request(char **body, size_t *size, uint64_t old, const struct proof *proof,
                                 const char *checkpoint, size_t checkpoint_size)
{
    const size_t room = 64 + PROOF_TEXT_ROOM + checkpoint_size;
    size_t at;

    *size = 0;
    *body = malloc(room);
    if (*body == NULL) {
        return POBF_E_SYSTEM;
    }
    at = (size_t)snprintf(*body, room, "old %" PRIu64 "\n", old);
    at += proof_print(*body + at, proof);
    (*body)[at++] = '\n';
    memcpy(*body + at, checkpoint, checkpoint_size);
    *size = at + checkpoint_size;
    return POBF_OK;
}
