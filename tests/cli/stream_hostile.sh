#!/bin/sh
# A stream through a host that lies: each part is answered with the answer to another, or to one of another stream, gets another's input, or
# no whole answer: all of it is noticed, and there is no result. And a trustlet that dies in the middle.
set -eu
. tests/cli/pobf.inc
command -v python3 >/dev/null || { echo 'SKIP: python3 is not installed: nobody stands in between'; exit 0; }
. "$POBF_SHARE/tests/cli/stream.inc"

# A host between: what it does to the second part.
proxy=
proxied() { # proxied MODE [FILE]: from here on calls go through it
    [ -z "$proxy" ] || { kill "$proxy" && wait "$proxy"; } 2>/dev/null || true
    rm -f between
    python3 "$POBF_SHARE/tests/cli/stream_proxy.py" "127.0.0.1:$(cat port)" between "$@" 2>proxy.err &
    proxy=$!
    await [ -s between ] || { cat proxy.err >&2; no 'the proxy starts'; }
    url=http://127.0.0.1:$(cat between)
}
stop_all() { [ -z "$proxy" ] || kill "$proxy" 2>/dev/null || true; stop; }
trap stop_all EXIT
counted whole >wanted
lies() { # lies MODE CODE SENTENCE TEXT [FILE [RECEIPTS]]: so many are kept
    proxied "$1" ${5:-}
    gives "$2" "$3" stream whole lied --part-size 3000
    says "$4"
    says 'it ended in part 1, after 2952 bytes: there is no result'
    nothing lied
    [ "$(kept receipt)" = "${6:-1}" ] || no 'the part before it keeps its receipt'
    rm -rf receipts
}
rm -rf receipts
proxied pass answer
gives 0 'control: a host between that does nothing' stream whole result --part-size 3000
cmp -s result wanted || no 'control: through it the counts are right'
cp answer.1 other
rm -rf receipts
lies repeat 1 'the answer to another part of the stream is refused' 'receipt.task_id'
lies swap 1 'the answer to a part of another stream is refused' 'receipt.task_id' other
lies reorder 1 'a part that was sealed for another task is not opened, and that is noticed' \
    'the sealed input did not open' '' 2
lies strip 1 'a state that is withheld is noticed' 'receipt.output_commitment'
lies cut 3 'half an answer ends the stream' 'it ended in part 1'

proxied kill "$served"
gives 0 'a trustlet that dies in the middle costs one part, which is sent again' stream whole result --part-size 3000 --json
[ "$(jq '.sent_again > 0' out)" = true ] || no 'a part was sent again'
says 'part 2 is sent again'
cmp -s result wanted || no 'the counts are right all the same'
gives 1 'the report tells that it was two boots' "$pobf" report --period 0..4000000000 --receipts receipts $sim --json
[ "$(jq -c '[.receipts == .hold, .boots]' out)" = '[true,2]' ] || no 'its receipts are of two boots, and hold'
halt
