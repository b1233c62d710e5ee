#!/bin/sh
# Receipts of real calls go into a log; what is missing, forged or forked is seen. From files alone, and
# from a copy over HTTP.
set -eu
. tests/cli/pobf.inc
verifier=$build/pobf-verifier

"$host" new hello >out 2>err
"$host" build hello --out hello.image >out 2>err || no 'the function builds'
"$host" measure hello.image --json >reference.json
mkdir receipts
serve hello.image --trustlets 1 --receipts receipts
url=http://127.0.0.1:$(cat port)
for i in 1 2 3 4; do
    echo "input $i" >in
    "$pobf" call "$url" --in in --out "out.$i" --reference reference.json --insecure-accept-sim \
        >out 2>err || no "call $i"
done
halt
set -- out.1.receipt out.2.receipt out.3.receipt out.4.receipt

gives 2 'a log needs an origin' "$verifier" log init log --key key
gives 0 'a key for a log' "$verifier" keygen --eddsa --out key
gives 0 'a key of the wrong kind' "$verifier" keygen --out ecdsa
gives 3 'ECDSA keys sign no log' "$verifier" log init log --origin log.example/pobf --key ecdsa
gives 2 'a name with a plus is none' "$verifier" log init log --origin a+b --key key
gives 0 'a log is made' "$verifier" log init log --origin log.example/pobf --key key
cp out vkey
says 'log.example/pobf+'
gives 0 'as JSON' "$verifier" log init second --origin log.example/pobf --key key --json
is_object '"vkey":"log.example/pobf+'
gives 1 'a log is never made anew' "$verifier" log init log --origin log.example/pobf --key key
gives 0 'two receipts are logged' "$verifier" log add log "$1" "$2" --key key
says "^0	$1"
says "^1	$2"
cp log/checkpoint old
gives 0 'two more' "$verifier" log add log "$3" "$4" --key key --json
is_object '"origin":"log.example/pobf","receipts":\[{"file":"out.3.receipt","index":2},{"file":"out.4.receipt","index":3}\],"size":4'
gives 1 'the function'"'"'s output is no receipt' "$verifier" log add log out.1 --key key
says 'only receipts are logged'
gives 3 'there must be a log' "$verifier" log add nowhere "$1" --key key
cp "$2.tlog-proof" earlier
gives 0 'a receipt that comes again keeps its place, also in one command' "$verifier" log add log "$2" "$1" "$2" --key key
[ "$(cut -f1 out | tr '\n' ' ')" = '1 0 1 ' ] && [ "$(sed -n 2p log/checkpoint)" = 4 ] || no 'each has one place'
! cmp -s earlier "$2.tlog-proof" || no 'and a proof in the newest tree'
rm -r log/state/places
gives 0 'also where the index was lost' "$verifier" log add log "$1" --key key
[ "$(sed -n 2p log/checkpoint)" = 4 ] || no 'each has one place'
gives 0 'the vkey is printed again' "$verifier" log key log --key key
cmp -s out vkey || no 'it is the one of before'
gives 0 'as JSON' "$verifier" log key log --key key --json
is_object '"origin":"log.example/pobf","vkey":"log.example/pobf+'
gives 2 'by its key' "$verifier" log key log
gives 3 'of a log that is there' "$verifier" log key nowhere --key key
gives 1 'another key is refused' sh -c '"$1" keygen --eddsa --out k2 >k2.id 2>&1; "$1" log add log "$2" --key k2' - "$verifier" "$1"
gives 1 'and gives no vkey' "$verifier" log key log --key k2

gives 0 'a receipt is in the log' "$pobf" log verify-inclusion "$1" --proof "$1.tlog-proof" --vkey vkey
gives 0 'as JSON' "$pobf" log verify-inclusion "$4" --proof "$4.tlog-proof" --vkey vkey --json
is_object '"index":3,'
"$verifier" log init cose --origin log.example/pobf --key key >out 2>err
gives 0 'COSE Receipts are written where they are asked for' "$verifier" log add cose "$1" "$2" "$3" --key key --cose
gives 0 'one verifies' "$pobf" log verify-inclusion "$2" --proof "$2.cose" --vkey vkey --json
is_object '"origin":"log.example/pobf"'
gives 1 'but not of another receipt' "$pobf" log verify-inclusion "$3" --proof "$2.cose" --vkey vkey
gives 1 'another receipt is not what the proof is of' \
    "$pobf" log verify-inclusion "$2" --proof "$1.tlog-proof" --vkey vkey
