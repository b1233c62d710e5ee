#include <ctype.h>
#include <string.h>

#include "edge/cli/help.h"

/*
 * Completion for bash: one map from a command's words to what may follow, one from an option to
 * what its value is; what is below them is the same for every program.
 */

/* A program's name as part of a variable's. */
static const char *identifier(const char *path)
{
    static char name[64];
    size_t i = 0;

    for (; path[i] != '\0' && path[i] != ' ' && i + 1 < sizeof name; i++) {
        name[i] = '_';
        if (isalnum((unsigned char)path[i])) {
            name[i] = path[i];
        }
    }
    name[i] = '\0';
    return name;
}

static void bash_group(const struct help_group *group)
{
    const char *name = identifier(group->path);

    if (strchr(group->path, ' ') == NULL) {
        printf("# Completion of %s for bash, as %s --help=bash prints it.\n"
               "declare -gA _%s_words=() _%s_values=()\n",
               group->path, group->path, name, name);
    }
    printf("_%s_words['%s']='", name, group->path);
    for (size_t i = 0; i < group->count; i++) {
        printf("%s ", group->commands[i].name);
    }
    puts("--help'");
}

static void bash_value(const char *path, const struct cli_option *option)
{
    static const char *const words[] = {
        [HELP_WORD] = "", [HELP_FILE] = "file", [HELP_FOLDER] = "folder"};
    const enum help_value value = help_value_of(option);

    printf("_%s_values['%s --%s']='", identifier(path), path, option->name);
    if (value == HELP_CHOICE) {
        for (const char *letter = option->argument; *letter != '\0'; letter++) {
            putchar(*letter == '|' ? ' ' : *letter);
        }
    } else {
        fputs(words[value], stdout);
    }
    puts("'");
}

static void bash_command(const char *path, const struct cli_usage *usage)
{
    printf("_%s_words['%s']='", identifier(path), path);
    for (size_t i = 0; i < usage->option_count; i++) {
        printf("--%s ", usage->options[i].name);
    }
    puts("--help'");
    for (size_t i = 0; i < usage->option_count; i++) {
        if (usage->options[i].argument != NULL) {
            bash_value(path, &usage->options[i]);
        }
    }
}

/* @ stands for the program's variables. bash makes `=` a word of its own. */
static const char body[] =
    "_@() {\n"
    "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} path i\n"
    "    path=${COMP_WORDS[0]##*/}\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        [[ -v _@_words[\"$path ${COMP_WORDS[i]}\"] ]] && path+=\" ${COMP_WORDS[i]}\"\n"
    "    done\n"
    "    [[ $before != = ]] || before=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    [[ $word != = ]] || word=\n"
    "    local value=${_@_values[\"$path $before\"]-none}\n"
    "    case $value in\n"
    "    none)\n"
    "        if [[ $word == -* || \" ${_@_words[$path]}\" != *' --'*' '* ]]; then\n"
    "            mapfile -t COMPREPLY < <(compgen -W \"${_@_words[$path]}\" -- \"$word\")\n"
    "            return\n"
    "        fi\n"
    "        value=file ;;\n"
    "    esac\n"
    "    case $value in\n"
    "    '') COMPREPLY=() ;;\n"
    "    file) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$word\") ;;\n"
    "    folder) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- \"$word\") ;;\n"
    "    *) mapfile -t COMPREPLY < <(compgen -W \"$value\" -- \"$word\") ;;\n"
    "    esac\n"
    "}\n";

static void bash_end(const struct help_group *group)
{
    const char *name = identifier(group->path);

    for (const char *at = body; *at != '\0'; at++) {
        if (*at == '@') {
            fputs(name, stdout);
        } else {
            putchar(*at);
        }
    }
    printf("complete -F _%s %s\n", name, group->path);
}

const struct help_form help_bash = {"bash", bash_group, bash_command, bash_end};
