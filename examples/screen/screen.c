/*
 * Which of the names on the input, one a line, are on the list that is packed with the function?
 * Letters count as they are read aloud: neither case, nor signs, nor more than one space.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 4096, NAME_ROOM = 128 };

static char listed[NAMES_MAX][NAME_ROOM];
static size_t listed_count;

/* The next name, whatever its length, as it is compared; 0 at the end. */
static int read_name(FILE *in, char name[NAME_ROOM])
{
    size_t length = 0;
    int letter = getc(in);

    if (letter == EOF) {
        return 0;
    }
    for (; letter != EOF && letter != '\n'; letter = getc(in)) {
        const int is_letter = isalnum(letter) || letter > 127;
        const int begins = length == 0 || name[length - 1] == ' ';

        if (length < NAME_ROOM - 1 && (is_letter || (letter == ' ' && !begins))) {
            name[length++] = (char)tolower(letter);
        }
    }
    if (length > 0 && name[length - 1] == ' ') {
        length--;
    }
    name[length] = '\0';
    return 1;
}

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

static int read_list(const char *path)
{
    FILE *in = fopen(path, "r");

    if (in == NULL) {
        perror(path);
        return 0;
    }
    while (listed_count < NAMES_MAX && read_name(in, listed[listed_count])) {
        listed_count += listed[listed_count][0] != '\0';
    }
    fclose(in);
    qsort(listed, listed_count, NAME_ROOM, compare);
    return 1;
}

int main(void)
{
    char name[NAME_ROOM];
    unsigned long line = 0;

    if (!read_list("/list.txt")) {
        return 1;
    }
    while (read_name(stdin, name)) {
        line++;
        if (bsearch(name, listed, listed_count, NAME_ROOM, compare) != NULL) {
            printf("%lu\t%s\n", line, name);
        }
    }
    return 0;
}
