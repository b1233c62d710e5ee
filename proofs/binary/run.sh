#!/bin/sh
# The binary check of the build in $1; $2 is `all`, or `some`: fewer pairs, and a tenth of the zoo.
# Leaves $1/binary.json (see README.md). 0: yes; 1: something is left, or was not found; 3: cannot tell.
set -eu
build=$1 extent=${2:-all}
here=proofs/binary
out=$build/proofs/binary
residue=$out/residue
case $extent in
all) pairs=16 alarms=100 step=1 samples=4000000 ;;
some) pairs=2 alarms=10 step=10 samples=100000 ;;
*) echo "usage: $here/run.sh BUILD all|some" >&2; exit 2 ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { [ ! -t 2 ] || printf '\r\033[K%s' "$*" >&2; }
digest() { sha256sum "$1" | cut -d' ' -f1; }

# The images of functions: one fills all that it can write with its input, one traps.
image() {
    name=$1
    POBF_SHARE=$PWD "$build/pobf-host" new "$name" --in "$work" >"$work/log" 2>&1 &&
        cp "tests/hostile/$name.c" "$work/$name/function.c" &&
        jq '.input_max = 8192 | .output_max = 8192 | .deadline_ms = 5000' "$work/$name/pobf.json" \
            >"$work/json" && mv "$work/json" "$work/$name/pobf.json" &&
        POBF_SHARE=$PWD "$build/pobf-host" build "$work/$name" --out "$work/$name.image" \
            >>"$work/log" 2>&1 || { cat "$work/log" >&2; exit 3; }
}
image keep
image trap

# run BACKEND PROGRAM IMAGE COMMAND VARIES: one line of JSON; what could not be told has no bytes
run() {
    say "differential: $1, $3, $5"
    seen=0
    "$residue" "$1" "$build/$2" "$work/$3.image" "$4" "$5" "$pairs" >"$work/run" || seen=$?
    [ "$seen" -le 1 ] || [ -s "$work/run" ] || echo '{"differing_bytes": null}' >"$work/run"
    jq -c --arg program "$2" --arg program_sha256 "$(digest "$build/$2")" --arg image "$3" \
        --arg image_sha256 "$(digest "$work/$3.image")" --arg backend "$1" \
        '{$backend, $program, $program_sha256, $image, $image_sha256,
          substituted: (if $backend == "kvm" then ["ground", "stand", "random"] else [] end)} + .' "$work/run"
}
for subject in 'keep s' 'trap u'; do
    for varies in input key draws; do
        run process pobf-monitor $subject $varies
        [ $varies = draws ] || run kvm pobf-trustlet $subject $varies
    done
done >"$work/runs"

# The zoo. An animal is found where the differential is sure of a difference, in the place it names.
"$out/zoo/zoo" list | sed 's/$/\tzoo/' >"$work/animals"
while read -r name; do printf '%s\t-\tseeded\n' "$name"; done <"$here/zoo/seeds" >>"$work/animals"
[ ! -w /dev/kvm ] || sed 's/$/\tplanted/' "$here/zoo/plants" >>"$work/animals"

# look NAME PAIRS [FROM]: the differential of an animal, of the monitor with that leak, or of a machine
# in which something was put after it had forgotten; what is "mended:" has no such thing
look() {
    case $kind in
    zoo) "$residue" zoo "$out/zoo/zoo" "$@" ;;
    seeded)
        for varies in input key; do
            "$residue" process "$out/zoo/seeded" "$work/keep.image" s $varies "$2" "$1" || return $?
        done
        ;;
    planted)
        where=$1
        case $where in mended:*) where= ;; esac
        "$residue" kvm "$build/pobf-trustlet" "$work/keep.image" s input 2 $where
        ;;
    esac
}
found_at() {
    jq -s -e --arg place "$place" 'any(.[].places[]?; .name |
        if $place == "variables" then . == "memory" or endswith("/zoo")
        else $place == "-" or . == $place end)' \
        "$work/look" >/dev/null
}
n=0
: >"$work/zoo"
while IFS="$(printf '\t')" read -r name place kind; do
    n=$((n + 1))
    [ $((n % step)) -eq 0 ] || continue
    say "zoo: $name"
    seen=0
    look "$name" 4 >"$work/look" 2>&1 || seen=$?
    found=false
    [ $seen -lt 2 ] || found=null
    [ $seen -ne 1 ] || ! found_at || found=true
    twin=false seen=0
    look "mended:$name" 4 >"$work/twin" 2>&1 || seen=$?
    case $seen in 0) ;; 1) twin=true ;; *) twin=null ;; esac
    jq -cn --arg name "$name" --argjson found $found --argjson twin $twin '{$name, $found, $twin}'
