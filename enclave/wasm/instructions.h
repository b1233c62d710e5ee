#ifndef POBF_WASM_INSTRUCTIONS_H
#define POBF_WASM_INSTRUCTIONS_H

/*
 * The instructions of WebAssembly in C, in place of the ones that wasm2c prints before a module.
 * What can trap is a macro, so that __func__ names the function of the module that it happened in.
 */
#include "rounds.h"
#include "wasm-rt.h"

#define WASM_RARELY(x) __builtin_expect(!!(x), 0)
#define WASM_SAME_BITS(to, from)                                                                   \
    _Static_assert(sizeof(to) == sizeof(from), "the same size");                                   \
    __builtin_memcpy(&(to), &(from), sizeof(to))

#define assert(x) ((void)0)
#define INFINITY __builtin_inff()
#define TRAP(kind) wasm_end(WASM_TRAP_##kind, __func__)
#define UNREACHABLE TRAP(UNREACHABLE)

/*
 * Fuel. It may fall below zero between two checks, which stand where a loop or a function begins. A
 * check is the subtraction and one jump; written in C, gcc would copy, move back, and test again.
 */
#define WASM_CHARGE(steps) (wasm_fuel -= (steps))
#define WASM_CHARGE_LOOP(steps)                                                                    \
    do {                                                                                           \
        __label__ empty, paid;                                                                     \
                                                                                                   \
        __asm__ goto("sub %1, %0\n\tjs %l[empty]"                                                  \
                     : "+r"(wasm_fuel)                                                             \
                     : "er"((int64_t)(steps))                                                      \
                     : "cc"                                                                        \
                     : empty);                                                                     \
        goto paid;                                                                                 \
    empty:                                                                                         \
        TRAP(FUEL);                                                                                \
    paid:;                                                                                         \
    } while (0)

#ifdef POBF_WASM_GUARD
#define WASM_PAY_ROUNDS wasm_pay_rounds
#else
#define WASM_PAY_ROUNDS(local, end, step, steps) false
#endif

/* What a function of the runtime may take of the stack: it does not look for itself. */
#define WASM_STACK_MARGIN 8192
#define WASM_CHECK_STACK()                                                                         \
    do {                                                                                           \
        bool is_low;                                                                               \
                                                                                                   \
        __asm__ volatile("cmp %1, %%rsp" : "=@ccb"(is_low) : "i"(pobf_stack + WASM_STACK_MARGIN)); \
        if (WASM_RARELY(is_low)) {                                                                 \
            TRAP(EXHAUSTION);                                                                      \
        }                                                                                          \
    } while (0)
#define WASM_ENTER(steps)                                                                          \
    WASM_CHECK_STACK();                                                                            \
    WASM_CHARGE_LOOP(steps)
#define FUNC_EPILOGUE ((void)0)

/*
 * Memory. In guard mode nothing is mapped in the 8 GiB behind the memory's budget: the processor
 * finds what reaches past it. Otherwise each access is compared with the size of the moment.
 */
#ifdef POBF_WASM_GUARD
#define WASM_CHECK(address, bytes) ((void)0)
#else
#define WASM_CHECK(address, bytes)                                                                 \
    do {                                                                                           \
        if (WASM_RARELY((address) + (bytes) > wasm_size)) {                                        \
            TRAP(OOB);                                                                             \
        }                                                                                          \
    } while (0)
#endif

#define WASM_LOAD(stored, value, address)                                                          \
    ({                                                                                             \
        const u64 wasm_at = (address);                                                             \
        stored wasm_value;                                                                         \
                                                                                                   \
        WASM_CHECK(wasm_at, sizeof(stored));                                                       \
        __builtin_memcpy(&wasm_value, pobf_memory + wasm_at, sizeof(stored));                      \
        (value) wasm_value;                                                                        \
    })
#define WASM_STORE(stored, address, value)                                                         \
    do {                                                                                           \
        const u64 wasm_at = (address);                                                             \
        const stored wasm_value = (stored)(value);                                                 \
                                                                                                   \
        WASM_CHECK(wasm_at, sizeof(stored));                                                       \
        __builtin_memcpy(pobf_memory + wasm_at, &wasm_value, sizeof(stored));                      \
    } while (0)

