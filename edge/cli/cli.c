#include "edge/cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "edge/cli/help.h"
#include "edge/cli/object.h"
#include "edge/cli/talk.h"

enum { CLI_OPTIONS_MAX = 32, CLI_GO_ON = -1, CLI_OK = 0, CLI_USAGE = 2 };

/*
 * Where the caller closed a standard stream, the next file or socket would get its number, and
 * what is printed would go there. A descriptor that only fails takes the place.
 */
static int reserve_streams(void)
{
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++) {
        const int wrong_way = descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY;

        if (fcntl(descriptor, F_GETFD) < 0 && open("/dev/null", wrong_way) != descriptor) {
            return -1;
        }
    }
    return 0;
}

/* A "yes" that did not reach stdout was not given. */
static int flush_result(int code)
{
    const int written = fflush(stdout) == 0 && ferror(stdout) == 0;

    if (written && !object_failed()) {
        return code;
    }
    if (!written) {
        talk_error(POBF_E_SYSTEM, "stdout", "what was to be printed could not be written");
    }
    return code == CLI_OK ? talk_exit_code(POBF_E_SYSTEM) : code;
}

static const struct cli_command *find_command(const struct help_group *group, const char *name)
{
    for (size_t i = 0; i < group->count; i++) {
        if (strcmp(name, group->commands[i].name) == 0) {
            return &group->commands[i];
        }
    }
    return NULL;
}

/* Too little was said to do anything: the whole table goes to stderr. */
static int misuse(const struct help_group *group)
{
    help_print_group(stderr, group);
    return CLI_USAGE;
}

static int dispatch(const struct help_group *group, int argc, char **argv)
{
    const struct cli_command *command;

    if (argc < 2) {
        return misuse(group);
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("%s %s\n", group->path, HELP_VERSION);
        return CLI_OK;
    }
    if (help_is_asked(argv[1])) {
        return help_answer(group, argv[1]);
    }
    command = find_command(group, argv[1]);
    if (command == NULL) {
        talk_error(POBF_E_USAGE, argv[1], "there is no such command");
        return misuse(group);
    }
    return command->run(argc - 1, argv + 1);
}

int cli_dispatch(const char *program, const char *sentence, const struct cli_command *commands,
                 size_t count, int argc, char **argv)
{
    const struct help_group group = {program, sentence, commands, count};

    talk_program(program);
    if (reserve_streams() != 0) {
        return talk_error(POBF_E_SYSTEM, "/dev/null", NULL);
    }
    return flush_result(dispatch(&group, argc, argv));
}

static int usage_error(const struct cli_usage *usage, const char *what, const char *why)
{
    talk_error(POBF_E_USAGE, what, why);
    help_print_command(stderr, usage);
    return CLI_USAGE;
}

static int parse_number(uint64_t *number, const char *text)
{
    char *end;

    if (*text < '0' || *text > '9') {
        return -1;
    }
    errno = 0;
    *number = strtoull(text, &end, 10);
    return errno == 0 && *end == '\0' ? 0 : -1;
}

/* NULL, or why the value cannot be taken. */
static const char *take_value(const struct cli_option *option, int seen, const char *value)
{
    struct cli_list *list;

    if (seen && option->kind != CLI_LIST && option->kind != CLI_FLAG) {
        return "is given twice";
    }
    switch (option->kind) {
    case CLI_FLAG:
        *(int *)option->to = 1;
        return NULL;
    case CLI_VALUE:
        *(const char **)option->to = value;
        return NULL;
    case CLI_NUMBER:
        return parse_number(option->to, value) == 0 ? NULL : "takes a decimal number";
    case CLI_COUNT:
        return parse_number(option->to, value) == 0 && *(uint64_t *)option->to > 0
                   ? NULL
                   : "takes a decimal number, 1 or more";
    case CLI_LIST:
        list = option->to;
        if (list->count == CLI_LIST_MAX) {
            return "is given too often";
        }
        list->value[list->count++] = value;
        return NULL;
    default:
        return "is of no known kind";
    }
}

/* The long options of getopt, --help last; -h is the same. */
static void describe(struct option *described, const struct cli_usage *usage)
{
    for (size_t i = 0; i < usage->option_count; i++) {
        described[i].name = usage->options[i].name;
        described[i].has_arg = usage->options[i].kind == CLI_FLAG ? no_argument : required_argument;
    }
    described[usage->option_count].name = "help";
}

/* What getopt did not take: a letter where there are only words, a word, or one without its value. */
static int refuse_option(const struct cli_usage *usage, int code, char **argv)
{
    const char letter[] = {'-', (char)optopt, '\0'};

    return usage_error(usage, optopt != 0 ? letter : argv[optind - 1],
                       code == ':' ? "lacks its value" : "is no option of this command");
}

/* getopt takes any beginning of a name that only one has; a flag that weakens is to be read whole. */
static int is_whole(const char *name, char **argv)
{
    const int apart = optarg != NULL && optarg == argv[optind - 1];
    const char *given = argv[optind - (apart ? 2 : 1)] + strlen("--");
    const size_t length = strlen(name);

    return strncmp(given, name, length) == 0 && (given[length] == '\0' || given[length] == '=');
}

static int take_option(const struct cli_usage *usage, const struct cli_option *option, int seen,
                       char **argv)
{
    const char *why =
        is_whole(option->name, argv) ? take_value(option, seen, optarg) : "is to be written out";
    char name[64];

    if (why == NULL) {
        return CLI_GO_ON;
    }
    snprintf(name, sizeof name, "--%s", option->name);
    return usage_error(usage, name, why);
}

/* Take all options; getopt moves the operands behind them. */
static int parse_options(const struct cli_usage *usage, int argc, char **argv)
{
    struct option described[CLI_OPTIONS_MAX + 2] = {{0}};
    int seen[CLI_OPTIONS_MAX] = {0};
    int index = 0;
    int result = CLI_GO_ON;
    int code;

    describe(described, usage);
    opterr = 0;
    optind = 0; /* glibc: start afresh */
    while (result == CLI_GO_ON && (code = getopt_long(argc, argv, ":h", described, &index)) != -1) {
        if (code == 'h' || (code == 0 && (size_t)index == usage->option_count)) {
            help_tell_command(argv[0], usage);
            return CLI_OK;
        }
        if (code != 0) {
            return refuse_option(usage, code, argv);
        }
        result = take_option(usage, &usage->options[index], seen[index]++, argv);
    }
    return result;
}

int cli_parse(const struct cli_usage *usage, int argc, char **argv, size_t *operands)
{
    int code;

    *operands = 0;
    if (usage->option_count > CLI_OPTIONS_MAX) {
        return usage_error(usage, argv[0], "has more options than there is room for");
    }
    code = parse_options(usage, argc, argv);
    if (code != CLI_GO_ON) {
        return code;
    }
    *operands = (size_t)(argc - optind);
    memmove(argv + 1, argv + optind, *operands * sizeof argv[0]);
    if (*operands < usage->operands_min) {
        return usage_error(usage, argv[0], "an operand is missing");
    }
    if (*operands > usage->operands_max) {
        return usage_error(usage, argv[1 + usage->operands_max], "is one operand too many");
    }
    return CLI_GO_ON;
}
