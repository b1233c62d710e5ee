#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "edge/cli/cli.h"
#include "edge/cli/file.h"
#include "edge/cli/object.h"
#include "edge/cli/place.h"
#include "edge/cli/talk.h"
#include "enclave/host/commands.h"
#include "enclave/host/manifest.h"
#include "enclave/host/page.h"

/* Of a native one; what has no other page in pages_of_wasm is the same for both. */
static const struct page pages[] = {
    {"function.c", "/* @: count the lines, words and bytes of a text. Replace it by your own. */\n"
                   "#include \"pobf_function.h\"\n"
                   "\n"
                   "static void put_text(struct pobf_call *call, const char *text)\n"
                   "{\n"
                   "    for (; *text != '\\0' && call->output_size < call->output_room; text++) {\n"
                   "        call->output[call->output_size++] = (uint8_t)*text;\n"
                   "    }\n"
                   "}\n"
                   "\n"
                   "static void put_row(struct pobf_call *call, const char *name, size_t number)\n"
                   "{\n"
                   "    char digits[24];\n"
                   "    char *at = digits + sizeof digits - 1;\n"
                   "\n"
                   "    *at = '\\0';\n"
                   "    do {\n"
                   "        *--at = (char)('0' + number % 10);\n"
                   "        number /= 10;\n"
                   "    } while (number != 0);\n"
                   "    put_text(call, name);\n"
                   "    put_text(call, \"\\t\");\n"
                   "    put_text(call, at);\n"
                   "    put_text(call, \"\\n\");\n"
                   "}\n"
                   "\n"
                   "/* Return 0 with the result in the output, or 1 with a message in it. */\n"
                   "int pobf_function(struct pobf_call *call)\n"
                   "{\n"
                   "    size_t lines = 0;\n"
                   "    size_t words = 0;\n"
                   "    int in_word = 0;\n"
                   "\n"
                   "    if (call->input_size == 0) {\n"
                   "        put_text(call, \"the input is empty\\n\");\n"
                   "        return 1;\n"
                   "    }\n"
                   "    for (size_t i = 0; i < call->input_size; i++) {\n"
                   "        const int is_space = call->input[i] <= ' ';\n"
                   "\n"
                   "        lines += call->input[i] == '\\n';\n"
                   "        words += !is_space && !in_word;\n"
                   "        in_word = !is_space;\n"
                   "    }\n"
                   "    put_row(call, \"lines\", lines);\n"
                   "    put_row(call, \"words\", words);\n"
                   "    put_row(call, \"bytes\", call->input_size);\n"
                   "    return 0;\n"
                   "}\n"},
    {MANIFEST_FILE, "{\n"
                    "    \"name\": \"@\",\n"
                    "    \"input_max\": 1048576,\n"
                    "    \"output_max\": 4096,\n"
                    "    \"arena\": 65536,\n"
                    "    \"stack\": 65536,\n"
                    "    \"deadline_ms\": 1000\n"
                    "}\n"},
    {"sample.txt", "What is forgotten\ncannot be told.\n"},
    {"expected.txt", "lines\t2\nwords\t6\nbytes\t34\n"},
    {"README.md",
     "# @\n"
     "\n"
     "A function that runs on someone's data in an enclave, and is forgotten.\n"
     "\n"
     "    pobf-host build .\n"
     "    pobf-host run . --in sample.txt | diff expected.txt -\n"
     "    pobf-host measure @.image --json > reference.json\n"
     "    pobf-host serve @.image --listen 127.0.0.1:8080\n"
     "    pobf call http://127.0.0.1:8080 --in sample.txt --out result.txt \\\n"
     "        --reference reference.json --insecure-accept-sim    # while it serves\n"
     "\n"
     "The first makes @.image; the second calls it once, without a network; what the third prints "
     "is\n"
     "for data providers: `--reference` of `pobf call`. Without\n"
     "`--insecure-accept-sim` a platform that is only simulated is refused.\n"
     "\n"
     "Where `function.c` has contracts (`pobf-host new --with-contracts`), `pobf-host prove .` "
     "proves\n"
     "them with Frama-C, and that there is no run-time error.\n"
     "\n"
     "`function.c` sees an input, room for an output and an arena (`pobf_function.h`), and no\n"
     "operating system: a system call ends it. `pobf.json` says how much memory and time it gets;\n"
     "both are part of the measurement.\n"},
};
enum { PAGES = sizeof pages / sizeof pages[0], TEXT_ROOM = 8192, QUOTED_ROOM = 4 * PLACE_ROOM + 4 };

/* The pages and the names are short: the room is enough, and nothing is written beyond it. */
static size_t expand(char *text, size_t room, const char *from, const char *name)
{
    size_t size = 0;

    for (char before = ' '; *from != '\0' && size + IMAGE_NAME_ROOM < room; before = *from++) {
        if (*from == '@' && before != '*') {
            size += (size_t)snprintf(text + size, room - size, "%s", name);
        } else {
            text[size++] = *from;
        }
    }
    return size;
}

static enum pobf_status write_page(const char *folder, const char *name, const struct page *page)
{
    char path[PLACE_ROOM + 32];
    char text[TEXT_ROOM];
    const size_t size = expand(text, sizeof text, page->text, name);

