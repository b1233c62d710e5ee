#!/bin/sh
# The report on a period as a page, in a real browser: of a whole folder, and of each kind of trouble.
set -eu
page_test=$PWD/tests/verifier/period/page.mjs
. tests/cli/pobf.inc
. "$POBF_SHARE/tests/cli/browser.inc"
. "$POBF_SHARE/tests/cli/period.inc"

# page CODE NAME FOLDER: the page and the text of what this folder comes to
page() {
    gives "$1" "a page: $2" "$pobf" report --period "$period" --receipts "$3" $sim --html "$2.html" --text "$2.txt"
}
page 0 valid good
cp -r good gap && rm "$(number gap 3)"
page 1 gap gap
cp -r good crash && crash good 6 >crash/crashed
page 1 crash crash
cp -r good tampered && flip "$(number tampered 2)" $(($(wc -c <"$(number good 2)") - 1))
printf x >"$(printf 'tampered/<img src=x onerror=alert(1)>\033[2J')"
page 1 tampered tampered
cp -r good open && rm "$(number open 5)" && rm open/*.evidence
page 3 unjudged open
mkdir none
page 3 empty none
node "$page_test" .
