#!/bin/sh
# Install what is missing of Debian's packages for `build`, `prove`, `demo`, `wasm` or `rust`: one apt line, printed.
set -eu
common="gcc libc6-dev make pkg-config libsodium-dev libssl-dev libevent-dev libcurl4-openssl-dev
        libjansson-dev libsqlite3-dev libseccomp-dev libcapstone-dev libelf-dev libtss2-dev libcmocka-dev valgrind jq
        curl openssl"
case ${1:-} in
build) wanted=$common ;;
prove) wanted="python3 gcc libc6-dev libsodium-dev libjansson-dev frama-c-base why3 cvc4 z3 coq jq spin" ;;
demo) wanted="bowtie2-examples${TEE:+ swtpm swtpm-tools}" ;;
wasm) wanted="gcc wabt clang lld wasi-libc libclang-rt-14-dev-wasm32" ;;
rust) wanted="gcc wabt lld rustc libstd-rust-dev-wasm32" ;;
ci) wanted="clang clang-format libclang-rt-14-dev graphviz golang-go golang-golang-x-mod-dev
    libxml2-utils chromium python3-yaml mandoc man-db zsh swtpm swtpm-tools tpm2-tools"
    command -v npm >/dev/null || wanted="$wanted nodejs npm" ;;
*) echo "usage: setup/install.sh build|prove|demo|wasm|rust|ci" >&2; exit 2 ;;
esac
missing=
for package in $wanted; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
        missing="$missing $package"
done
[ -n "$missing" ] || exit 0
as_root=
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
        echo "setup: not root, and there is no sudo. Let an administrator run:" >&2
        echo "  apt-get install -y --no-install-recommends$missing" >&2
        exit 3
    }
    as_root=sudo
fi
echo "${as_root:+$as_root }apt-get install -y --no-install-recommends$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        $missing >"$log" 2>&1
}
install || { $as_root apt-get update >"$log" 2>&1 && install; } || { cat "$log" >&2; exit 3; }
