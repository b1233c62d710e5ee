#!/bin/sh
# A developer's cache of proofs: the same text is not proved by the same tools again, anything else is.
# What is written into it by hand passes for a proof, so it counts for nobody who did not ask for it.
set -eu
command -v frama-c >/dev/null || { echo 'SKIP: frama-c is not installed'; exit 0; }
proofs=$PWD/proofs
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cd "$work"
export WHY3CONFIG="$proofs/why3.conf" POBF_PROVERS=cvc4
unset POBF_PROOF_CACHE POBF_WP_CACHE
cache=$work/cache
ok() { echo "ok: $1"; }
no() { echo "FAILED: $1" >&2; cat log >&2; exit 1; }
key() { "$proofs/key.sh" module.c; }
module() {
    cat >number.h <<'END'
#define NUMBER 42
/*@ requires small: 0 <= x < 100; terminates \true; exits \false; assigns \nothing;
    ensures number: \result == x + NUMBER; */
int number(int x);
END
    printf '#include "number.h"\nint number(int x) { return x + 42; }\n' >module.c
}
# proves, asks, takes: the module is proved, with these settings; by the prover, or without it
proves() { rm -f asked && env "$@" "$proofs/wp.sh" module.c report/module.json >log 2>&1; }
asks() { proves "$@" && [ -e asked ]; }
takes() { proves "$@" && [ ! -e asked ]; }

# The prover, but it leaves a note when it is asked for a proof.
mkdir bin
cat >bin/frama-c <<END
#!/bin/sh
[ "\$1" = -version ] || touch "$work/asked"
exec $(command -v frama-c) "\$@"
END
chmod +x bin/frama-c
PATH=$work/bin:$PATH

module
asks A= && [ ! -e "$cache" ] || no 'without a cache the prover is asked, and nothing is kept'
ok 'without a cache the prover is asked, and nothing is kept'
asks POBF_PROOF_CACHE="$cache" && [ "$(ls "$cache")" = "$(key)" ] || no 'a proof is kept under its key'
ok 'a proof is kept under its key'
takes POBF_PROOF_CACHE="$cache" || no 'the same is not proved again'
ok 'the same is not proved again'
asks POBF_PROOF_CACHE="$cache" POBF_WP_CACHE=rebuild && asks A= || no 'but where that is asked for'
ok 'but where that is asked for, or no cache is named'

same=$(key)
differs() { # differs SENTENCE [NAME=VALUE]: the key is another one now
    seen=$(env "${2:-A=}" "$proofs/key.sh" module.c)
    module
    [ "$seen" != "$same" ] && [ "$(key)" = "$same" ] || no "$1"
    ok "$1"
}
sed -i 's/ensures number/ensures result/' number.h && differs 'another contract has another key'
sed -i 's/NUMBER 42/NUMBER 41/' number.h && differs 'so has a macro that only a contract reads'
sed -i 's/42/40 + 2/' module.c && differs 'and another body'
differs 'and another setting' POBF_SMOKE_STEPS=1

sed -i 's/42/43/' module.c
! proves POBF_PROOF_CACHE="$cache" && [ "$(ls "$cache")" = "$same" ] || no 'what is not proved is not kept'
ok 'what is not proved is not kept'
cp -r "$cache/$same" "$cache/$(key)"
takes POBF_PROOF_CACHE="$cache" || no 'control: who wrote into the cache can forge a proof'
! proves A= && ! proves POBF_PROOF_CACHE="$cache" POBF_WP_CACHE=rebuild || no 'a forged proof counts for nobody else'
ok 'a forged proof counts for nobody who did not ask for the cache'

module
rm "$cache/$same/csv"
! proves POBF_PROOF_CACHE="$cache" || no 'an entry of which a part is missing is refused'
ok 'an entry of which a part is missing is refused'
printf '#!/bin/sh\necho 24.0\n' >bin/frama-c
! key >log || no 'a tool of another version has no key'
ok 'with a tool of another version nothing has a key'
