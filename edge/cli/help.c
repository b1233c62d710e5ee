#include "edge/cli/help.h"

#include <string.h>

#include "edge/cli/talk.h"

enum { PATH_ROOM = 128 };

static const struct help_form *const forms[] = {&help_man, &help_bash, &help_zsh};

/* The form that is told now, and the words that lead to where it is; NULL: for people. */
static const struct help_form *form;
static const char *form_path;

static int longest_name(const struct help_group *group)
{
    size_t longest = 0;

    for (size_t i = 0; i < group->count; i++) {
        const size_t length = strlen(group->commands[i].name);

        longest = length > longest ? length : longest;
    }
    return (int)longest;
}

void help_print_group(FILE *out, const struct help_group *group)
{
    const char *separator = " ";

    fprintf(out, "%s: %s\n\nusage: %s COMMAND [option]... [operand]...\n\n", group->path,
            group->sentence, group->path);
    for (size_t i = 0; i < group->count; i++) {
        fprintf(out, "  %-*s  %s\n", longest_name(group), group->commands[i].name,
                group->commands[i].sentence);
    }
    fprintf(out, "\n%s COMMAND --help says more. Exit codes:", group->path);
#define X(code, word, sentence)                                                                    \
    fprintf(out, "%s%d %s", separator, code, word);                                                \
    separator = ", ";
    CLI_EXITS(X)
#undef X
    fputs(".\n", out);
    if (strchr(group->path, ' ') == NULL) {
        fprintf(out, "%s --version; --help=man, =bash, =zsh: man page and completion.\n",
                group->path);
    }
}

void help_print_command(FILE *out, const struct cli_usage *usage)
{
    fprintf(out, "usage: %s\n\n%s\n", usage->synopsis, usage->sentence);
    for (size_t i = 0; i < usage->option_count; i++) {
        const struct cli_option *option = &usage->options[i];
        char head[64];

        snprintf(head, sizeof head, "--%s%s%s", option->name, option->argument ? " " : "",
                 option->argument ? option->argument : "");
        fprintf(out, "%s  %-30s %s\n", i == 0 ? "\n" : "", head, option->sentence);
    }
}

enum help_value help_value_of(const struct cli_option *option)
{
    static const char *const files[] = {"FILE", "PEM", "PATH", "PREFIX", "RESULT", "FILE|FOLDER"};
    const char *argument = option->argument;

    if (argument == NULL) {
        return HELP_WORD;
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (strcmp(argument, files[i]) == 0) {
            return HELP_FILE;
        }
    }
    if (strcmp(argument, "FOLDER") == 0) {
        return HELP_FOLDER;
    }
    return strchr(argument, '|') != NULL ? HELP_CHOICE : HELP_WORD;
}

int help_is_asked(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0 ||
           strncmp(word, "--help=", strlen("--help=")) == 0;
}

/* Each command tells its own options: they are its own locals. */
static void tell_group(const struct help_group *group)
{
    form->group(group);
    for (size_t i = 0; i < group->count; i++) {
        char name[PATH_ROOM], help[] = "--help";
        char *argv[] = {name, help, NULL};

        snprintf(name, sizeof name, "%s", group->commands[i].name);
        form_path = group->path;
        group->commands[i].run(2, argv);
    }
}

void help_tell_command(const char *name, const struct cli_usage *usage)
{
    char path[PATH_ROOM];

    if (form == NULL) {
        help_print_command(stdout, usage);
        return;
    }
    snprintf(path, sizeof path, "%s %s", form_path, name);
    form->command(path, usage);
}

static const struct help_form *find_form(const char *word)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (strcmp(word + strlen("--help="), forms[i]->name) == 0) {
            return forms[i];
        }
    }
    return NULL;
}

int help_answer(const struct help_group *group, const char *word)
{
    if (form != NULL) { /* a table within the one that is told */
        tell_group(group);
    } else if (strchr(word, '=') == NULL) {
        help_print_group(stdout, group);
    } else {
        form = find_form(word);
        if (form == NULL) {
            return talk_error(POBF_E_USAGE, word, "the forms are man, bash and zsh");
        }
        tell_group(group);
        form->end(group);
        form = NULL;
    }
    return 0;
}