#define i32_load(m, a) WASM_LOAD(u32, u32, a)
#define i64_load(m, a) WASM_LOAD(u64, u64, a)
#define f32_load(m, a) WASM_LOAD(f32, f32, a)
#define f64_load(m, a) WASM_LOAD(f64, f64, a)
#define i32_load8_s(m, a) ((u32)WASM_LOAD(s8, s32, a))
#define i64_load8_s(m, a) ((u64)WASM_LOAD(s8, s64, a))
#define i32_load8_u(m, a) WASM_LOAD(u8, u32, a)
#define i64_load8_u(m, a) WASM_LOAD(u8, u64, a)
#define i32_load16_s(m, a) ((u32)WASM_LOAD(s16, s32, a))
#define i64_load16_s(m, a) ((u64)WASM_LOAD(s16, s64, a))
#define i32_load16_u(m, a) WASM_LOAD(u16, u32, a)
#define i64_load16_u(m, a) WASM_LOAD(u16, u64, a)
#define i64_load32_s(m, a) ((u64)WASM_LOAD(s32, s64, a))
#define i64_load32_u(m, a) WASM_LOAD(u32, u64, a)
#define i32_store(m, a, v) WASM_STORE(u32, a, v)
#define i64_store(m, a, v) WASM_STORE(u64, a, v)
#define f32_store(m, a, v) WASM_STORE(f32, a, v)
#define f64_store(m, a, v) WASM_STORE(f64, a, v)
#define i32_store8(m, a, v) WASM_STORE(u8, a, v)
#define i32_store16(m, a, v) WASM_STORE(u16, a, v)
#define i64_store8(m, a, v) WASM_STORE(u8, a, v)
#define i64_store16(m, a, v) WASM_STORE(u16, a, v)
#define i64_store32(m, a, v) WASM_STORE(u32, a, v)

/* What takes long costs fuel by its length: a step for eight bytes, or for one element. */
#define WASM_CHARGE_BULK(count) WASM_CHARGE_LOOP((int64_t)(count) + 1)
#define WASM_CHECK_RANGE(at, count, size)                                                          \
    do {                                                                                           \
        if (WASM_RARELY((u64)(at) + (count) > (size))) {                                           \
            TRAP(OOB);                                                                             \
        }                                                                                          \
    } while (0)

#define memory_fill(m, to, value, count)                                                           \
    do {                                                                                           \
        WASM_CHECK_RANGE(to, count, wasm_size);                                                    \
        WASM_CHARGE_BULK((count) / 8);                                                             \
        __builtin_memset(pobf_memory + (to), (int)(value), (count));                               \
    } while (0)
#define memory_copy(a, b, to, from, count)                                                         \
    do {                                                                                           \
        WASM_CHECK_RANGE(to, count, wasm_size);                                                    \
        WASM_CHECK_RANGE(from, count, wasm_size);                                                  \
        WASM_CHARGE_BULK((count) / 8);                                                             \
        __builtin_memmove(pobf_memory + (to), pobf_memory + (from), (count));                      \
    } while (0)
#define memory_init(m, source, size, to, from, count)                                              \
    do {                                                                                           \
        WASM_CHECK_RANGE(from, count, size);                                                       \
        WASM_CHECK_RANGE(to, count, wasm_size);                                                    \
        WASM_CHARGE_BULK((count) / 8);                                                             \
        __builtin_memcpy(pobf_memory + (to), (source) + (from), (count));                          \
    } while (0)
#define LOAD_DATA(m, to, source, count) memory_init(&(m), source, count, to, 0u, count)

/* Tables and indirect calls: an index in the table, a function there, of the very type. */
#define CALL_INDIRECT(table, type, number, index, ...)                                             \
    (__builtin_expect((index) < (table).size && (table).data[index].func != NULL &&                \
                          (table).data[index].func_type == func_types[number],                     \
                      1)                                                                           \
         ? (void)0                                                                                 \
         : TRAP(CALL_INDIRECT),                                                                    \
     ((type)(table).data[index].func)(__VA_ARGS__))

typedef struct {
    uint32_t func_type_index;
    wasm_rt_function_ptr_t func;
    size_t module_offset;
} wasm_elem_segment_expr_t;

