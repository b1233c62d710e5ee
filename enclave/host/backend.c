#include "enclave/host/backend.h"

#include <string.h>

#include "contracts/sodium.h"
#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "enclave/kvm/probe.h"
#include "enclave/kvm/program.h"

enum { MONITOR_FILE_MAX = 64 << 20 };

static const struct {
    const char *name;
    const char *program;
    const char *device;
} backends[] = {
    [POBF_BACKEND_NONE] = {"none", "", NULL},
    [POBF_BACKEND_PROCESS] = {"process", "pobf-monitor", NULL},
    [POBF_BACKEND_KVM] = {"kvm", "pobf-trustlet", "/dev/kvm"},
};

/* NULL where functions can run in virtual machines; else why they cannot. */
static const char *missing_for_kvm(void)
{
    char path[PLACE_ROOM];
    struct probe probe;

    if (place_program(path, backends[POBF_BACKEND_KVM].program) != POBF_OK) {
        return "there is no pobf-trustlet, which keeps machines";
    }
    return probe_run(&probe) == POBF_OK ? NULL : probe.missing;
}

static enum pobf_backend choose_for_machine(void)
{
    const char *missing = missing_for_kvm();

    if (missing == NULL) {
        talk_say("backend kvm: functions run in virtual machines");
        return POBF_BACKEND_KVM;
    }
    talk_say("backend process: %s", missing);
    return POBF_BACKEND_PROCESS;
}

enum pobf_status backend_choose(enum pobf_backend *backend, const char *name)
{
    *backend = POBF_BACKEND_PROCESS;
    if (name == NULL || strcmp(name, "process") == 0) {
        return POBF_OK;
    }
    if (strcmp(name, "kvm") == 0) {
        *backend = POBF_BACKEND_KVM;
        return POBF_OK;
    }
    if (strcmp(name, "auto") == 0) {
        *backend = choose_for_machine();
        return POBF_OK;
    }
    talk_refuse("--backend", "process, kvm or auto", name, NULL);
    return POBF_E_USAGE;
}

const char *backend_name(enum pobf_backend backend)
{
    return backends[backend].name;
}

const char *backend_device(enum pobf_backend backend)
{
    return backends[backend].device;
}

enum pobf_status backend_place(char path[PLACE_ROOM], enum pobf_backend backend)
{
    const enum pobf_status status = place_program(path, backends[backend].program);

    if (status != POBF_OK) {
        talk_error(status, backends[backend].program,
                   "it is neither beside pobf-host nor in ../libexec/pobf");
    }
    return status;
}

static enum pobf_status measure_file(uint8_t digest[POBF_DIGEST_BYTES], enum pobf_backend backend)
{
    char path[PLACE_ROOM];
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum pobf_status status = backend_place(path, backend);

    if (status != POBF_OK) {
        return status;
    }
    status = file_read(&bytes, &size, path, MONITOR_FILE_MAX);
    if (status == POBF_OK && crypto_hash_sha256(digest, bytes, size) != 0) {
        status = POBF_E_SYSTEM;
    }
    if (status != POBF_OK) {
        talk_error(status, path, NULL);
    }
    file_free(bytes, size);
    return status;
}

enum pobf_status backend_measure(uint8_t digest[POBF_DIGEST_BYTES], enum pobf_backend backend)
{
    memset(digest, 0, POBF_DIGEST_BYTES);
    if (backend != POBF_BACKEND_KVM) {
        return measure_file(digest, backend);
    }
    /* What runs in the machine is a part of this build, not a file of its own. */
    return crypto_hash_sha256(digest, program_bytes, (size_t)(program_end - program_bytes)) == 0
               ? POBF_OK
               : POBF_E_SYSTEM;
}
