#!/bin/sh
# Data of any size, part by part: the same counts as made by other means, a receipt for each part that can be judged
# again, what is refused, a call that is interrupted; and the same bytes through WebAssembly.
set -eu
setup/install.sh wasm >/dev/null
. tests/cli/pobf.inc
. "$POBF_SHARE/tests/cli/stream.inc"
head_of=48 state=296 # bytes: of a head; of the state with its head

gives 0 'one part' stream whole one
counted whole >wanted
cmp -s one wanted || { diff one wanted >&2; no 'one part gives the counts that awk makes'; }
[ "$(kept receipt)" = 1 ] || no 'one part, one receipt'
gives 0 'three parts and more' stream whole three --part-size 3000
says "$(wc -c <whole) bytes in [3-9] parts, each forgotten, on sim (the host is trusted)"
cmp -s three wanted || no 'parts give the same counts'
[ "$(stat -c %a three)" = 600 ] || no 'the result is private'
ok 'the counts are those that awk makes, in one part or in several'

# Sizes around a part's: how many parts, and what comes out.
size=2000
for bytes in 0 1 $((size - head_of)) $((size - head_of + 1)) $((2 * size - 2 * head_of - state)) 7777; do
    head -c "$bytes" whole >some
    rm -rf receipts
    gives 0 "$bytes bytes in parts of $size" stream some result --part-size $size
    counted some >wanted
    cmp -s result wanted || { diff result wanted >&2; no "$bytes bytes give the counts that awk makes"; }
    rest=$((bytes - size + head_of)) room=$((size - head_of - state))
    parts=1
    [ $rest -le 0 ] || parts=$((1 + (rest + room - 1) / room))
    [ "$(kept receipt) $(kept evidence)" = "$parts $parts" ] || no "$bytes bytes are $parts parts"
done
ok 'every size has its number of parts, and a receipt for each'

gives 0 'stdin is a stream, and stdout takes its result' sh -c "cat some | '$pobf' call $url --stream --in - --out - \
    --receipts receipts --part-size 2000 $sim"
cmp -s out wanted || no 'the result is on stdout, alone'
gives 0 '--json prints one object' stream some result --part-size 2000 --json
is_object '"verdict":"affirmed"'
[ "$(jq -c '[.parts > 2, .bytes, .sent_again]' out)" = '[true,7777,0]' ] || no 'it counts parts and bytes'