    snprintf(path, sizeof path, "%s/%s", folder, page->file);
    return file_write(path, (const uint8_t *)text, size, 0);
}

/* What a project is to be: in which language, and with contracts or not. */
struct kind {
    const struct page *pages; /* PAGES_OF_WASM that stand in the place of others; NULL: none */
    int with_contracts;
};

/* The page itself, or what stands in its place in a project of that kind. */
static struct page page_of(size_t i, const struct kind *kind)
{
    struct page page = pages[i];

    if (kind->with_contracts && strcmp(page.file, "function.c") == 0) {
        page.text = page_with_contracts;
    }
    for (size_t k = 0; kind->pages != NULL && k < PAGES_OF_WASM; k++) {
        if ((i == 0 && k == 0) || strcmp(page.file, kind->pages[k].file) == 0) {
            return kind->pages[k];
        }
    }
    return page;
}

/* The path as a shell takes it for one word: in quotes where it has to be. */
static void quote(char quoted[QUOTED_ROOM], const char *path)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
    const int is_plain = path[strspn(path, plain)] == '\0';
    size_t size = 0;

    if (is_plain) {
        snprintf(quoted, QUOTED_ROOM, "%s", path);
        return;
    }
    quoted[size++] = '\'';
    for (; *path != '\0'; path++) {
        const char *format = *path == '\'' ? "'\\%c'" : "%c";

        size += (size_t)snprintf(quoted + size, QUOTED_ROOM - size, format, *path);
    }
    snprintf(quoted + size, QUOTED_ROOM - size, "'");
}

static void say_next(const char *folder)
{
    char quoted[QUOTED_ROOM];

    quote(quoted, folder);
    talk_say("next: pobf-host build %s && pobf-host run %s --in %s/sample.txt", quoted, quoted,
             quoted);
}

static int make_project(const char *parent, const char *name, const struct kind *kind, int as_json)
{
    char folder[PLACE_ROOM];

    if ((size_t)snprintf(folder, sizeof folder, "%s%s%s", parent == NULL ? "" : parent,
                         parent == NULL ? "" : "/", name) >= sizeof folder - IMAGE_NAME_ROOM) {
        return talk_error(POBF_E_SPACE, name, "the path is too long");
    }
    if (mkdir(folder, 0777) != 0) {
        return talk_error(errno == EEXIST ? POBF_E_REFUSED : POBF_E_SYSTEM, folder,
                          strerror(errno));
    }
    for (size_t i = 0; i < PAGES; i++) {
        const struct page page = page_of(i, kind);
        const enum pobf_status status = write_page(folder, name, &page);

        if (status != POBF_OK) {
            return file_error(status, folder);
        }
    }
    if (as_json) {
        object_print(json_pack("{s:o, s:s}", "folder", object_path(folder), "name", name));
    } else {
        printf("%s\n", folder);
    }
    say_next(folder);
    return 0;
}

static int take_language(struct kind *kind, const char *language)
{
    static const struct {
        const char *name;
        const struct page *pages;
    } languages[] = {
        {"c", NULL}, {"wasm", pages_of_wasm}, {"js", pages_of_script}, {"rust", pages_of_rust}};
    size_t i = 0;

    while (i < sizeof languages / sizeof languages[0] && strcmp(language, languages[i].name) != 0) {
        i++;
    }
    if (i == sizeof languages / sizeof languages[0]) {
        return talk_error(POBF_E_USAGE, language, "--lang is c, wasm, js or rust");
    }
    kind->pages = languages[i].pages;
    if (kind->pages != NULL && kind->with_contracts) {
        return talk_error(POBF_E_USAGE, "--with-contracts", "contracts are for --lang c");
    }
    return 0;
}

int new_main(int argc, char **argv)
{
    const char *parent = NULL;
    const char *language = "c";
    struct kind kind = {NULL, 0};
    int as_json = 0;
    const struct cli_option options[] = {
        {"in", CLI_VALUE, &parent, "FOLDER", "the folder to make it in (default: this one)"},
        {"lang", CLI_VALUE, &language, "LANG",
         "c: native; wasm: C, as WebAssembly; js: a script; or rust (default: c)"},
        {"with-contracts", CLI_FLAG, &kind.with_contracts, NULL,
         "with contracts, for pobf-host prove"},
        {"json", CLI_FLAG, &as_json, NULL, "print one JSON object"},
    };
    const struct cli_usage usage = {
        "pobf-host new NAME [--in FOLDER] [--lang LANG] [--with-contracts] [--json]",
        "Make a function project in a folder of its name; it builds and runs at once.",
        options,
        sizeof options / sizeof options[0],
        1,
        1,
    };
    size_t operands;
    int code = cli_parse(&usage, argc, argv, &operands);

    if (code >= 0) {
        return code;
    }
    if (!manifest_is_name(argv[1])) {
        return talk_error(
            POBF_E_USAGE, argv[1],
            "a function's name is 1 to 63 of a-z A-Z 0-9 . _ -, neither . nor - first");
    }
    code = take_language(&kind, language);
    return code != 0 ? code : make_project(parent, argv[1], &kind, as_json);
}
