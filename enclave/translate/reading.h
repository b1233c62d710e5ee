#ifndef POBF_ENCLAVE_TRANSLATE_READING_H
#define POBF_ENCLAVE_TRANSLATE_READING_H

#include "enclave/translate/cursor.h"
#include "enclave/translate/module.h"

/* What the readers of a module's sections share; for module.c alone. */
enum {
    READING_PAGE = 65536,
    READING_TYPES_MAX = 1024,
    READING_FUNCTIONS_MAX = 50000,
    READING_ELEMENTS_MAX = 1 << 20
};

/* A function's type in letters, i I f F for numbers and r for references: "ii:i". */
struct signature {
    char text[MODULE_SIGNATURE_MAX + 2];
};

struct reading {
    struct module *module;
    struct signature types[READING_TYPES_MAX];
    uint32_t type_of[READING_FUNCTIONS_MAX]; /* of each function, the imported ones first */
    uint32_t function_count;
};

/* Say what is wrong with the module; returns POBF_E_INPUT. */
__attribute__((format(printf, 2, 3))) enum pobf_status reading_refuse(struct reading *reading,
                                                                      const char *format, ...);

/* 1 where it is of letters, digits and `signs`: harmless in a comment, a string or a name of C. */
int reading_is_name(const struct cursor *name, const char *signs);
int reading_is_text(const struct cursor *name, const char *text);

/* i I f F for a number, r for a reference; 0: it is no type of a value that is supported. */
char reading_letter(uint8_t type);

/* A section each. Where they stand: signature.c, code.c. */
typedef enum pobf_status reading_taker(struct reading *reading, struct cursor *in);
reading_taker reading_types;
reading_taker reading_imports;
reading_taker reading_functions;
reading_taker reading_code;

/* 1 where all names of a name section are harmless, and it says nothing that does not parse. */
int reading_are_names_harmless(struct cursor in);

#endif
