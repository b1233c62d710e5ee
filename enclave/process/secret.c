#include "enclave/process/secret.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "framework/core/wipe.h"

enum { PAGE = 4096, MEMFD_SECRET = 447 };

void secret_raise_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_MEMLOCK, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_MEMLOCK, &limit); /* what is missing shows in `locked` */
    }
}

static int map(struct secret *secret, int descriptor)
{
    void *bytes;

    if (descriptor < 0) {
        return -1;
    }
    if (ftruncate(descriptor, (off_t)secret->size) != 0) {
        close(descriptor);
        return -1;
    }
    bytes = mmap(NULL, secret->size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (bytes == MAP_FAILED) {
        close(descriptor);
        return -1;
    }
    secret->bytes = bytes;
    secret->descriptor = descriptor;
    return 0;
}

enum pobf_status secret_open(struct secret *secret, size_t size)
{
    *secret = (struct secret){.size = (size + PAGE - 1) & ~(size_t)(PAGE - 1), .descriptor = -1};
    secret_raise_limit();
    if (map(secret, (int)syscall(MEMFD_SECRET, O_CLOEXEC)) == 0) {
        secret->hidden = secret->locked = 1;
        return POBF_OK;
    }
    if (map(secret, memfd_create("pobf", MFD_CLOEXEC)) != 0) {
        *secret = (struct secret){.descriptor = -1};
        return POBF_E_SYSTEM;
    }
    secret->locked = mlock(secret->bytes, secret->size) == 0;
    (void)madvise(secret->bytes, secret->size, MADV_DONTDUMP);
    return POBF_OK;
}

void secret_seclude(struct secret *secret)
{
    if (secret->descriptor >= 0) {
        close(secret->descriptor);
        secret->descriptor = -1;
    }
}

void secret_close(struct secret *secret)
{
    if (secret->bytes != NULL) {
        pobf_wipe(secret->bytes, secret->size);
        munmap(secret->bytes, secret->size);
    }
    secret_seclude(secret);
    *secret = (struct secret){.descriptor = -1};
}