# All that was kept can be judged again, without the host.
rm -rf receipts
gives 0 'exchanges are kept where they are asked for' stream whole result --part-size 3000 --exchanges exchanges
for exchange in exchanges/*.exchange; do
    part=receipts/$(basename "$exchange" .exchange)
    "$pobf" verify "$part.receipt" "$part.evidence" "$exchange" $sim >out 2>err || no 'each part verifies offline'
    [ "$(stat -c %a "$exchange")" = 600 ] || no 'exchanges are private'
done
! grep -qF 'a name with' receipts/* exchanges/* || no 'no input in what is kept'
ok 'each part verifies offline'
gives 1 'a report on all receipts: the first ones of the boot are not here, and it says so' \
    "$pobf" report --period 0..4000000000 --receipts receipts $sim --json
[ "$(jq -c '[.receipts, .hold, .refused]' out)" = "[$(kept receipt),$(kept receipt),0]" ] || no 'every receipt holds'
halt
rm -rf receipts
serve stream.image --trustlets 1
url=http://127.0.0.1:$(cat port)
gives 0 'parts of a boot from its beginning' stream whole result --part-size 3000
gives 0 'a report on all of them is affirmed' "$pobf" report --period 0..4000000000 --receipts receipts $sim --json
[ "$(jq -c '[.verdict, .calls, .alarms]' out)" = "[\"affirmed\",$(kept receipt),0]" ] || no 'each part is a call of it'

# What is no stream, or not for this function.
rm -rf receipts
echo 'no FASTA' >bad
gives 1 'a function that fails gives no result' stream bad failed
says 'its message is sealed in the answer: it is in failed.failed.message'
[ "$(cat failed.failed.message)" = "the data is no FASTA: it does not begin with '>'" ] || no 'its message is kept'
nothing failed
[ "$(kept receipt)" = 1 ] || no 'its receipt is kept'
gives 1 'a function that takes streams, called without' "$pobf" call "$url" --in whole --out plain $sim
grep -q 'call this function with --stream' plain.failed.message || no 'it says what it lacks'
rm -rf receipts
gives 1 'a part is no larger than the function takes' stream whole large --part-size 16777217
says 'part-size: expected 49 to 16777216 bytes, seen 16777217'
gives 1 'a part has room for its state' stream whole small --part-size 344
says 'state: expected 0 to 295 bytes, seen 296'
gives 0 'and a byte more will do' sh -c "head -c 300 whole >few; '$pobf' call $url --stream --in few --out small --receipts receipts \
    --part-size 345 $sim"
rm -rf receipts
gives 3 'a file that is not there' stream none result2
gives 3 'a folder' stream "$work" result2
[ ! -e receipts ] || no 'no folder is left empty'
for wrong in '--receipts receipts' '--part-size 9' '--exchanges x' '--stream' '--stream --receipts r --keep k'; do
    gives 2 "usage: $wrong" "$pobf" call "$url" --in whole --out result2 $sim $wrong
done
nothing result2

# A terminal sees a bar; nobody else does.
stream whole result >out 2>err
! grep -q 'MiB/s' err || no 'no bar without a terminal'
script -qec "'$pobf' call $url --stream --in whole --out result --receipts receipts $sim" /dev/null >out </dev/null
grep -q '100 % of 0.0 MiB' out || no 'a bar on a terminal'
script -qec "'$pobf' call $url --stream --in whole --out result --receipts receipts --quiet $sim" /dev/null >out </dev/null
! grep -q 'MiB/s' out || no 'no bar with --quiet'
ok 'a terminal sees a bar, unless it is not to'

# Interrupted, while it waits for more.
rm -rf receipts result*
mkfifo feed
"$pobf" call "$url" --stream --in feed --out result --receipts receipts --part-size 3000 $sim >out 2>err &
client=$!
exec 9<>feed # also where nobody reads
cat whole >&9
has_begun() { [ "$(kept receipt)" -gt 0 ]; }
await has_begun || no 'control: it has begun'
kill -INT "$client"
seen=0
wait "$client" || seen=$?
exec 9>&-
[ "$seen" = 3 ] || no "an interrupted call ends with 3 ($seen)"
says 'interrupted: no result was written'
nothing result
[ -z "$(ls . receipts | grep '[.]new$\|[.]part$' || true)" ] || no 'nothing half written is left'
ok 'an interrupted call ends, and leaves nothing but the receipts of what was forgotten'

halt

# A command of WASI takes the same bytes, here by the same header.
mkdir sum
{
    cat "$POBF_SHARE/framework/wire/stream.h"
    grep -v '^#include "' "$POBF_SHARE/enclave/function/pobf_stream.h"
} >sum/pobf_stream.h
cat >sum/sum.c <<'C'
#include <stdio.h>
#include <string.h>
#include "pobf_stream.h"
static unsigned char input[65536];
int main(void)
{
    unsigned sum = 0;
    struct pobf_stream stream;
    const size_t size = fread(input, 1, sizeof input, stdin);
    const char *defect = pobf_stream_take(&stream, input, size);
    if (defect != NULL) {
        fputs(defect, stderr);
        return 1;
    }
    if (stream.state != NULL) {
        memcpy(&sum, stream.state, sizeof sum);
    }
    for (size_t i = 0; i < stream.data_size; i++) {
        sum += stream.data[i];
    }
    fwrite(&stream.answer, sizeof stream.answer, 1, stdout);
    if (stream.is_last) {
        printf("%u\n", sum);
    } else {
        fwrite(&sum, sizeof sum, 1, stdout);
    }
    return 0;
}
C
printf '{"name":"sum","interface":"wasi","input_max":65536,"output_max":4096,"memory":1048576,"stack":65536,"fuel":50000000,
"deadline_ms":60000,"stderr":"seal"}' >sum/pobf.json
"$host" build sum --out sum.image >out 2>err || no 'a stream in WebAssembly builds'
"$host" measure sum.image --json >reference.json
serve sum.image --trustlets 1
url=http://127.0.0.1:$(cat port)
rm -rf receipts
gives 0 'a stream in WebAssembly' stream whole summed --part-size 1000
[ "$(cat summed)" = "$(od -An -v -tu1 whole | awk '{ for (i = 1; i <= NF; i++) sum += $i } END { print sum }')" ] || no 'it sums all bytes'
[ "$(kept receipt)" -gt 9 ] || no 'in parts'
ok 'a command of WASI takes the same bytes'
gives 1 'and refuses the same' "$pobf" call "$url" --in whole --out unsummed $sim
grep -q 'call this function with --stream' unsummed.failed.message || no 'it says what it lacks'
halt

# A function that says something else than what follows the part: another head in one field, each in its turn.
cp -r "$POBF_SHARE/examples/stream" liar
cat >liar/function.c <<'C'
#include "pobf_function.h"
#include "pobf_stream.h"
int pobf_function(struct pobf_call *call)
{
    struct pobf_stream stream;
    struct pobf_stream_head *head = &stream.answer;
    if (pobf_stream_take(&stream, call->input, call->input_size) != NULL) {
        return 1;
    }
    switch (stream.data[0]) {
    case 'm': head->magic[6]++; break;
    case 'i': head->id[15]++; break;
    case 'n': head->index--; break;
    case 'b': head->bytes--; break;
    case 'r': head->kind = POBF_STREAM_RESULT; break;
    case 's': head->kind = POBF_STREAM_STATE; break;
    case 'z': head->state_size++; break;
    }
    __builtin_memcpy(call->output, head, sizeof *head);
    call->output_size = stream.data[0] == 'e' ? sizeof *head - 1 : sizeof *head;
    return 0;
}
C
"$host" build liar --out liar.image >out 2>err || no 'the liar builds'
"$host" measure liar.image --json >reference.json
serve liar.image --trustlets 1
url=http://127.0.0.1:$(cat port)
rm -rf receipts
for lie in m i n b r z e s; do
    printf '%050d' 0 | tr 0 "$lie" >said # two parts, of 49 bytes and of one
    case $lie in s) after='result after part 1' ;; *) after='state after part 0' ;; esac
    gives 1 "an answer with another head is refused: $lie" stream said liar.out --part-size 97
    says "answer: expected the $after"
    nothing liar.out
done
printf '%050d' 0 | tr 0 g >said
gives 0 'control: an answer with its own head is taken' stream said liar.out --part-size 97
[ -e liar.out ] && [ ! -s liar.out ] || no 'a result may be empty'
halt

"$host" new hello >out 2>err
"$host" build hello --out hello.image >out 2>err
"$host" measure hello.image --json >reference.json
serve hello.image --trustlets 1
url=http://127.0.0.1:$(cat port)
rm -rf receipts
gives 1 'a function that takes no streams is not believed' stream whole result2
says 'answer: expected the result after part 0, seen something else'
nothing result2
halt
