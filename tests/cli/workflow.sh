#!/bin/sh
# The workflow that a service developer copies (examples/workflow/prove.yml) runs commands that exist: its
# own lines are run here, in a project as it is made for that. And whatever it uses is pinned.
set -eu
build=$(realpath "$1")
root=$PWD
workflow=$root/examples/workflow/prove.yml
POBF_SHARE=$root
PATH=$build:$PATH
export POBF_SHARE PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

ok() { echo "ok: $1"; }
no() { echo "FAILED: $1" >&2; cat out err >&2 2>/dev/null; exit 1; }

pobf-host new count --with-contracts >out 2>err
cd count
sed -n 's/^ *- run: \(pobf-host .*\)/\1/p' "$workflow" >../lines
[ "$(wc -l <../lines)" -eq 4 ] || no 'it builds, runs, measures and proves'
while read -r line; do
    case $line in
    *' prove '*) command -v frama-c >/dev/null || { echo 'SKIP: frama-c is not installed'; continue; } ;;
    esac
    sh -c "$line" >../out 2>../err || no "it runs: $line"
    ok "it runs: $line"
done <../lines
[ ! -s prove.sarif ] || jq -e '.runs[0].invocations[0].executionSuccessful' prove.sarif >/dev/null || no 'SARIF is written'
for file in function.image reference.json; do [ -s $file ] || no "$file is there to be uploaded"; done

for line in 'setup/install.sh build' 'setup/install.sh prove' 'make -C pobf install'; do
    grep -qF "$line" "$workflow" || no "it says: $line"
done
make -C "$root" -n install DESTDIR="$work/root" >/dev/null || no 'make install is there'
sed -n 's/^ *\(- \)\{0,1\}uses: //p' "$workflow" >../uses
! grep -vE '@v[0-9]+\.[0-9]+\.[0-9]+$' ../uses || no 'every action is pinned by version'
! grep -E '://' "$workflow" || no 'it names no host'
ok 'whatever it uses is pinned by version, and no host is named'
! grep "$(printf '\t')" "$workflow" || no 'YAML knows no tabs'
if python3 -c 'import yaml' 2>/dev/null; then
    python3 -c 'import sys, yaml; w = yaml.safe_load(open(sys.argv[1])); assert all("run" in s or "uses" in s for s in w["jobs"]["prove"]["steps"])' \
        "$workflow" || no 'it is YAML'
    ok 'it is YAML, and each of its steps runs or uses something'
else
    echo 'SKIP: no YAML for python3'
fi
