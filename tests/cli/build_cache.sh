#!/bin/sh
# Objects of modules are kept for the next build. An entry that a disk has spoilt is noticed, and made
# again; one that somebody has written is taken, so what is released is built without any.
set -eu
setup/install.sh wasm >/dev/null
. tests/cli/project.inc
. "$POBF_SHARE/tests/cli/wasm.inc"
POBF_CACHE=$work/cache
kept() { find "$POBF_CACHE" -name '*.object' 2>/dev/null | wc -l; }
# makes SENTENCE IMAGE: build in.c's project, and the image is that one
makes() {
    expect 0 "$1" "$host" build word
    cmp -s word/word.image "$2" || no "$1"
    ok "$1"
}
source() { # source NUMBER
    printf '#include <stdio.h>\nint main(void) { printf("%%d %%f\\n", %d, 0.5); return 0; }\n' "$1" >word/word.c
}
mkdir word
manifest word >word/pobf.json

source 1
expect 0 'build' env POBF_CACHE=off "$host" build word
[ ! -e "$POBF_CACHE" ] || no 'without a cache nothing is kept'
cp word/word.image one
makes 'kept or not, the image is the same, bit for bit' one
[ "$(kept)" = 1 ] || no "an object is kept ($(kept))"
first=$(find "$POBF_CACHE" -name '*.object')
makes 'and so it is from the cache' one
[ "$(kept)" = 1 ] || no 'nothing more is kept of the same'
source 2
expect 0 'build' "$host" build word
cp word/word.image two
! cmp -s one two || no 'another source gives another image'
[ "$(kept)" = 2 ] || no 'what is made from something else is kept beside it'
ok 'what is made from something else is kept beside it'
sed -i 's/"deadline_ms":[0-9]*/"deadline_ms":1000/' word/pobf.json
expect 0 'build' "$host" build word
[ "$(kept)" = 2 ] || no 'another manifest needs no other object'
ok 'another manifest needs no other object'
manifest word >word/pobf.json

# What somebody puts there passes, whole as it is: the control that an entry is taken at all.
second=$(find "$POBF_CACHE" -name '*.object' ! -path "$first")
cp "$first" good
cp "$second" "$first"
source 1
makes 'an object that somebody has put there is taken' two
expect 0 'build' env POBF_CACHE=off "$host" build word
cmp -s word/word.image one || no 'but not where the cache is off'
ok 'but not where the cache is off'

# spoilt SENTENCE COMMAND: so is the entry; the image is right, and the entry is made again
spoilt() {
    cp good "$first"
    eval "$2"
    makes "$1" one
    cmp -s "$first" good || no "$1: the entry is not what it was"
}
spoilt 'a flipped bit is noticed' \
    'printf "\\$(printf %o $(($(od -An -tu1 -j 5000 -N 1 good) ^ 1)))" | dd of="$first" bs=1 seek=5000 conv=notrunc 2>/dev/null'
spoilt 'so is a byte that is missing' 'truncate -s -1 "$first"'
spoilt 'an empty entry' ': >"$first"'
spoilt 'no more than a digest' 'truncate -s 32 "$first"'
spoilt 'a pipe, which nobody waits for' 'rm "$first" && mkfifo "$first"'
spoilt 'a link to nothing' 'ln -sf nowhere "$first"'
rm "$first" && mkdir "$first"
makes 'a folder in its place' one
says 'is said' 'nothing can be kept there'
rmdir "$first"

# A module of much C is kept, too: by what the preprocessor makes of all that it includes.
awk 'BEGIN { for (i = 0; i < 100000; i++) print "int declared(int);" }' >word/word.h
echo '#define NUMBER 4' >word/number.h
printf '#include <stdio.h>\n#include "word.h"\n#include "number.h"\nint main(void) { printf("%%d\\n", NUMBER); return 0; }\n' >word/word.c
modules() { find "$POBF_CACHE" -name '*.module' | wc -l; }
[ "$(modules)" = 0 ] || no 'little C is not kept'
expect 0 'build' env POBF_CACHE=off "$host" build word
cp word/word.image four
makes 'much C is the same, kept or not' four
makes 'and from the cache' four
[ "$(modules)" = 1 ] || no 'a module is kept'
module=$(find "$POBF_CACHE" -name '*.module')
cp "$module" good.module
echo '#define NUMBER 5' >word/number.h
expect 0 'build' "$host" build word
! cmp -s word/word.image four && [ "$(modules)" = 2 ] || no 'another header gives another module'
ok 'another header gives another module'
other=$(find "$POBF_CACHE" -name '*.module' ! -path "$module")
cp "$other" "$module"
echo '#define NUMBER 4' >word/number.h
cp word/word.image five
makes 'a module that somebody has put there is taken' five
: >"$module"
makes 'an empty one is not' four
cmp -s "$module" good.module || no 'the entry is not what it was'
echo 'int main(void) { return missing; }' >>word/word.c
expect 1 'build' "$host" build word
[ "$(grep -c "undeclared identifier 'missing'" err)" = 1 ] || no 'an error in it is told, once'
ok 'an error in it is told, once'
rm word/*.h
source 1

# Where nothing can be kept it is built all the same.
for place in /proc/none "$work/word/word.c" "$work/word/word.c/below"; do
    expect 0 "a cache at $place" env POBF_CACHE="$place" "$host" build word
    cmp -s word/word.image one || no "a cache at $place: another image"
done
says 'where there can be no folder it is built all the same' 'nothing can be kept there'

# Two at once; and there is an end to how much is kept.
cp -r word other
"$host" build word --out a >out 2>err &
"$host" build other --out b >out.other 2>err.other || no 'the other of two at once'
wait $! || no 'one of two at once'
cmp -s a one && cmp -s b one || no 'two at once make the same'
ok 'two at once make the same'
for i in $(seq 100); do touch -d '2000-01-01' "$POBF_CACHE/$i.object"; done
touch "$POBF_CACHE/kept"
source 3
expect 0 'build' "$host" build word
[ "$(kept)" = 64 ] && [ -e "$POBF_CACHE/kept" ] || no "the oldest go ($(kept) are left)"
source 1
makes 'the oldest objects go, nothing else does' one