#define funcref_table_init(table, source, source_size, to, from, count, owner, types)              \
    do {                                                                                           \
        const wasm_elem_segment_expr_t *const wasm_source = (source);                              \
                                                                                                   \
        WASM_CHECK_RANGE(from, count, source_size);                                                \
        WASM_CHECK_RANGE(to, count, (table)->size);                                                \
        WASM_CHARGE_BULK(count);                                                                   \
        for (u32 wasm_i = 0; wasm_i < (count); wasm_i++) {                                         \
            const wasm_elem_segment_expr_t *const wasm_one = &wasm_source[(from) + wasm_i];        \
                                                                                                   \
            (table)->data[(to) + wasm_i] =                                                         \
                (wasm_rt_funcref_t){(types)[wasm_one->func_type_index], wasm_one->func,            \
                                    (uint8_t *)(owner) + wasm_one->module_offset};                 \
        }                                                                                          \
    } while (0)
#define externref_table_init(table, source_size, to, from, count)                                  \
    do {                                                                                           \
        WASM_CHECK_RANGE(from, count, source_size);                                                \
        WASM_CHECK_RANGE(to, count, (table)->size);                                                \
        WASM_CHARGE_BULK(count);                                                                   \
        for (u32 wasm_i = 0; wasm_i < (count); wasm_i++) {                                         \
            (table)->data[(to) + wasm_i] = wasm_rt_externref_null_value;                           \
        }                                                                                          \
    } while (0)
#define WASM_TABLE_COPY(a, b, to, from, count)                                                     \
    do {                                                                                           \
        WASM_CHECK_RANGE(to, count, (a)->size);                                                    \
        WASM_CHECK_RANGE(from, count, (b)->size);                                                  \
        WASM_CHARGE_BULK(count);                                                                   \
        __builtin_memmove((a)->data + (to), (b)->data + (from), (count) * sizeof *(a)->data);      \
    } while (0)
#define WASM_TABLE_GET(table, index)                                                               \
    ({                                                                                             \
        WASM_CHECK_RANGE(index, 1, (table)->size);                                                 \
        (table)->data[index];                                                                      \
    })
#define WASM_TABLE_SET(table, index, value)                                                        \
    do {                                                                                           \
        WASM_CHECK_RANGE(index, 1, (table)->size);                                                 \
        (table)->data[index] = (value);                                                            \
    } while (0)
#define WASM_TABLE_FILL(table, to, value, count)                                                   \
    do {                                                                                           \
        WASM_CHECK_RANGE(to, count, (table)->size);                                                \
        WASM_CHARGE_BULK(count);                                                                   \
        for (u32 wasm_i = 0; wasm_i < (count); wasm_i++) {                                         \
            (table)->data[(to) + wasm_i] = (value);                                                \
        }                                                                                          \
    } while (0)
#define funcref_table_copy WASM_TABLE_COPY
#define externref_table_copy WASM_TABLE_COPY
#define funcref_table_get WASM_TABLE_GET
#define externref_table_get WASM_TABLE_GET
#define funcref_table_set WASM_TABLE_SET
#define externref_table_set WASM_TABLE_SET
#define funcref_table_fill WASM_TABLE_FILL
#define externref_table_fill WASM_TABLE_FILL

/* Integers. */
#define I32_CLZ(x) ((x) != 0 ? (u32)__builtin_clz(x) : 32u)
#define I64_CLZ(x) ((x) != 0 ? (u64)__builtin_clzll(x) : 64u)
#define I32_CTZ(x) ((x) != 0 ? (u32)__builtin_ctz(x) : 32u)
#define I64_CTZ(x) ((x) != 0 ? (u64)__builtin_ctzll(x) : 64u)
#define I32_POPCNT(x) ((u32)__builtin_popcount(x))
#define I64_POPCNT(x) ((u64)__builtin_popcountll(x))

#define WASM_ROTATE_LEFT(x, by, bits) ((x) << ((by) & (bits)) | (x) >> (-(by) & (bits)))
#define WASM_ROTATE_RIGHT(x, by, bits) ((x) >> ((by) & (bits)) | (x) << (-(by) & (bits)))
#define I32_ROTL(x, by) WASM_ROTATE_LEFT(x, by, 31)
#define I64_ROTL(x, by) WASM_ROTATE_LEFT(x, by, 63)
#define I32_ROTR(x, by) WASM_ROTATE_RIGHT(x, by, 31)
#define I64_ROTR(x, by) WASM_ROTATE_RIGHT(x, by, 63)

/* A quotient of the least number and -1 is not a number; the remainder is 0, without dividing. */
#define WASM_DIVISOR(y)                                                                            \
    do {                                                                                           \
        if (WASM_RARELY((y) == 0)) {                                                               \
            TRAP(DIV_BY_ZERO);                                                                     \
        }                                                                                          \
    } while (0)