gives 2 'no key, no answer' "$pobf" log verify-inclusion "$1" --proof "$1.tlog-proof"
sed 's/^index 0$/index 1/' "$1.tlog-proof" >moved
gives 1 'a place is part of the proof' "$pobf" log verify-inclusion "$1" --proof moved --vkey vkey
gives 0 'the log has only grown' "$pobf" log verify-consistency log --old old --vkey vkey
gives 0 'every entry is as the checkpoint says' "$pobf" log audit log --vkey vkey --old old
gives 0 'no receipt is missing' "$pobf" log gaps log
says '4 receipts of 1 boot, 0 alarms'
gives 0 'nor among the host'"'"'s files' "$pobf" log gaps receipts/*.receipt
gives 0 'nor in the host'"'"'s folder' "$pobf" log gaps receipts
says '4 receipts of 1 boot, 0 alarms'
mkdir holes killed empty
cp "$1" "$2" "$4" holes
gives 1 'a hole in a folder is an alarm' "$pobf" log gaps holes
cp receipts/*.receipt killed && : >killed/.00000000000000000000000000000000.journal
gives 3 'where a journal is that cannot be read nobody can tell' "$pobf" log gaps killed
says 'its last record is not whole'
truncate -s 262144 killed/.*.journal
gives 0 'where nothing is open in it all is well' "$pobf" log gaps killed
cp out.1 killed/x.receipt
gives 1 'a damaged receipt in a folder is refused' "$pobf" log gaps killed
mkfifo holes/pipe.receipt
gives 1 'a pipe in a folder is refused, and not waited for' timeout 10 "$pobf" log gaps holes
gives 3 'an empty folder is no answer' "$pobf" log gaps empty
says 'neither a log'
gives 1 'a missing receipt is an alarm' "$pobf" log gaps "$1" "$2" "$4"
says ': 3: the receipt is missing'
gives 1 'as JSON' "$pobf" log gaps "$2" "$4" --json
is_object '"kind":"missing"'

"$verifier" log serve log --listen 127.0.0.1:0 >where 2>serve.err &
served=$!
await [ -s where ] || no 'the log is served'
url=$(sed 's/listening on //' where)
mkdir -p copy/tile/entries/000.p copy/tile/0/000.p
for piece in checkpoint tile/entries/000.p/4 tile/0/000.p/4 tile/entries/000.p/2 tile/0/000.p/2; do
    curl -sf "$url/$piece" -o "copy/$piece" || no "GET $piece"
done
gives 0 'a copy over HTTP is as good' "$pobf" log audit copy --vkey vkey --old old
for hidden in state/tip state/journal tile/../state/tip tile/0/../../state/epoch; do
    seen=$(curl -s --path-as-is -o body -w '%{http_code}' "$url/$hidden")
    [ "$seen" = 404 ] || no "$hidden stays hidden ($seen)"
done
ok 'what is the sequencer'"'"'s own is not shown'
seen=$(curl -s -o body -w '%{http_code}' --data-binary "@$1" "$url/add")
[ "$seen" = 404 ] || no "a log without a key takes no receipts ($seen)"
ok 'a log that is served without its key takes no receipts'
halt

# The log takes receipts over HTTP.
"$verifier" log init taken --origin log.example/pobf --key key >out 2>err
: >where
"$verifier" log serve taken --listen 127.0.0.1:0 --key key >where 2>serve.err &
served=$!
await [ -s where ] || no 'the log is served'
url=$(sed 's/listening on //' where)
add() { curl -s -o "$2" -w '%{http_code}' --data-binary "@$1" "$url/add"; }
[ "$(add "$1" proof.1)" = 200 ] || no 'a receipt is taken'
gives 0 'the answer to a receipt is its proof' "$pobf" log verify-inclusion "$1" --proof proof.1 --vkey vkey
rm -f proof.[234] again.*
adding=
for i in 2 3 4 2 3 4; do
    [ -e "proof.$i" ] && to=again.$i || to=proof.$i
    : >"$to"
    curl -s -o "$to" --data-binary "@out.$i.receipt" "$url/add" &
    adding="$adding $!"
done
for client in $adding; do wait "$client" || no 'two at once'; done
for i in 2 3 4; do
    for proof in "proof.$i" "again.$i"; do
        "$pobf" log verify-inclusion "out.$i.receipt" --proof "$proof" --vkey vkey >out 2>err || no "$proof"
    done
    [ "$(sed -n 2p "proof.$i")" = "$(sed -n 2p "again.$i")" ] || no "one place for out.$i.receipt"
done
[ "$(add "$1" again.1)" = 200 ] && [ "$(sed -n 2p proof.1)" = "$(sed -n 2p again.1)" ] || no 'one place for the first'
[ "$(sed -n 2p taken/checkpoint)" = 4 ] || no 'four entries'
ok 'a receipt that comes twice, at once or later, has one place'
[ "$(add out.1 body)" = 400 ] && grep -q 'a receipt, and nothing else' body || no 'only receipts'
: >nothing
[ "$(add nothing body)" = 400 ] || no 'nothing is no receipt'
head -c 100000 /dev/zero >huge
[ "$(add huge body)" = 413 ] || no 'what is huge is no receipt'
ok 'what is no receipt is refused'
gives 1 'while a log takes receipts nobody else writes it' "$verifier" log add taken "$1" --key key
says 'another sequencer'
curl -sf "$url/checkpoint" -o body && cmp -s body taken/checkpoint || no 'the log is served, too'
# The disk fails: a folder is where a file has to be written.
head -c -1 "$1" >fifth && printf X >>fifth # another receipt: a log judges no signature of a host
mkdir taken/state/new
[ "$(add fifth body)" = 503 ] || no "a disk that fails is told ($(cat body))"
[ "$(add fifth body)" = 503 ] || no 'as long as it fails'
rmdir taken/state/new
[ "$(add fifth proof.5)" = 200 ] || no 'and afterwards the log goes on'
gives 0 'a log whose disk failed goes on as after a crash' "$pobf" log verify-inclusion fifth --proof proof.5 --vkey vkey
rm taken/state/places*
halt
: >where
"$verifier" log serve taken --listen 127.0.0.1:0 --key key >where 2>serve.err &
served=$!
await [ -s where ] || no 'the log is served'
url=$(sed 's/listening on //' where)
[ "$(add "$2" again.2)" = 200 ] && [ "$(sed -n 2p proof.2)" = "$(sed -n 2p again.2)" ] || no 'the index is made again'
halt
gives 0 'it is whole' "$pobf" log audit taken --vkey vkey
ok 'an index that is lost is made again'

printf 'X' | dd of=copy/tile/entries/000.p/4 bs=1 seek=40 conv=notrunc 2>err
gives 1 'a flipped byte is found, and where' "$pobf" log audit copy --vkey vkey
says 'tile/0/000.p/4'
rm copy/tile/entries/000.p/4
gives 3 'a missing piece is "cannot tell"' "$pobf" log audit copy --vkey vkey

# A fork: the same key and name, other receipts.
mkdir fork
gives 0 'a second log of the same name' "$verifier" log init fork --origin log.example/pobf --key key
gives 0 'with other receipts' "$verifier" log add fork "$4" "$3" "$2" --key key
gives 1 'is a fork' "$pobf" log verify-consistency fork --old old --vkey vkey
gives 1 'and so is one that is shorter' "$pobf" log verify-consistency fork --old log/checkpoint --vkey vkey
gives 0 'partial tiles that nobody needs go' "$verifier" log prune log --key key
gives 0 'the newest checkpoint' "$verifier" log checkpoint log --key key
cmp -s out log/checkpoint || no 'it is the one that is published'
gives 0 'as JSON' "$verifier" log checkpoint log --key key --json
is_object '"size":4'
[ "$(jq -r .checkpoint out)" = "$(cat log/checkpoint)" ] || no 'with all of it'
gives 0 'a COSE Receipt of consistency' "$verifier" log checkpoint log --key key --old old --cose grown.cose
gives 0 'shows without a copy that the log has only grown' "$pobf" log verify-consistency grown.cose --old old --vkey vkey
gives 1 'but not since another checkpoint' "$pobf" log verify-consistency grown.cose --old fork/checkpoint --vkey vkey
gives 1 'nor is one of inclusion one of it' "$pobf" log verify-consistency out.2.receipt.cose --old old --vkey vkey
gives 1 'nothing has grown since the newest one' "$verifier" log checkpoint log --key key --old log/checkpoint --cose no.cose
gives 2 'since when has to be said' "$verifier" log checkpoint log --key key --cose no.cose
[ ! -e no.cose ] || no 'nothing is written'
gives 0 'and what was pruned' "$verifier" log prune log --key key --json
is_object '"bundles":0,"partial_tiles":0'
