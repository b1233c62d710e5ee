#!/bin/sh
# The example kv: its sample; a generated table of 1 KiB values under zipfian queries, answered as
# awk answers them; and what is no table or no query, each with its line.
set -eu
. tests/cli/project.inc
. "$POBF_SHARE/tests/cli/wasm.inc"
example=$POBF_SHARE/examples/kv
image=$work/kv.image
expect 0 'build' "$host" build "$example" --out "$image"
cp "$example/sample.txt" in.txt
run 'the sample' 0 "$(cat "$example/expected.txt")"

# The same queries, answered by another program.
by_awk() {
    LC_ALL=C awk -F '\t' '
        /^$/ && !asks { asks = 1; FS = " "; next }
        !asks { key[n++] = $1; line[$1] = $0; next }
        { $0 = $0; split($0, word, " ") }
        word[1] == "read" { print word[2] in line ? line[word[2]] : word[2] }
        word[1] == "scan" {
            left = word[3]
            for (i = 0; i < n && left > 0; i++) if (key[i] >= word[2]) { print line[key[i]]; left-- }
            print ""
        }
        word[1] == "count" {
            seen = 0
            for (i = 0; i < n; i++) seen += index(key[i], word[2]) == 1
            print seen
        }' in.txt
}
gcc -O2 -o generate "$example/workload/generate.c" -lm
./generate 3000 400 >in.txt
printf 'read user9\nread\ncount\nscan user002998 9\nscan z 1\n' | grep -v '^read$' >>in.txt
by_awk >wanted
[ "$(wc -l <wanted)" -gt 450 ] || no 'awk answers'
run '3,000 records of 1 KiB, 400 queries' 0 "$(cat wanted)"
[ "$(sed -n 's/^read //p' in.txt | sort | uniq -c | sort -rn | awk 'NR == 1 { print $1 }')" -gt 20 ] ||
    no 'few keys are asked for often'
ok 'few keys are asked for often'

# wrong SENTENCE INPUT MESSAGE: a failure of the function itself
wrong() { printf "$2" >in.txt; run "$1" 1 "$3"; }
wrong 'an empty input' '' 'line 0: the input ends without an empty line and queries'
wrong 'no queries' 'a\t1\nb\t2\n' 'line 2: the input ends without an empty line and queries'
wrong 'keys in another order' 'b\t1\na\t2\n\nread a\n' 'line 2: the records are not in the order of their keys, or one is twice'
wrong 'a key twice' 'a\t1\na\t2\n\nread a\n' 'line 2: the records are not in the order of their keys, or one is twice'
wrong 'a record without a value' 'a\t1\nb\n\nread a\n' 'line 2: a record is a key, a tab and a value'
wrong 'a record without a key' '\t1\n\nread a\n' 'line 1: a record is a key, a tab and a value'
for query in 'write a' read 'read a b' 'scan a' 'scan a 0' 'scan a -1' 'scan a 12345678' 'count a b' 'read '; do
    wrong "the query '$query'" "a\t1\n\ncount\n$query\n" 'line 4: a query is: read KEY, scan KEY COUNT, or count PREFIX'
done
# Answers beyond the output's 4 MiB: each key's record is asked for three thousand times.
{ ./generate 2 0; yes 'read user000001' | head -5000; } >in.txt
for backend in $backends; do
    expect 1 'answers without room' "$host" run "$image" --in in.txt --backend "$backend"
    gives "answers without room, on $backend" 'line 4052: the answers have no room in the output'
done
# More records than the arena holds: 24 bits of keys, no values to speak of.
seq 1000000 1040000 | sed 's/$/\tx/' >in.txt
printf '\ncount\n' >>in.txt
for backend in $backends; do
    expect 1 'records without room' "$host" run "$image" --in in.txt --backend "$backend"
    gives "records without room, on $backend" 'line 32769: the arena has no room for more records'
done
