#!/bin/sh
# Files that are packed with a function: what it reads of them, what it cannot do, that nothing of a call
# is there in the next one; how they are shown; what does not get to be packed.
set -eu
setup/install.sh wasm >/dev/null
. tests/cli/project.inc
. "$POBF_SHARE/tests/cli/wasm.inc"

cp -r "$POBF_SHARE/examples/screen" .
expect 0 'build' "$host" build screen
image=screen/screen.image
cp screen/sample.txt in.txt
run 'the example screen' 0 "$(cat screen/expected.txt)"
cp "$image" first.image
mkdir -p "a b"
cp -r screen "a b/s"
expect 0 'build' env TMPDIR="$work/a b" "$host" build "a b/s"
cmp -s first.image "a b/s/screen.image" || no 'built elsewhere it is the same, bit for bit'
ok 'built elsewhere it is the same, bit for bit'
digest=$(sha256sum <screen/list.txt | cut -c1-64)
size=$(wc -c <screen/list.txt)
expect 0 'measure' "$host" measure "$image"
grep -qx "file         /list.txt, $size bytes, $digest" out || no 'measure'
expect 0 'measure' "$host" measure "$image" --json
jq -e --arg digest "$digest" '.files == [{path: "list.txt", size: '"$size"', sha256: $digest}]' out >/dev/null || no 'measure --json'
expect 0 'inspect' "$build/pobf" inspect --image "$image" --json
jq -e --arg digest "$digest" '.says.files[0] == {path: "list.txt", size: '"$size"', sha256: $digest}' out >/dev/null || no 'inspect'
ok 'measure and inspect show what is packed, with its digest'
echo more >>screen/list.txt
expect 0 'build' "$host" build screen
cmp -s first.image "$image" && no 'another file is another measurement'
ok 'another file is another measurement'

# C with wasi-libc, and what a C library makes of it.
mkdir -p tree/data
printf 'one\ntwo\nthree\n' >tree/data/numbers
: >tree/data/empty
manifest tree ',"stderr":"seal","files":{"d/numbers":"data/numbers","d/e/empty":"data/empty","top":"data/numbers"}' >tree/pobf.json
cat >tree/tree.c <<'C'
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void list(const char *path)
{
    DIR *folder = opendir(path);

    printf("%s:", path);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        printf(" %s%s", entry->d_name, entry->d_type == DT_DIR ? "/" : "");
    }
    printf("\n");
    closedir(folder);
}

/* Which error it is that a path cannot be opened for. */
static void try(const char *path, int flags)
{
    const int number = open(path, flags, 0600);

    printf("%s %s\n", path, number < 0 ? strerror(errno) : "opened");
    close(number);
}

int main(void)
{
    char text[16] = "";
    struct stat about;
    FILE *in = fopen("/d/numbers", "r");

    list("/");
    list("/d");
    list("d/e");
    fseek(in, -6, SEEK_END);
    printf("%s", fgets(text, sizeof text, in));
    fseek(in, 4, SEEK_SET);
    printf("%s", fgets(text, sizeof text, in));
    printf("%ld %d\n", ftell(in), fseek(in, -9, SEEK_CUR));
    printf("%zd %.3s\n", pread(fileno(in), text, 3, 0), text);
    printf("%d %ld %d\n", stat("d/../top", &about), (long)about.st_size, S_ISREG(about.st_mode));
    printf("%d %d\n", stat("/d", &about), S_ISDIR(about.st_mode));
    try("/top", O_RDONLY);
    try("/top", O_RDWR);
    try("/top", O_WRONLY);
    try("/top", O_WRONLY | O_TRUNC);
    try("/new", O_WRONLY | O_CREAT);
    try("/nowhere", O_RDONLY);
    try("/top/x", O_RDONLY);
    try("/../top", O_RDONLY);
    try("/d/../../etc/passwd", O_RDONLY);
    try("/etc/passwd", O_RDONLY);
    printf("%d %s\n", unlink("/top"), strerror(errno));
    printf("%d %s\n", mkdir("/m", 0700), strerror(errno));
    printf("%d %s\n", rename("/top", "/x"), strerror(errno));
    printf("%zd %s\n", write(fileno(in), "x", 1), strerror(errno));
    return 0;
}
C
expect 0 'build' "$host" build tree
image=tree/tree.image
: >in.txt
run 'C with wasi-libc reads, seeks and lists; it writes nowhere, and leads nowhere else' 0 "/: d/ top
/d: e/ numbers
d/e: empty
three
two
8 -1
3 one
0 14 1
0 1
/top opened
/top Read-only file system
/top Read-only file system
/top Read-only file system
/new Read-only file system
/nowhere No such file or directory
/top/x No such file or directory
/../top Capabilities insufficient
/d/../../etc/passwd Capabilities insufficient
/etc/passwd No such file or directory
-1 Read-only file system
-1 Read-only file system
-1 Read-only file system
-1 Bad file descriptor"

