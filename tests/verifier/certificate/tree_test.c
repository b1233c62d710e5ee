#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "edge/cli/file.h"
#include "edge/cli/scratch.h"
#include "verifier/certificate/tree.h"

enum { PATH_ROOM = 256, COMMAND_ROOM = 1024, HEX_ROOM = 2 * POBF_DIGEST_BYTES + 1 };

static char base[PATH_ROOM], folder[PATH_ROOM + 8], copy[PATH_ROOM + 8];

static void in_folder(const char *commands)
{
    char line[COMMAND_ROOM];

    snprintf(line, sizeof line, "cd '%s' && %s", folder, commands);
    assert_int_equal(system(line), 0);
}

static int make_folder(void **state)
{
    (void)state;
    snprintf(base, sizeof base, "/tmp/pobf-tree-XXXXXX");
    if (mkdtemp(base) == NULL) {
        return -1;
    }
    snprintf(folder, sizeof folder, "%s/from", base);
    snprintf(copy, sizeof copy, "%s/to", base);
    if (mkdir(folder, 0700) != 0) {
        return -1;
    }
    in_folder("mkdir -p sub/deep build && echo one >one.c && echo two >sub/two.c && "
              "echo three >sub/deep/three.h && echo made >build/made && chmod 755 one.c");
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    scratch_close(base);
    return access(base, F_OK) == 0 ? -1 : 0;
}

/* What a command prints, in the folder. */
static void read_line(char *line, size_t room, const char *commands)
{
    char whole[COMMAND_ROOM];
    FILE *pipe;

    snprintf(whole, sizeof whole, "cd '%s' && %s", folder, commands);
    pipe = popen(whole, "r");
    assert_non_null(pipe);
    assert_non_null(fgets(line, (int)room, pipe));
    assert_int_equal(pclose(pipe), 0);
}

static void assert_digest_is(struct tree *tree, const char *where, const char *commands)
{
    uint8_t digest[POBF_DIGEST_BYTES];
    char hex[HEX_ROOM], expected[COMMAND_ROOM];

    assert_int_equal(tree_digest(tree, digest, where, ""), POBF_OK);
    sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
    read_line(expected, sizeof expected, commands);
    expected[HEX_ROOM - 1] = '\0';
    assert_string_equal(hex, expected);
}

static void a_folder_is_all_but_what_was_built(void **state)
{
    struct tree tree;

    (void)state;
    assert_int_equal(tree_list(&tree, folder, base), POBF_OK);
    assert_int_equal(tree.count, 3);
    assert_string_equal(tree.path[0], "one.c");
    assert_string_equal(tree.path[1], "sub/deep/three.h");
    assert_string_equal(tree.path[2], "sub/two.c");
    assert_digest_is(&tree, folder,
                     "find . -type f ! -path './build/*' -printf '%P\\0' | LC_ALL=C sort -z | "
                     "xargs -0 sha256sum | sha256sum");
    tree_clear(&tree);
}

static void a_checkout_is_what_git_tracks(void **state)
{
    struct tree tree;

    (void)state;
    in_folder("git init -q . && git add one.c sub/two.c");
    assert_int_equal(tree_list(&tree, folder, base), POBF_OK);
    assert_int_equal(tree.count, 2);
    assert_digest_is(&tree, folder,
                     "git ls-files -z | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum");
    tree_clear(&tree);
    in_folder("rm sub/two.c");
    assert_int_equal(tree_list(&tree, folder, base), POBF_OK);
    assert_int_equal(tree_copy(&tree, copy, folder), POBF_E_MISSING);
    assert_non_null(strstr(tree.defect, "sub/two.c: No such file"));
    tree_clear(&tree);
}

static void a_broken_checkout_is_not_taken_for_a_folder(void **state)
{
    struct tree tree;

    (void)state;
    in_folder("mkdir .git && echo nonsense >.git/HEAD");
    assert_int_equal(tree_list(&tree, folder, base), POBF_E_SYSTEM);
    assert_int_equal(tree.count, 0);
}

