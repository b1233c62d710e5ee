#include "verifier/client/files.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "edge/cli/talk.h"

static const char *const words[FILES_ROLES] = {
    [FILES_EVIDENCE] = "evidence",           [FILES_ENDORSEMENT] = "endorsement",
    [FILES_COLLATERAL] = "collateral",       [FILES_REFERENCE] = "reference",
    [FILES_REFERENCE_KEY] = "reference key", [FILES_POLICY] = "policy",
};

const char *files_role_word(enum files_role role)
{
    return words[role];
}

static int add_one(struct files *files, enum files_role role, const char *path)
{
    struct stat facts;
    int code;

    if (files->count == HARDWARE_ITEMS_MAX) {
        return talk_error(POBF_E_USAGE, path, "is one file too many");
    }
    if (strcmp(path, "-") != 0 && stat(path, &facts) == 0 && facts.st_size > FILES_FILE_MAX) {
        talk_error(POBF_E_SPACE, path, "it is longer than any evidence is");
        return talk_exit_code(POBF_E_MISSING);
    }
    code = input_read(&files->input[files->count], path);
    if (code == INPUT_GO_ON) {
        files->role[files->count++] = role;
    }
    return code;
}

static int is_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Folders in the folder are left alone. */
static int add_entry(struct files *files, enum files_role role, const char *folder,
                     const char *name)
{
    struct stat facts;
    char path[4096];

    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path) {
        return talk_error(POBF_E_SYSTEM, folder, "its path is too long");
    }
    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode) ? INPUT_GO_ON
                                                             : add_one(files, role, path);
}

static int add_folder(struct files *files, enum files_role role, const char *path)
{
    struct dirent **entries;
    const int count = scandir(path, &entries, is_file, alphasort);
    int code = INPUT_GO_ON;

    if (count < 0) {
        return talk_error(POBF_E_SYSTEM, path, "the folder cannot be read");
    }
    for (int i = 0; i < count; i++) {
        if (code == INPUT_GO_ON) {
            code = add_entry(files, role, path, entries[i]->d_name);
        }
        free(entries[i]);
    }
    free(entries);
    return code;
}

int files_add(struct files *files, enum files_role role, const char *path)
{
    struct stat facts;

    if (path == NULL || (role == FILES_POLICY && strcmp(path, POLICY_AFFIRMING) == 0)) {
        return INPUT_GO_ON;
    }
    if (role == FILES_COLLATERAL && stat(path, &facts) == 0 && S_ISDIR(facts.st_mode)) {
        return add_folder(files, role, path);
    }
    return add_one(files, role, path);
}

void files_close(struct files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        input_free(&files->input[i]);
    }
    files->count = 0;
}

void files_put(struct files *files, enum files_role role, const struct input *input)
{
    files->item[role][files->item_count[role]++] =
        (struct hardware_item){input->bytes, input->size};
}

int files_add_list(struct files *files, enum files_role role, const struct cli_list *paths)
{
    int code = INPUT_GO_ON;

    for (size_t i = 0; code == INPUT_GO_ON && i < paths->count; i++) {
        code = files_add(files, role, paths->value[i]);
    }
    return code;
}

int files_arrange(struct files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        files_put(files, files->role[i], &files->input[i]);
    }
    return INPUT_GO_ON;
}

void files_fill(struct hardware_input *input, const struct files *files)
{
    input->evidence = files->item[FILES_EVIDENCE][0];
    input->endorsements = files->item[FILES_ENDORSEMENT];
    input->endorsement_count = files->item_count[FILES_ENDORSEMENT];
    input->named_count = input->endorsement_count - files->sent_count;
    input->reference = files->item[FILES_REFERENCE][0];
    input->reference_key = files->item[FILES_REFERENCE_KEY][0];
    input->collateral = files->item[FILES_COLLATERAL];
    input->collateral_count = files->item_count[FILES_COLLATERAL];
}

const struct hardware_item *files_policy(const struct files *files)
{
    return files->item_count[FILES_POLICY] == 0 ? NULL : &files->item[FILES_POLICY][0];
}

int files_open_policy(struct hardware_policy *policy, const struct files *files)
{
    const struct hardware_item *file = files_policy(files);
    const char *defect;

    if (file == NULL) {
        policy_affirming(policy);
        return INPUT_GO_ON;
    }
    if (policy_parse(policy, file->bytes, file->size, &defect) != POBF_OK) {
        return talk_error(POBF_E_MISSING, "--policy", defect);
    }
    return INPUT_GO_ON;
}
