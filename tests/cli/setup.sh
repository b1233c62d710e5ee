#!/bin/sh
# What set-up says and does, on a machine that lacks packages: one line, printed first, and nothing by
# stealth. The commands that it calls are replaced, so nothing is installed here.
set -eu
setup=$(realpath setup/install.sh)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

ok() { echo "ok: $1"; }
no() { echo "FAILED: $1" >&2; cat out err >&2 2>/dev/null; exit 1; }
# stand_in NAME LINE: what is run in place of this command
stand_in() { printf '#!/bin/sh\n%s\n' "$2" >"bin/$1" && chmod +x "bin/$1"; }
# gives CODE SENTENCE ARGUMENT...: set-up ends with this exit code
gives() {
    code=$1 sentence=$2 seen=0
    shift 2
    env -i PATH="$work/bin" TMPDIR="$work" sh "$setup" "$@" >out 2>err || seen=$?
    [ "$seen" = "$code" ] || no "$sentence (exit $seen, expected $code)"
    ok "$sentence"
}

mkdir bin
for tool in sh env grep mktemp rm cat; do ln -s "$(command -v $tool)" bin/$tool; done
stand_in dpkg-query 'echo "install ok installed"'
stand_in apt-get 'echo "$@" >>calls'
stand_in id 'echo 1000'

gives 0 'where nothing is missing nothing is done' build
[ ! -s out ] && [ ! -s err ] && [ ! -e calls ] || no 'and nothing is said'
gives 2 'an unknown set is a usage error' everything

stand_in dpkg-query 'case $4 in libsodium-dev | jq) exit 1 ;; *) echo "install ok installed" ;; esac'
gives 3 'without root and sudo, what is missing is told and not installed' build
grep -qx '  apt-get install -y --no-install-recommends libsodium-dev jq' err && [ ! -e calls ] ||
    no 'it says the line for an administrator'
ok 'it says the line for an administrator'

stand_in id 'echo 0'
gives 0 'root installs what is missing, and that alone' build
[ "$(cat out)" = 'apt-get install -y --no-install-recommends libsodium-dev jq' ] || no 'one line, printed'
[ "$(cat calls)" = 'install -y --no-install-recommends libsodium-dev jq' ] || no 'as it was printed'
ok 'it is one line, printed, and run as it was printed'

stand_in id 'echo 1000'
stand_in sudo 'exec "$@"'
rm calls
gives 0 'a user with sudo installs by it' build
[ "$(cat out)" = 'sudo apt-get install -y --no-install-recommends libsodium-dev jq' ] && [ -s calls ] || no 'by sudo'

stand_in apt-get 'echo "E: no network"; exit 100'
gives 3 'an installation that fails is told, with what apt said' build
grep -q 'E: no network' err || no 'what apt said'
[ -z "$(ls | grep '^tmp' || true)" ] || no 'no temporary file is left'
