#!/bin/sh
# The example digits: a sample drawn by hand; that training gives the very weights of the image; what
# it makes of people's writing that it was not trained with; and what is no image, with its line.
set -eu
setup/install.sh wasm >/dev/null
. tests/cli/project.inc
. "$POBF_SHARE/tests/cli/wasm.inc"
example=$POBF_SHARE/examples/digits
cp -r "$example" digits
image=digits/digits.image
expect 0 'build' "$host" build digits
cp "$example/sample.txt" in.txt
run 'the sample' 0 "$(cat "$example/expected.txt")"

# Other weights are another measurement.
"$host" measure "$image" --json >measured
sed -i '0,/{-*[0-9]*,/s/{-*[0-9]*,/{1,/' digits/weights.h
expect 0 'build' "$host" build digits
"$host" measure "$image" --json | cmp -s - measured && no 'other weights have another measurement'
ok 'other weights have another measurement'
cp "$example/weights.h" digits/
expect 0 'build' "$host" build digits
"$host" measure "$image" --json | cmp -s - measured || no 'and the same weights the same'
ok 'and the same weights the same'

wrong() { # wrong SENTENCE LINE INPUT: what the function says of it
    printf %s "$3" >in.txt
    run "$1" 1 "exit status 1
line $2: an image is 64 numbers from 0 to 16, with commas"
}
row=$(head -1 "$example/sample.txt")
wrong 'a number too few' 1 "${row%,*}"
wrong 'a number too many' 2 "$row
$row,1"
wrong 'a pixel of 17' 1 "17${row#0}"
wrong 'a pixel below zero' 1 "-${row}"
wrong 'no number' 1 "x${row#0}"
wrong 'a line without an end' 1 "$(printf '%01000d' 0)"
wrong 'an empty line' 1 '
'
: >in.txt
run 'no image, no digit' 0 ''

if ! examples=$("$example/train/fetch.sh" 2>err) || [ -z "$examples" ]; then
    echo 'SKIP: apt cannot fetch python3-sklearn, which has the handwritten digits'
    exit 0
fi
echo "$examples" >all
expect 0 'train' "$example/train/train.sh" all
cmp -s out "$example/weights.h" || no 'training gives the weights of the tree, bit for bit'
ok 'training gives the weights of the tree, bit for bit'
head -900 all >fewer
expect 0 'train' "$example/train/train.sh" fewer
cmp -s out "$example/weights.h" && no 'of other digits come other weights'
ok 'of other digits come other weights'
tail -450 all >others
cut -d, -f1-64 others >in.txt
for backend in $backends; do
    expect 0 'digits of others' "$host" run "$image" --in in.txt --backend "$backend"
    right=$(cut -d, -f65 others | paste -d ' ' out - | awk '$1 == $2' | wc -l)
    [ "$right" = 435 ] || no "of 450 digits that it has not seen 435 are right on $backend, not $right"
    ok "of 450 digits that it has not seen 435 are right, on $backend"
done
