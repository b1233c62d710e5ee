#include <string.h>

#include "edge/cli/help.h"

/* Completion for zsh: a function for each table of commands and each command, then the walk. */

/* "__pobf_log_audit": the function of "pobf log audit". */
static void put_function(const char *path)
{
    fputs("__", stdout);
    for (; *path != '\0'; path++) {
        putchar(*path == ' ' ? '_' : *path);
    }
}

/* Inside of single quotes, in a specification whose own marks are `special`. */
static void put(const char *text, const char *special)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            fputs("'\\''", stdout);
        } else if (*text == '\n') {
            putchar(' ');
        } else {
            printf("%s%c", strchr(special, *text) != NULL ? "\\" : "", *text);
        }
    }
}

static void zsh_group(const struct help_group *group)
{
    if (strchr(group->path, ' ') == NULL) {
        printf("#compdef %s\n# As %s --help=zsh prints it.\n", group->path, group->path);
    }
    put_function(group->path);
    puts("() {\n    local -a commands=(");
    for (size_t i = 0; i < group->count; i++) {
        printf("        '%s:", group->commands[i].name);
        put(group->commands[i].sentence, ":\\");
        puts("'");
    }
    puts("    )\n    _describe command commands\n}");
}

static void put_value(const struct cli_option *option)
{
    printf(":%s:", help_value_of(option) == HELP_CHOICE ? "one of" : option->argument);
    switch (help_value_of(option)) {
    case HELP_FILE:
        fputs("_files", stdout);
        break;
    case HELP_FOLDER:
        fputs("_files -/", stdout);
        break;
    case HELP_CHOICE:
        putchar('(');
        for (const char *letter = option->argument; *letter != '\0'; letter++) {
            putchar(*letter == '|' ? ' ' : *letter);
        }
        putchar(')');
        break;
    case HELP_WORD:
    default:
        putchar(' ');
        break;
    }
}

static void put_option(const struct cli_option *option)
{
    printf("        '%s--%s%s[", option->kind == CLI_LIST ? "*" : "", option->name,
           option->argument != NULL ? "=" : "");
    put(option->sentence, ":[]\\");
    putchar(']');
    if (option->argument != NULL) {
        put_value(option);
    }
    puts("' \\");
}

static void zsh_command(const char *path, const struct cli_usage *usage)
{
    put_function(path);
    puts("() {\n    _arguments \\");
    for (size_t i = 0; i < usage->option_count; i++) {
        put_option(&usage->options[i]);
    }
    puts("        '--help[say what it does and takes]' '*:operand:_files'\n}");
}

/* The longest chain of words that names a function decides. */
static void zsh_end(const struct help_group *group)
{
    fputs("() {\n    local at=", stdout);
    put_function(group->path);
    puts(" word\n"
         "    for word in \"${words[@]:1:$((CURRENT - 2))}\"; do\n"
         "        (( $+functions[${at}_$word] )) && at=${at}_$word\n"
         "    done\n"
         "    $at\n"
         "}");
}

const struct help_form help_zsh = {"zsh", zsh_group, zsh_command, zsh_end};