done <"$work/animals" >"$work/zoo"

# False alarms: mended animals, each time with other secrets.
raised=0 untold=0 n=0
while [ $n -lt $alarms ]; do
    kind=zoo
    name=$(cut -f1 "$work/animals" | sed -n "$((n % 60 + 1))p")
    say "control: $n"
    seen=0
    look "mended:$name" 1 $((1000 + n)) >/dev/null 2>&1 || seen=$?
    case $seen in 0) ;; 1) raised=$((raised + 1)) ;; *) untold=$((untold + 1)) ;; esac
    n=$((n + 1))
done
say ''

say 'images, linking, constant time'
[ -s "$build/matrix.json" ] && cp "$build/matrix.json" "$work/matrix" || echo null >"$work/matrix"
"$here/checks.sh" "$build" "$samples" >"$work/checks" || [ -s "$work/checks" ] || echo null >"$work/checks"
say ''
jq -n --slurpfile runs "$work/runs" --slurpfile zoo "$work/zoo" --slurpfile checks "$work/checks" \
    --slurpfile matrix "$work/matrix" --arg source "$("$here/source.sh")" \
    --arg compiler "$(${CC:-gcc} --version | head -n 1)" --arg extent "$extent" \
    --argjson alarms "$alarms" --argjson raised "$raised" --argjson untold "$untold" '
    def told: ($runs | length) > 0 and
              all($runs[]; .differing_bytes != null and .unsteady_bytes == 0 and .published_bytes > 0) and
              all($zoo[]; .found != null and .twin != null) and $untold == 0 and
              $checks[0] != null and all($checks[0][]; .result == "yes");
    def bad: any($matrix[0] | select(.source == $source) | .matrix[].runs[]; .differing_bytes > 0) or
             any($runs[]; (.differing_bytes // 0) > 0) or
             any($zoo[]; .found == false or .twin == true) or
             $raised > 0 or any($checks[0][]?; .result == "no");
    {tool: "pobf-binary 1",
     verdict: (if bad then "no" elif told then "yes" else "cannot tell" end),
     $extent, $compiler,
     programs: ($runs | map({name: .program, sha256: .program_sha256}) | unique),
     images: ($runs | map({name: .image, sha256: .image_sha256}) | unique),
     pairs: ($runs | map(.pairs // 0) | min), rounds: ($runs | map(.rounds // 0) | min),
     differing_bytes: (if any($runs[]; .differing_bytes == null) then null
                       else $runs | map(.differing_bytes) | add end),
     $runs, matrix: (if $matrix[0].source == $source then $matrix[0].matrix else null end),
     zoo: {total: ($zoo | length), found: ($zoo | map(select(.found)) | length),
           missed: ($zoo | map(select(.found != true) | .name)),
           twins_flagged: ($zoo | map(select(.twin)) | length)},
     false_alarms: {runs: $alarms, alarms: $raised}, checks: $checks[0]}' >"$build/binary.json"
jq -r '"binary check: \(.verdict); \(.differing_bytes // "?") differing bytes in \(.runs | length) runs of \(.pairs) pairs, " +
       "zoo \(.zoo.found) of \(.zoo.total), false alarms \(.false_alarms.alarms) of \(.false_alarms.runs), " +
       "checks \([.checks[]? | select(.result == "yes")] | length) of \([.checks[]?] | length)"' "$build/binary.json"
jq -r '.runs[] | select((.differing_bytes // 0) > 0) | .places[] as $p |
       "residue: \(.backend), \(.image), \(.varies): \($p.bytes) bytes in \($p.name)"' "$build/binary.json" >&2
jq -r '.checks[]? | select(.result != "yes") | "\(.id): \(.subject): expected \(.expected), seen \(.seen)"' \
    "$build/binary.json" >&2
jq -r '.zoo.missed[] | "zoo: \(.) was not found"' "$build/binary.json" >&2
case $(jq -r .verdict "$build/binary.json") in yes) ;; no) exit 1 ;; *) exit 3 ;; esac
