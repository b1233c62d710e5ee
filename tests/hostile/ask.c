/*
 * Makes the system call that the input says: one byte for the way ('s' syscall, 'i' int 0x80,
 * 'g' the gate's own syscall instruction), four for the number, eight for each of three arguments.
 * Survives it: then the output says what came back.
 */
#include "pobf_function.h"

struct request {
    uint32_t number;
    uint64_t argument[3];
} __attribute__((packed));

static uint64_t through_syscall(const struct request *request)
{
    uint64_t result;

    __asm__ volatile("xor %%r10d, %%r10d; xor %%r8d, %%r8d; xor %%r9d, %%r9d; syscall"
                     : "=a"(result)
                     : "0"((uint64_t)request->number), "D"(request->argument[0]),
                       "S"(request->argument[1]), "d"(request->argument[2])
                     : "rcx", "r8", "r9", "r10", "r11", "memory");
    return result;
}

static uint64_t through_interrupt(const struct request *request)
{
    uint64_t result;

    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "0"((uint64_t)request->number), "b"(request->argument[0]),
                       "c"(request->argument[1]), "d"(request->argument[2])
                     : "r8", "r9", "r10", "r11", "memory");
    return result;
}

/* Jump to the address of the third argument, which is a syscall instruction of the gate. */
static uint64_t through_gate(const struct request *request)
{
    uint64_t result;

    __asm__ volatile("xor %%r10d, %%r10d; xor %%r8d, %%r8d; xor %%r9d, %%r9d; jmp *%%rdx"
                     : "=a"(result)
                     : "0"((uint64_t)request->number), "D"(request->argument[0]),
                       "S"(request->argument[1]), "d"(request->argument[2])
                     : "rcx", "r8", "r9", "r10", "r11", "memory");
    return result;
}

int pobf_function(struct pobf_call *call)
{
    struct request request;
    uint64_t result;

    if (call->input_size != 1 + sizeof request) {
        return 1;
    }
    __builtin_memcpy(&request, call->input + 1, sizeof request);
    result = call->input[0] == 's'   ? through_syscall(&request)
             : call->input[0] == 'i' ? through_interrupt(&request)
                                     : through_gate(&request);
    __builtin_memcpy(call->output, &result, sizeof result);
    call->output_size = sizeof result;
    return 0;
}
