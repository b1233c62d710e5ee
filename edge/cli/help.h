#ifndef POBF_EDGE_CLI_HELP_H
#define POBF_EDGE_CLI_HELP_H

#include <stdio.h>

#include "edge/cli/cli.h"

/*
 * The tables of commands and options, told: for people at a terminal, as a man page, and as what
 * bash and zsh need to complete a command line. Each form is a file; all walk the same tables.
 */
#define HELP_VERSION "0.1.0"
#define HELP_DATE "2026-11-29" /* of the version: a page is the same wherever it is built */

/* A table of commands, with the words that lead to it: "pobf", "pobf log". */
struct help_group {
    const char *path;
    const char *sentence;
    const struct cli_command *commands;
    size_t count;
};

/* A form. `end` gets the group that the walk began with; no call may fail. */
struct help_form {
    const char *name;                              /* --help=name */
    void (*group)(const struct help_group *group); /* first itself, then each of its commands */
    void (*command)(const char *path, const struct cli_usage *usage);
    void (*end)(const struct help_group *group);
};

extern const struct help_form help_man, help_bash, help_zsh;

/* What a value is, for whoever completes it. */
enum help_value { HELP_WORD, HELP_FILE, HELP_FOLDER, HELP_CHOICE };
enum help_value help_value_of(const struct cli_option *option);

/* 1 where the word asks for help: --help, help, --help=FORM. */
int help_is_asked(const char *word);

/* Answer it on stdout; returns the exit code. */
int help_answer(const struct help_group *group, const char *word);

/* The same of one command, in the form that is being told. */
void help_tell_command(const char *name, const struct cli_usage *usage);

/* For people, wherever they read it. */
void help_print_group(FILE *out, const struct help_group *group);
void help_print_command(FILE *out, const struct cli_usage *usage);

#endif