#define WASM_DIVIDE(type, least, x, y)                                                             \
    ({                                                                                             \
        const type wasm_x = (type)(x), wasm_y = (type)(y);                                         \
                                                                                                   \
        WASM_DIVISOR(wasm_y);                                                                      \
        if (WASM_RARELY(wasm_x == (least) && wasm_y == -1)) {                                      \
            TRAP(INT_OVERFLOW);                                                                    \
        }                                                                                          \
        wasm_x / wasm_y;                                                                           \
    })
#define WASM_REMAINDER(type, x, y)                                                                 \
    ({                                                                                             \
        const type wasm_x = (type)(x), wasm_y = (type)(y);                                         \
                                                                                                   \
        WASM_DIVISOR(wasm_y);                                                                      \
        wasm_y == -1 ? 0 : wasm_x % wasm_y;                                                        \
    })
#define I32_DIV_S(x, y) ((u32)WASM_DIVIDE(s32, INT32_MIN, x, y))
#define I64_DIV_S(x, y) ((u64)WASM_DIVIDE(s64, INT64_MIN, x, y))
#define I32_REM_S(x, y) ((u32)WASM_REMAINDER(s32, x, y))
#define I64_REM_S(x, y) ((u64)WASM_REMAINDER(s64, x, y))
#define DIV_U(x, y)                                                                                \
    ({                                                                                             \
        WASM_DIVISOR(y);                                                                           \
        (x) / (y);                                                                                 \
    })
#define REM_U(x, y)                                                                                \
    ({                                                                                             \
        WASM_DIVISOR(y);                                                                           \
        (x) % (y);                                                                                 \
    })

/*
 * From a float to an integer: `low` and `high` are the nearest floats that do not fit any more. Both
 * are exact, but where the format has none below: then `low` is the last that fits, and OR_EQUAL.
 */
#define OR_EQUAL(x, low) ((x) >= (low))
#define ABOVE(x, low) ((x) > (low))
#define WASM_TRUNCATE(to, via, x, fits, low, high)                                                 \
    ({                                                                                             \
        if (WASM_RARELY((x) != (x))) {                                                             \
            TRAP(INVALID_CONVERSION);                                                              \
        }                                                                                          \
        if (WASM_RARELY(!(fits(x, low) && (x) < (high)))) {                                        \
            TRAP(INT_OVERFLOW);                                                                    \
        }                                                                                          \
        (to)(via)(x);                                                                              \
    })
#define WASM_SATURATE(to, via, x, fits, low, high, least, most)                                    \
    ((x) != (x) ? (to)0 : !fits(x, low) ? (to)(least) : !((x) < (high)) ? (to)(most) : (to)(via)(x))

#define I32_TRUNC_S_F32(x) WASM_TRUNCATE(u32, s32, x, OR_EQUAL, -0x1p31f, 0x1p31f)
#define I64_TRUNC_S_F32(x) WASM_TRUNCATE(u64, s64, x, OR_EQUAL, -0x1p63f, 0x1p63f)
#define I32_TRUNC_S_F64(x) WASM_TRUNCATE(u32, s32, x, ABOVE, -0x1.00000002p31, 0x1p31)
#define I64_TRUNC_S_F64(x) WASM_TRUNCATE(u64, s64, x, OR_EQUAL, -0x1p63, 0x1p63)
#define I32_TRUNC_U_F32(x) WASM_TRUNCATE(u32, u32, x, ABOVE, -1.0f, 0x1p32f)
#define I64_TRUNC_U_F32(x) WASM_TRUNCATE(u64, u64, x, ABOVE, -1.0f, 0x1p64f)
#define I32_TRUNC_U_F64(x) WASM_TRUNCATE(u32, u32, x, ABOVE, -1.0, 0x1p32)
#define I64_TRUNC_U_F64(x) WASM_TRUNCATE(u64, u64, x, ABOVE, -1.0, 0x1p64)
#define I32_TRUNC_SAT_S_F32(x)                                                                     \
    WASM_SATURATE(u32, s32, x, OR_EQUAL, -0x1p31f, 0x1p31f, INT32_MIN, INT32_MAX)
#define I64_TRUNC_SAT_S_F32(x)                                                                     \
    WASM_SATURATE(u64, s64, x, OR_EQUAL, -0x1p63f, 0x1p63f, INT64_MIN, INT64_MAX)
