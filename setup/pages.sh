#!/bin/sh
# Install the man pages and completions that the programs print of themselves: pages.sh BUILD SHARE
set -eu
build=$1 share=$2
page=$(mktemp)
trap 'rm -f "$page"' EXIT
put() { # PROGRAM FORM FILE
    "$build/$1" "--help=$2" >"$page"
    install -D -m 644 "$page" "$share/$3"
}
for program in pobf pobf-host pobf-verifier; do
    put $program man "man/man1/$program.1"
    put $program bash "bash-completion/completions/$program"
    put $program zsh "zsh/site-functions/_$program"
done