# The native interface has them as a table.
mkdir native
echo 'secret of nobody' >native/note.txt
printf '{"name":"native","input_max":64,"output_max":64,"arena":0,"stack":65536,"deadline_ms":1000,"files":{"n/note":"note.txt"}}' >native/pobf.json
cat >native/native.c <<'C'
#include "pobf_function.h"

int pobf_function(struct pobf_call *call)
{
    size_t size;
    const uint8_t *note = pobf_file("n/note", &size);
    size_t none = 1;

    if (pobf_file("n/not", &none) != NULL || none != 0 || pobf_file("n/notes", &none) != NULL) {
        return 1;
    }
    for (size_t i = 0; i < size; i++) {
        call->output[call->output_size++] = note[i];
    }
    if (call->input_size > 0) {
        *(uint8_t *)(uintptr_t)note = 'S';
    }
    return 0;
}
C
expect 0 'build' "$host" build native
image=native/native.image
run 'native C reads them too' 0 'secret of nobody'
echo x >in.txt
ends 'and nobody writes to them' 'touched memory outside'
: >in.txt

# A module that no library stands before: wild pointers, long paths, far places, no end of numbers.
import() { printf '(import "wasi_snapshot_preview1" "%s" (func $%s (param %s) (result i32)))\n' "$1" "$1" "$2"; }
printf '0123456789' >ten
long=$(printf 'x/%.0s' $(seq 300))
{
    echo '(module'
    import fd_write 'i32 i32 i32 i32'
    import fd_read 'i32 i32 i32 i32'
    import fd_pread 'i32 i32 i32 i64 i32'
    import fd_seek 'i32 i64 i32 i32'
    import fd_tell 'i32 i32'
    import fd_close 'i32'
    import fd_readdir 'i32 i32 i32 i64 i32'
    import fd_filestat_get 'i32 i32'
    import fd_fdstat_get 'i32 i32'
    import fd_prestat_get 'i32 i32'
    import fd_prestat_dir_name 'i32 i32 i32'
    import path_open 'i32 i32 i32 i32 i32 i64 i64 i32 i32'
    import path_filestat_get 'i32 i32 i32 i32 i32'
    echo '(memory 16) (global $line (mut i32) (i32.const 1024))'
    echo '(data (i32.const 100) "f/ten") (data (i32.const 120) "f/../f/./ten") (data (i32.const 140) "../f/ten")'
    printf '(data (i32.const 200) "%s")\n' "$long"
    # $say: two figures of a number, and a space
    echo '(func $digit (param i32) (i32.store8 (global.get $line) (i32.add (i32.const 48) (local.get 0)))
      (global.set $line (i32.add (global.get $line) (i32.const 1))))
     (func $say (param i32) (call $digit (i32.div_u (local.get 0) (i32.const 10))) (call $digit (i32.rem_u (local.get 0) (i32.const 10)))
      (call $digit (i32.const -16)))
     (func $open (param i32 i32) (result i32)
      (call $path_open (i32.const 3) (i32.const 0) (local.get 0) (local.get 1) (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 64)))
     (func $vector (param i32 i32 i32) (i32.store (local.get 0) (local.get 1)) (i32.store offset=4 (local.get 0) (local.get 2)))
     (func (export "_start") (local $i i32)'
    say() { echo "(call \$say $1)"; }
    say '(call $open (i32.const 100) (i32.const 5))'            # 00, and it is number 4
    say '(i32.load (i32.const 64))'                              # 04
    say '(call $open (i32.const 120) (i32.const 12))'            # 00
    say '(call $open (i32.const 140) (i32.const 8))'             # 76: above the root
    say '(call $open (i32.const 200) (i32.const 600))'           # 37: too long
    say '(call $open (i32.const 200) (i32.const 40))'            # 44
    say '(call $open (i32.const 0xfffffff0) (i32.const 5))'      # 21
    say '(call $open (i32.const 100) (i32.const 0xffffffff))'    # 21
    say '(call $path_open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 5) (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 1048574))' # 21
    say '(call $path_open (i32.const 4) (i32.const 0) (i32.const 100) (i32.const 5) (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 64))' # 54
    say '(call $path_open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 5) (i32.const 2) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 64))' # 54
    say '(call $path_open (i32.const 9) (i32.const 0) (i32.const 100) (i32.const 5) (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 64))' # 08
    # far places: before the start, beyond the end, beyond all numbers
    say '(call $fd_seek (i32.const 4) (i64.const -1) (i32.const 0) (i32.const 72))'              # 28
    say '(call $fd_seek (i32.const 4) (i64.const 0) (i32.const 3) (i32.const 72))'               # 28
    say '(call $fd_seek (i32.const 4) (i64.const 0x7fffffffffffffff) (i32.const 0) (i32.const 72))' # 00
    say '(call $fd_seek (i32.const 4) (i64.const 1) (i32.const 1) (i32.const 72))'               # 28
    say '(call $fd_seek (i32.const 4) (i64.const 0) (i32.const 1) (i32.const 1048569))'          # 21
    echo '(call $vector (i32.const 80) (i32.const 900) (i32.const 10))'
    say '(call $fd_read (i32.const 4) (i32.const 80) (i32.const 1) (i32.const 76))'              # 00
    say '(i32.load (i32.const 76))'                                                              # 00
    say '(call $fd_pread (i32.const 4) (i32.const 80) (i32.const 1) (i64.const -1) (i32.const 76))' # 00
    say '(i32.load (i32.const 76))'                                                              # 00
    say '(call $fd_pread (i32.const 4) (i32.const 80) (i32.const 1) (i64.const 8) (i32.const 76))'  # 00
    say '(i32.load (i32.const 76))'                                                              # 02
    say '(i32.load8_u (i32.const 901))'                                                          # 57: a 9
    say '(call $fd_seek (i32.const 4) (i64.const 4) (i32.const 0) (i32.const 72))'               # 00
    # vectors: more than memory holds, and one that reaches out of it
    say '(call $fd_read (i32.const 4) (i32.const 80) (i32.const 0x20000001) (i32.const 76))'     # 21
    echo '(call $vector (i32.const 80) (i32.const 1048572) (i32.const 8))'
    say '(call $fd_read (i32.const 4) (i32.const 80) (i32.const 1) (i32.const 76))'              # 21
    echo '(call $vector (i32.const 80) (i32.const 900) (i32.const 0xfffffff0))'
    say '(call $fd_read (i32.const 4) (i32.const 80) (i32.const 1) (i32.const 76))'              # 21
    echo '(call $vector (i32.const 80) (i32.const 900) (i32.const 1000000))'
    say '(call $fd_read (i32.const 4) (i32.const 80) (i32.const 1) (i32.const 76))'              # 00
    say '(i32.load (i32.const 76))'                                                              # 06: what was left of it
    say '(call $fd_write (i32.const 4) (i32.const 80) (i32.const 1) (i32.const 76))'             # 08
    # a folder is not read or sought in, a file not listed; buffers that are too small, or elsewhere
    say '(call $fd_read (i32.const 3) (i32.const 80) (i32.const 1) (i32.const 76))'              # 31
    say '(call $fd_seek (i32.const 3) (i64.const 0) (i32.const 0) (i32.const 72))'               # 08
    say '(call $fd_readdir (i32.const 4) (i32.const 900) (i32.const 99) (i64.const 0) (i32.const 76))'  # 54
    say '(call $fd_readdir (i32.const 3) (i32.const 900) (i32.const 0xffffffff) (i64.const 0) (i32.const 76))' # 21
    say '(call $fd_readdir (i32.const 3) (i32.const 900) (i32.const 9) (i64.const 0) (i32.const 76))'   # 00
    say '(i32.load (i32.const 76))'                                                              # 09: cut off
    say '(call $fd_readdir (i32.const 3) (i32.const 900) (i32.const 99) (i64.const -1) (i32.const 76))' # 00
    say '(i32.load (i32.const 76))'                                                              # 00
    say '(call $path_filestat_get (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 5) (i32.const 1048560))' # 21
    say '(call $fd_filestat_get (i32.const 4) (i32.const -1))'                                   # 21
    say '(call $fd_fdstat_get (i32.const 3) (i32.const -8))'                                     # 21
    say '(call $fd_prestat_get (i32.const 3) (i32.const -8))'                                    # 21
    say '(call $fd_prestat_get (i32.const 4) (i32.const 64))'                                    # 08
    say '(call $fd_prestat_dir_name (i32.const 3) (i32.const 64) (i32.const 0))'                 # 37
    # numbers end, and come back
    echo '(loop (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if 0 (i32.eqz (call $open (i32.const 100) (i32.const 5)))))'
    say '(local.get $i)'                                                                         # 14: 13 beside the two
    say '(call $open (i32.const 100) (i32.const 5))'                                             # 33
    say '(call $fd_close (i32.const 7))'                                                         # 00
    say '(call $fd_close (i32.const 7))'                                                         # 08
    say '(call $fd_tell (i32.const 7) (i32.const 72))'                                           # 08
    say '(call $fd_close (i32.const 99))'                                                        # 08
    say '(call $open (i32.const 100) (i32.const 5))'                                             # 00
    say '(i32.load (i32.const 64))'                                                              # 07
    say '(call $fd_close (i32.const 3))'                                                         # 00: even the root
    say '(call $open (i32.const 100) (i32.const 5))'                                             # 08
    echo '(call $vector (i32.const 80) (i32.const 1024) (i32.sub (global.get $line) (i32.const 1024)))
     (drop (call $fd_write (i32.const 1) (i32.const 80) (i32.const 1) (i32.const 76)))))'
} >wild.wat
module wild ',"files":{"f/ten":"ten"}' <wild.wat
run 'no pointer, path, place or number leads out of it' 0 '00 04 00 76 37 44 21 21 21 54 54 08 28 28 00 28 21 00 00 00 00 00 02 57 00 21 21 21 00 06 08 31 08 54 21 00 09 00 00 21 21 21 21 08 37 14 33 00 08 08 08 00 07 00 08 '
module none <<'WAT'
(module (import "wasi_snapshot_preview1" "fd_prestat_get" (func $get (param i32 i32) (result i32)))
 (import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
 (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
 (memory 1) (func (export "_start") (if (i32.ne (call $get (i32.const 3) (i32.const 0)) (i32.const 8)) (then unreachable))
 (call $exit (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 0)))))
WAT
run 'where nothing is packed there is no root' 1 'exit status 8'
module walk ',"files":{"f/ten":"ten"}' <<'WAT'
(module (import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
 (memory 1) (data (i32.const 0) "f/tea") (func (export "_start") (local $i i32)
 (loop (drop (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 60000) (i32.const 0) (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 0)))
 (br_if 0 (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 2000))))))
