/*
 * What libsodium names of a C library and a system, and must not get: there is none below. None of
 * this is reached; the random source is our own (random.c), and no memory is asked for.
 */
    .text

    /* Calls that fail: -1. */
    .irp name, close, fcntl, fstat, getrandom, madvise, mlock, mmap, mprotect, munlock, munmap, \
        open, poll, read
    .globl \name
    .type \name, @function
\name:
    .endr
    mov $-1, %rax
    ret

    /* Calls that have nothing to do: 0, or no memory. One thread needs no lock. */
    .irp name, free, malloc, pthread_mutex_lock, pthread_mutex_unlock
    .globl \name
    .type \name, @function
\name:
    .endr
    xor %eax, %eax
    ret

    /* The page size, the only thing that is asked. */
    .globl sysconf
    .type sysconf, @function
sysconf:
    mov $4096, %eax
    ret

    /* Calls of somebody who has found that something is wrong. */
    .irp name, __assert_fail, __stack_chk_fail, raise
    .globl \name
    .type \name, @function
\name:
    .endr
    jmp abort

    .section .note.GNU-stack, "", @progbits
