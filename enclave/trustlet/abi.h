#ifndef POBF_ENCLAVE_TRUSTLET_ABI_H
#define POBF_ENCLAVE_TRUSTLET_ABI_H

/*
 * What the host's side (kvm/) and the guest's side (trustlet/) of a virtual machine agree on. The
 * machine has no operating system: two address spaces in ring 3, and a gate in ring 0.
 *
 *   M, the monitor    keys, clear text, the zone; everything but ring 0
 *   F, the function   its text, its constants, its parts of the zone, and the landing; nothing else
 *
 * Addresses below are virtual. Where the pages are in the guest's memory is the host's matter, but
 * for the two roots, which the gate loads.
 */

/* Roots of the two address spaces, physical. */
#define TRUSTLET_ROOT_M 0x1000
#define TRUSTLET_ROOT_F 0x2000

/* Ring 0 only. GDT and IDT are one page for both spaces; the others are one page each. */
#define TRUSTLET_GDT 0x1000
#define TRUSTLET_IDT 0x3000
#define TRUSTLET_TSS 0x5000    /* F's lets no port through            */
#define TRUSTLET_GATE 0x7000   /* handlers of the exceptions          */
#define TRUSTLET_STACK0 0x9000 /* ring 0's stack, guarded; read by M  */
#define TRUSTLET_FRAME 0xfd8   /* in it: where an exception saves rip */

#define TRUSTLET_VECTORS 32
#define TRUSTLET_HANDLER_BYTES 32
#define TRUSTLET_UD 6 /* the vector of ud2, through which both sides cross */

#define TRUSTLET_CODE0 0x10
#define TRUSTLET_CODE3 0x33
#define TRUSTLET_DATA3 0x2b
#define TRUSTLET_TASK 0x40

/* M. */
#define TRUSTLET_MONITOR 0x00400000   /* the monitor's program                              */
#define TRUSTLET_STACK_END 0x02000000 /* its ordinary stack, below                          */
#define TRUSTLET_STACK_BYTES 0x10000
#define TRUSTLET_THREAD 0x02001000      /* libsodium's stack canary is at %fs:0x28            */
#define TRUSTLET_BOOT 0x02003000        /* struct trustlet_boot                               */
#define TRUSTLET_MAIL 0x02005000        /* struct trustlet_mail, shared with the host         */
#define TRUSTLET_STACK0_F 0x02007000    /* F's ring-0 stack: the frame it starts with         */
#define TRUSTLET_FILE 0x04000000        /* the function's image, R--                          */
#define TRUSTLET_GOLDEN 0x05800000      /* the golden image                                   */
#define TRUSTLET_TEXT 0x07000000        /* F's text, R--                                      */
#define TRUSTLET_CONSTANTS 0x08800000   /* F's constants, R--                                 */
#define TRUSTLET_TABLES 0x0a000000      /* all that ring 0 and the paging rest on, R--        */
#define TRUSTLET_TABLES_COPY 0x0c000000 /* the same once more, to compare with, R--           */
#define TRUSTLET_VAULT 0x40000000       /* 2 GiB of room; begins with a guard                 */
#define TRUSTLET_ZONE 0xc0000000        /* 1 GiB of room                                      */
#define TRUSTLET_WINDOW 0x100000000     /* the host window                                    */

/* F, beside its image. The landing is where F starts and comes back from. */
#define TRUSTLET_LANDING 0x0fff0000

/* Ports that M may write a byte to; the value says nothing. */
#define TRUSTLET_PORT_READY 0x10 /* take the mail: hello or a reply; bring a request      */
#define TRUSTLET_PORT_END 0x11   /* take the mail: the last reply, or none; it is over    */
#define TRUSTLET_PORT_FAULT 0x30 /* ring 0: the monitor itself took an exception          */

/* How F ended, as the monitor finds it in rbx: a vector, or the host's word at the deadline. */
#define TRUSTLET_DEADLINE 0x100

/*
 * Where `syscall` leads: nowhere. It is switched off, and so an illegal instruction; a KVM that does
 * not heed that jumps to this address, still in ring 3, and faults.
 */
#define TRUSTLET_SYSCALL 0x7ead0000

#ifndef __ASSEMBLER__
#include "enclave/monitor/message.h"

enum { TRUSTLET_SEED_BYTES = 32 };

/* Host to monitor, once. The monitor wipes the seed as it takes it. */
struct trustlet_boot {
    uint64_t file_size;
    uint64_t tables_size; /* bytes in use at TRUSTLET_TABLES                      */
    uint64_t tsc_khz;
    uint8_t seed[TRUSTLET_SEED_BYTES];
    uint8_t program[POBF_DIGEST_BYTES]; /* SHA-256 of the monitor's program */
    struct message_setup setup;
};

/* Both read it with care: neither trusts the other. */
struct trustlet_mail {
    struct message_hello hello;
    struct message_request request;
    struct message_reply reply;
    uint64_t now_s;   /* host to monitor, with every request                             */
    uint64_t tsc;     /* monitor to host, with hello: the counter as the guest sees it   */
    uint64_t entered; /* monitor to host: the counter when F began to run, 0: it does not */
};

_Static_assert(sizeof(struct trustlet_boot) <= 4096, "a page");
_Static_assert(sizeof(struct trustlet_mail) <= 4096, "a page");
#endif

#endif