WAT
run 'who walks along paths pays for them' 1 'trap: out of fuel in a call of WASI'

# What does not get to be packed. Nothing waits, nothing is read beside the project.
# bad SENTENCE FILES TEXT...: these files are refused
bad() {
    manifest bad ",\"files\":$2" >screen/pobf.json
    sentence=$1
    shift 2
    rm -f screen/bad.image
    expect 1 "$sentence" timeout 20 "$host" build screen
    [ ! -e screen/bad.image ] || no "$sentence: an image was left"
    says "$sentence" "$@"
}
echo secret >outside
ln -s "$work/outside" screen/link
ln -s ../outside screen/relative
ln -s list.txt screen/inside
ln -s .. screen/up
mkfifo screen/pipe
mkdir screen/folder
truncate -s 8388609 screen/large
truncate -s 4194304 screen/half
bad 'a source above the project' '{"x":"../outside"}' files
bad 'an absolute source' "{\"x\":\"$work/outside\"}" files
bad 'a path that leads up' '{"../x":"list.txt"}' files
bad 'a list' '["list.txt"]' files
bad 'a link out of the project' '{"x":"link"}' link 'it is a link'
bad 'a relative one' '{"x":"relative"}' 'it is a link'
bad 'one within it' '{"x":"inside"}' 'it is a link'
bad 'a file behind a link' '{"x":"up/outside"}' 'it is a link'
bad 'a file that is not there' '{"x":"nowhere"}' nowhere 'it is not there'
bad 'a pipe' '{"x":"pipe"}' pipe 'no plain file'
bad 'a folder' '{"x":"folder"}' folder 'no plain file'
bad 'too much in one' '{"x":"large"}' large '8 MiB'
bad 'too much together' '{"x":"half","y":"half","z":"list.txt"}' list.txt '8 MiB'
printf '{"name":"s","interface":"wasi","input_max":1,"output_max":1,"memory":65536,"stack":65536,"fuel":1,"deadline_ms":1,"files":{"x":"ten"}}' >s.json
echo 'export default (text) => text;' >s.js
expect 1 'a script' "$host" build s.js
says 'a script has no files' 'files' 'a script has nothing to open them with'
manifest ends ',"files":{"a/most":"large","list.txt":"list.txt"}' >screen/pobf.json
truncate -s 8388000 screen/large
expect 0 'build' "$host" build screen
expect 0 'measure' "$host" measure screen/ends.image
grep -q '/a/most, 8388000 bytes' out || no 'as much as may be'
ok 'as much as may be is packed'
