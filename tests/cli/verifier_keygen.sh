#!/bin/sh
# Keys for certificates and reports: made, never overwritten, and read by openssl.
set -eu
build=$(realpath "$1")
verifier=$build/pobf-verifier
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

ok() { echo "ok: $1"; }
no() { echo "FAILED: $1" >&2; cat out err >&2 2>/dev/null; exit 1; }
gives() { # gives CODE SENTENCE COMMAND...: the command ends with this exit code
    code=$1 sentence=$2
    shift 2
    seen=0
    "$@" >out 2>err || seen=$?
    [ "$seen" = "$code" ] || no "$sentence (exit $seen, expected $code)"
    ok "$sentence"
}
says() { grep -q -- "$1" out err || no "it says: $1"; }

gives 0 'a key pair is made' "$verifier" keygen --out key
[ "$(stat -c %a key)" = 600 ] || no 'the private key is its owner'"'"'s alone'
ok 'the private key is its owner'"'"'s alone'
openssl pkey -in key -noout -text >out 2>err && says 'prime256v1' && ok 'openssl reads a P-256 key'
"$verifier" keygen --out other >id 2>err
openssl pkey -pubin -in other.pub -outform DER 2>err | sha256sum | cut -c1-64 >out
cmp -s id out || no 'the id is the SHA-256 of the public key'
ok 'the id is the SHA-256 of the public key'
gives 0 'an Ed25519 key pair is made' "$verifier" keygen --eddsa --out ed
openssl pkey -in ed -noout -text >out 2>err && says 'ED25519' && ok 'openssl reads an Ed25519 key'

sha256sum key key.pub >before
gives 0 'its id as one object' "$verifier" keygen --out object --json
[ "$(jq -r '.key_id + .algorithm + .public_key' out)" = "$(openssl pkey -in object -pubout -outform DER | sha256sum | cut -d' ' -f1)ES256object.pub" ] ||
    no 'its id as one object'
gives 1 'a key is not overwritten' "$verifier" keygen --out key
says 'refused: --out'
rm key.pub
gives 1 'not even where the public half is gone' "$verifier" keygen --out key
mv other.pub key.pub.kept && touch new.pub
gives 1 'a public key is not overwritten' "$verifier" keygen --out new
[ ! -e new ] || no 'no private key is left behind'
ok 'no private key is left behind'
grep ' key$' before | sha256sum -c --quiet - || no 'the old key is as it was'
ok 'the old key is as it was'

gives 3 'a folder that is not there is an error' "$verifier" keygen --out nowhere/key
gives 2 'a key needs a name' "$verifier" keygen
gives 2 'a pair does not go to stdout' "$verifier" keygen --out -
gives 2 'an unknown option is a usage error' "$verifier" keygen --out x --rsa
gives 2 'an unknown command is a usage error' "$verifier" forge
gives 0 'help is there' "$verifier" keygen --help
ls >left && ! grep -q part left || no 'no temporary file is left'
ok 'no temporary file is left'
