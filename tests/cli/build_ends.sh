#!/bin/sh
# A build that is ended from outside, in whatever way, leaves nothing behind: no process, no file.
set -eu
. tests/cli/project.inc
mkdir "$work/tmp" slow
export TMPDIR="$work/tmp"
"$host" new small >out 2>err || no 'new'
printf '{"name":"slow","input_max":16,"output_max":16,"arena":4096,"stack":65536,"deadline_ms":1000}' >slow/pobf.json
# A million statements keep gcc busy for longer than anybody waits here.
cat >slow/slow.c <<'C'
#include "pobf_function.h"
#define TEN(x) x x x x x x x x x x
int pobf_function(struct pobf_call *call)
{
    volatile unsigned n = (unsigned)call->input_size;
    TEN(TEN(TEN(TEN(TEN(TEN(n += n / 3;))))))
    return (int)n;
}
C
tools() { pgrep -f "$TMPDIR/pobf-build-" || :; } # what works in the folder
left() { ls -A "$TMPDIR" slow | grep -v -e '^slow/*:*$' -e '^pobf.json$' -e '^slow.c$' -e ':$' -e '^$' || :; }
compiles() { pgrep -f "cc1.*$TMPDIR/pobf-build-" >/dev/null; } # the last one of those it starts
is_idle() { [ -z "$(tools)" ]; }
# What is dying has no name any more, but holds its lock until it is dead.
is_free() { flock -n "$1" true; }
# begin: a build that is on its way
begin() {
    "$host" build slow >out 2>err &
    pid=$!
    await compiles || no 'no compiler was started'
}
for signal in TERM INT HUP; do
    begin
    kill -$signal $pid
    code=0 && wait $pid || code=$?
    [ $code -eq 3 ] || no "$signal: exit code $code"
    await is_idle || no "$signal: a tool goes on"
    [ "$(cat err)" = 'pobf-host: slow: interrupted: no image was made' ] || no "$signal: it says: $(cat err)"
    [ -z "$(left)" ] || no "$signal: there is left: $(left)"
    ok "SIG$signal ends a build, and all that it has started and made"
done
# Of a script, too, while npm brings its engine: nobody is told to install what is there.
mkdir fake none
printf '#!/bin/sh\n: >"%s/asked"\nexec sleep 600\n' "$work" >fake/npm
chmod +x fake/npm
echo 'export default (text) => text;' >echo.js
POBF_CACHE="$work/none" PATH="$work/fake:$PATH" "$host" build echo.js >out 2>err &
pid=$!
await [ -e asked ] || no 'npm is asked for the engine'
kill -INT $pid
code=0 && wait $pid || code=$?
[ $code -eq 3 ] && [ "$(tail -n +2 err)" = 'pobf-host: echo.js: interrupted: no image was made' ] ||
    no "a script: exit code $code"
[ -z "$(left)" ] || no "a script: there is left: $(left)"
ok 'and says no other cause'
begin
kill -KILL $pid
wait $pid || :
for tool in $(tools); do kill -KILL "$tool" 2>/dev/null || :; done
[ -n "$(left)" ] || no 'SIGKILL: there is nothing to clean up'
await is_free "$TMPDIR"/pobf-build-?????? || no 'SIGKILL: somebody holds the folder'
touch -d '1 hour ago' "$TMPDIR"/pobf-build-*
mkdir "$TMPDIR/pobf-build-other"
expect 0 'build' "$host" build small
[ "$(left)" = pobf-build-other ] || no "after the next build there is left: $(left)"
ok 'what SIGKILL left the next build removes, and nothing else'
