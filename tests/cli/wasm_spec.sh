#!/bin/sh
# The specification's own tests of WebAssembly, as functions: what is asserted holds, what must trap traps, and
# what is not valid is not built. They are not ours: Debian's source of binaryen has them, and apt fetches and checks it.
# The first module of some tests is built, of what must trap or is not valid every eighth is tried; POBF_SPEC=all tries
# all there is, which takes long.
set -eu
setup/install.sh wasm >/dev/null
tools=$PWD/tests/cli
. tests/cli/project.inc

# What is of a feature that is not offered, or written as wabt does not read it; and what is within the limits of others:
# imports, names that are not plain, functions of a hundred parameters. A table does not grow, nor a memory to 640 MiB, as the specification allows.
not_offered='address64 align64 array atomics br_on_null bulk-memory bulk-memory64 call_ref elem elem_reftypes endianness64
exception-handling float_memory64 i31 imports linking load64 memory64 memory_grow64 memory_redundancy64 memory_trap64
multivalue ref_as_non_null ref_cast ref_eq resizing64 simd struct table tags tuples typecheck'
of_others='call data func_ptrs names ref_func'
do_not_grow='resizing table_grow table_size'
most=1 every=8 chosen='address br_table call_indirect conversions endianness f32 f64 float_misc globals i32 i64 labels memory64 memory_trap
memory_grow select switch unwind'
[ "${POBF_SPEC:-}" != all ] || most=100000 every=1 chosen=

sources() { # the machine's own sources of Debian, of source packages this time
    mkdir -p apt/parts apt/lists/partial
    for list in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
        [ ! -f "$list" ] || sed 's/^Types: deb$/Types: deb-src/; s/^deb /deb-src /' "$list" >"apt/parts/$(basename "$list")"
    done
}
fetch() {
    sources
    set -- -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$PWD/apt/parts" -o "Dir::State::Lists=$PWD/apt/lists"
    apt-get "$@" update && apt-get "$@" source --download-only binaryen && tar xf binaryen_*.orig.tar.* --wildcards '*/test/spec/*.wast'
}
fetch >fetch.log 2>&1 || { echo 'SKIP: the source of binaryen cannot be fetched: no specification tests'; exit 0; }
tests=$(echo "$PWD"/binaryen-*/test/spec)
[ "$(find "$tests" -name '*.wast' | wc -l)" -ge 100 ] || no "its tests: $(ls)"

is_one_of() { # is_one_of NAME LIST
    case " $(echo $2) " in *" $1 "*) ;; *) false ;; esac
}
is_tried() { # every so many, of those that this counts
    tried=$((tried + 1))
    [ $((tried % every)) = 0 ]
}
put_number() { # four bytes, the lowest first
    printf "\\$(printf %03o $(($1 & 255)))\\$(printf %03o $(($1 >> 8)))\\000\\000"
}
# call CHOICE: a receipt says that all was restored, however it ends; $seen is how
call() {
    seen=0
    "$host" run module.image --in in.bin >out 2>err || seen=$?
    grep -q ' 0 mismatches' err || no "$test, $number: all was restored"
}
# traps NUMBER TEXT: it ends so; where memory is guarded the processor finds what reaches past it
traps() {
    put_number "$1" >in.bin
    call
    case $2 in
    *memory*) text='out of bounds memory or table access\|touched memory outside' ;;
    *table*) text='out of bounds memory or table access' ;;
    *element* | *indirect*) text='undefined element or indirect call type mismatch' ;;
    *) text=$2 ;;
    esac
    [ $seen = 1 ] && grep -q "$text" out err || no "$test, $number: assertion $1 traps ($seen): $2"
}

# Control: an assertion that is wrong is found, and one that should trap and does not.
test=control number=0
mkdir made
cat >control.wast <<'W'
(module (func (export "one") (result i32) (i32.const 1)))
(assert_return (invoke "one") (i32.const 1))
(assert_return (invoke "one") (i32.const 2))
(assert_trap (invoke "one") "unreachable")
W
python3 "$tools/wasm_spec.py" control.wast made 1 >out 2>err || no 'control'
"$host" build made/0.wasm --out module.image >out 2>err || no 'control'
: >in.bin
call
[ $seen = 1 ] && grep -qx 'exit status 1001' out || no 'control: the second assertion does not hold'
sed -i '/const 2/d' control.wast
python3 "$tools/wasm_spec.py" control.wast made 1 >out 2>err && "$host" build made/0.wasm --out module.image >out 2>err || no 'control'
put_number 1 >in.bin
call
[ $seen = 1 ] && grep -qx 'exit status 999' out || no 'control: it does not trap'
rm -r made
ok 'control: an assertion that does not hold is found'

asserted=0 trapping=0 left_out=0 modules=0 invalids=0 tried=0
: >refused
for path in "$tests"/*.wast; do
    test=$(basename "$path" .wast)
    case $test in *.fail | old_*) continue ;; esac
    ! is_one_of "$test" "$do_not_grow" || continue
    [ -z "$chosen" ] || is_one_of "$test" "$chosen" || continue
    mkdir made
    if ! without=$(python3 "$tools/wasm_spec.py" "$path" made $most 2>err); then
        is_one_of "$test" "$not_offered $of_others" || no "$test: wabt reads it"
        without=0
    fi
    for wasm in made/[0-9]*.wasm; do
        [ -e "$wasm" ] || continue
        number=$(basename "$wasm" .wasm)
        if ! "$host" build "$wasm" --out module.image >out 2>err; then
            sed -n "s|.*$wasm: |$test: |p" err >>refused
            is_one_of "$test" "$not_offered" || is_one_of "$test" "$of_others" || no "$test, $number: it is built"
            continue
        fi
        modules=$((modules + 1))
        : >in.bin
        call
        [ $seen = 0 ] || no "$test, $number: an assertion does not hold"
        asserted=$((asserted + $(cat "made/$number.asserted")))
        while read -r trap text; do
            ! is_tried || { traps "$trap" "$text"; trapping=$((trapping + 1)); }
        done <"made/$number.traps"
    done
    left_out=$((left_out + without))
    for wasm in made/refused.*.wasm; do
        [ -e "$wasm" ] || continue
        ! "$host" build "$wasm" --out bad.image >out 2>err || no "$test: $wasm is refused"
        sed -n "s|.*$wasm: |$test: |p" err >>refused
    done
    for wasm in made/bad.*.wasm; do
        [ -e "$wasm" ] && is_tried || continue
        ! "$host" build "$wasm" --out bad.image >out 2>err && [ ! -e bad.image ] || no "$test: $wasm is not built"
        grep -q "$wasm: " err && ! grep -q 'no _start' err || no "control: $wasm is refused for what it is"
        invalids=$((invalids + 1))
    done
    rm -r made
done
sort refused | uniq -c
! grep -q 'no _start' refused || no 'what is refused is named'
[ $asserted -ge 7000 ] && [ $trapping -ge 16 ] && [ $invalids -ge 30 ] || no "control: $asserted, $trapping, $invalids"
ok "$asserted assertions hold, in $modules modules; $left_out are left out"
ok "$trapping that must trap do"
ok "$invalids modules that are not valid are not built"