static void a_copy_has_the_same_digest_and_permissions(void **state)
{
    char path[PATH_ROOM + 32];
    struct tree tree;
    struct stat facts;

    (void)state;
    assert_int_equal(tree_list(&tree, folder, base), POBF_OK);
    assert_int_equal(tree_copy(&tree, copy, folder), POBF_OK);
    assert_digest_is(&tree, copy,
                     "find . -type f ! -path './build/*' -printf '%P\\0' | LC_ALL=C sort -z | "
                     "xargs -0 sha256sum | sha256sum");
    snprintf(path, sizeof path, "%s/one.c", copy);
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0755);
    assert_int_equal(tree_copy(&tree, copy, folder), POBF_E_SYSTEM); /* never over another */
    tree_clear(&tree);
}

static void a_prefix_takes_a_part(void **state)
{
    uint8_t all[POBF_DIGEST_BYTES], part[POBF_DIGEST_BYTES], changed[POBF_DIGEST_BYTES];
    struct tree tree;

    (void)state;
    assert_int_equal(tree_list(&tree, folder, base), POBF_OK);
    assert_int_equal(tree_digest(&tree, all, folder, ""), POBF_OK);
    assert_int_equal(tree_digest(&tree, part, folder, "sub/"), POBF_OK);
    assert_memory_not_equal(all, part, sizeof all);
    in_folder("echo more >>one.c");
    assert_int_equal(tree_digest(&tree, changed, folder, "sub/"), POBF_OK);
    assert_memory_equal(part, changed, sizeof part);
    assert_int_equal(tree_digest(&tree, changed, folder, ""), POBF_OK);
    assert_memory_not_equal(all, changed, sizeof all);
    tree_clear(&tree);
}

/* What the digest would not cover, or would cover in two ways. */
static void assert_refused(const char *commands, const char *why)
{
    struct tree tree;
    enum pobf_status status;

    in_folder(commands);
    status = tree_list(&tree, folder, base);
    if (status == POBF_OK) {
        status = tree_copy(&tree, copy, folder);
    }
    assert_int_equal(status, POBF_E_INPUT);
    assert_non_null(strstr(tree.defect, why));
    tree_clear(&tree);
}

static void a_link_is_refused(void **state)
{
    (void)state;
    assert_refused("ln -s one.c link.c", "link.c: is no regular file");
}

static void a_tracked_link_is_refused(void **state)
{
    (void)state;
    assert_refused("ln -s one.c link.c && git init -q . && git add link.c",
                   "link.c: is no regular file");
}

static void a_line_break_in_a_name_is_refused(void **state)
{
    (void)state;
    assert_refused("touch 'a\nb'", "a name may hold no line break");
}

static void a_folder_without_files_is_nothing_to_certify(void **state)
{
    struct tree tree;

    (void)state;
    in_folder("rm -r one.c sub");
    assert_int_equal(tree_list(&tree, folder, base), POBF_E_MISSING);
    assert_int_equal(tree_list(&tree, "/nowhere/at/all", base), POBF_E_INPUT);
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(a_folder_is_all_but_what_was_built),
        IN_A_FOLDER(a_checkout_is_what_git_tracks),
        IN_A_FOLDER(a_broken_checkout_is_not_taken_for_a_folder),
        IN_A_FOLDER(a_copy_has_the_same_digest_and_permissions),
        IN_A_FOLDER(a_prefix_takes_a_part),
        IN_A_FOLDER(a_link_is_refused),
        IN_A_FOLDER(a_tracked_link_is_refused),
        IN_A_FOLDER(a_line_break_in_a_name_is_refused),
        IN_A_FOLDER(a_folder_without_files_is_nothing_to_certify),
    };

    return cmocka_run_group_tests_name("verifier/certificate/tree", tests, NULL, NULL);
}
