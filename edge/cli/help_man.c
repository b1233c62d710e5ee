#include <ctype.h>
#include <string.h>

#include "edge/cli/help.h"

/* A man page.                                                            man(7), groff_man(7). */

/* Text as it is meant: nothing in it is a request, a hyphen is a hyphen. */
static void put(const char *text)
{
    int starts = 1;

    for (; *text != '\0'; text++) {
        if (starts && (*text == '.' || *text == '\'')) {
            fputs("\\&", stdout);
        }
        if (*text == '\\') {
            fputs("\\e", stdout);
        } else if (*text == '-') {
            fputs("\\-", stdout);
        } else {
            putchar(*text);
        }
        starts = *text == '\n';
    }
}

static void put_line(const char *request, const char *text)
{
    fputs(request, stdout);
    put(text);
    putchar('\n');
}

/* What lies behind an empty line is a paragraph, what is set in is an example. */
static void put_paragraphs(const char *text)
{
    char line[256];

    while (*text != '\0') {
        const size_t length = strcspn(text, "\n");

        snprintf(line, sizeof line, "%.*s", (int)length, text);
        if (length == 0) {
            puts(".PP");
        } else if (line[0] == ' ') {
            puts(".PP\n.nf");
            put_line("", line);
            puts(".fi");
        } else {
            put_line("", line);
        }
        text += length + (text[length] == '\n');
    }
}

static int is_top(const struct help_group *group)
{
    return strchr(group->path, ' ') == NULL;
}

static void man_group(const struct help_group *group)
{
    if (!is_top(group)) {
        return; /* its commands follow, each with the whole of its name */
    }
    fputs(".TH \"", stdout);
    for (const char *letter = group->path; *letter != '\0'; letter++) {
        putchar(toupper((unsigned char)*letter));
    }
    printf("\" 1 \"" HELP_DATE "\" \"pobf " HELP_VERSION "\"\n.SH NAME\n");
    put(group->path);
    put_line(" \\- ", group->sentence);
    put_line(".SH SYNOPSIS\n.B ", group->path);
    puts(".I COMMAND\n[option]... [operand]...\n.SH COMMANDS\n"
         "What is printed on standard output is the result; all else goes to standard error.\n"
         "A file named \\- is standard input or output.");
}

static void man_option(const struct cli_option *option)
{
    fputs(".TP\n\\fB\\-\\-", stdout);
    put(option->name);
    fputs("\\fR", stdout);
    if (option->argument != NULL) {
        fputs(" \\fI", stdout);
        put(option->argument);
        fputs("\\fR", stdout);
    }
    put_line("\n", option->sentence);
}

static void man_command(const char *path, const struct cli_usage *usage)
{
    fputs(".SS \"", stdout);
    put(path);
    put_line("\"\n.B ", usage->synopsis);
    puts(".PP");
    put_paragraphs(usage->sentence);
    for (size_t i = 0; i < usage->option_count; i++) {
        man_option(&usage->options[i]);
    }
}

static void man_end(const struct help_group *group)
{
    static const char *const programs[] = {"pobf", "pobf-host", "pobf-verifier"};
    const char *separator = "";

    puts(".SH EXIT STATUS");
#define X(code, word, sentence) printf(".TP\n.B %d\n%s: %s.\n", code, word, sentence);
    CLI_EXITS(X)
#undef X
    puts(".SH SEE ALSO");
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        if (strcmp(programs[i], group->path) != 0) {
            printf("%s.BR ", separator);
            put(programs[i]);
            fputs(" (1)", stdout);
            separator = ",\n";
        }
    }
    putchar('\n');
}

const struct help_form help_man = {"man", man_group, man_command, man_end};