#define I32_TRUNC_SAT_S_F64(x)                                                                     \
    WASM_SATURATE(u32, s32, x, ABOVE, -0x1.00000002p31, 0x1p31, INT32_MIN, INT32_MAX)
#define I64_TRUNC_SAT_S_F64(x)                                                                     \
    WASM_SATURATE(u64, s64, x, OR_EQUAL, -0x1p63, 0x1p63, INT64_MIN, INT64_MAX)
#define I32_TRUNC_SAT_U_F32(x) WASM_SATURATE(u32, u32, x, ABOVE, -1.0f, 0x1p32f, 0, UINT32_MAX)
#define I64_TRUNC_SAT_U_F32(x) WASM_SATURATE(u64, u64, x, ABOVE, -1.0f, 0x1p64f, 0, UINT64_MAX)
#define I32_TRUNC_SAT_U_F64(x) WASM_SATURATE(u32, u32, x, ABOVE, -1.0, 0x1p32, 0, UINT32_MAX)
#define I64_TRUNC_SAT_U_F64(x) WASM_SATURATE(u64, u64, x, ABOVE, -1.0, 0x1p64, 0, UINT64_MAX)

#define WASM_REINTERPRET(name, from, to)                                                           \
    static inline to name(from x)                                                                  \
    {                                                                                              \
        to bits;                                                                                   \
                                                                                                   \
        WASM_SAME_BITS(bits, x);                                                                   \
        return bits;                                                                               \
    }
WASM_REINTERPRET(f32_reinterpret_i32, u32, f32)
WASM_REINTERPRET(i32_reinterpret_f32, f32, u32)
WASM_REINTERPRET(f64_reinterpret_i64, u64, f64)
WASM_REINTERPRET(i64_reinterpret_f64, f64, u64)

/*
 * Floats. A NaN that comes in goes out quiet, its sign and payload kept; sums of two numbers do that
 * by themselves, and so do the rounding instructions of SSE4.1 (0 nearest, 1 down, 2 up, 3 to zero;
 * 8: tell nobody that it was inexact).
 */
#define wasm_quiet(x) ((x) == (x) ? (x) : (x) + (x))
#define wasm_quietf(x) ((x) == (x) ? (x) : (x) + (x))

typedef double wasm_pair __attribute__((vector_size(16)));
typedef float wasm_four __attribute__((vector_size(16)));

#define WASM_ROUND(name, how)                                                                      \
    static inline f64 wasm_##name(f64 x)                                                           \
    {                                                                                              \
        const wasm_pair pair = {x, 0};                                                             \
                                                                                                   \
        return __builtin_ia32_roundsd(pair, pair, how)[0];                                         \
    }                                                                                              \
    static inline f32 wasm_##name##f(f32 x)                                                        \
    {                                                                                              \
        const wasm_four four = {x, 0, 0, 0};                                                       \
                                                                                                   \
        return __builtin_ia32_roundss(four, four, how)[0];                                         \
    }
WASM_ROUND(nearbyint, 8)
WASM_ROUND(floor, 9)
WASM_ROUND(ceil, 10)
WASM_ROUND(trunc, 11)

static inline f64 wasm_sqrt(f64 x)
{
    const wasm_pair pair = {x, 0};

    return __builtin_ia32_sqrtsd(pair)[0];
}

static inline f32 wasm_sqrtf(f32 x)
{
    const wasm_four four = {x, 0, 0, 0};

    return __builtin_ia32_sqrtss(four)[0];
}

#define wasm_fabs(x) __builtin_fabs(x)
#define wasm_fabsf(x) __builtin_fabsf(x)
#define copysign(x, y) __builtin_copysign(x, y)
#define copysignf(x, y) __builtin_copysignf(x, y)

/* Of two zeros that differ in sign, the negative one is the less. */
#define WASM_EXTREME(x, y, is_first, of_zeros)                                                     \
    ((x) != (x) || (y) != (y) ? (x) + (y)                                                          \
     : (x) == 0 && (y) == 0   ? (of_zeros)                                                         \
     : (is_first)             ? (x)                                                                \
                              : (y))
#define FMIN(x, y) WASM_EXTREME(x, y, (x) < (y), __builtin_signbit(x) ? (x) : (y))
#define FMAX(x, y) WASM_EXTREME(x, y, (x) > (y), __builtin_signbit(x) ? (y) : (x))

#endif
