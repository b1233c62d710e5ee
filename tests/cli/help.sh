#!/bin/bash
# --help, man page, completion, README and what the programs really take: all of it is from one table, and agrees.
set -eu
build=$(realpath "$1")
PATH=$build:$PATH
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
lines() { tr -s ' ' '\n' <<<"$1" | sort; }
ok() { echo "ok: $1"; }
no() { echo "FAILED: $1" >&2; exit 1; }
programs='pobf pobf-host pobf-verifier'
"$root/setup/pages.sh" "$build" "$work/share"
for program in $programs; do . "$work/share/bash-completion/completions/$program"; done

# The maps of all programs, as the completion has them: words of commands, values of options.
declare -A words=() values=()
for map in _pobf _pobf_host _pobf_verifier; do
    declare -n of_words=${map}_words of_values=${map}_values
    for path in "${!of_words[@]}"; do words[$path]=${of_words[$path]}; done
    for option in "${!of_values[@]}"; do values[$option]=${of_values[$option]}; done
done
[ ${#words[@]} -gt 20 ] || no 'there are commands'

# What --help says of itself: names of commands, or of options.
said() { $1 --help | sed -nE 's/^  (--[a-z][a-z-]*) .*/\1/p; s/^  ([a-z][a-z-]*)  .*/\1/p'; }
for path in "${!words[@]}"; do
    [ "$( (said "$path"; echo --help) | sort)" = "$(lines "${words[$path]}")" ] ||
        no "$path --help and its completion agree"
done
ok 'every --help and completion agree'

# Every option is taken, with a value where the table has one; --help behind it ends well.
count=0
for path in "${!words[@]}"; do
    for word in ${words[$path]}; do
        [[ $word == --* ]] || continue
        value=()
        [ -z "${values["$path $word"]+set}" ] || value=(1)
        $path "$word" "${value[@]}" --help >"$work/out" 2>"$work/err" </dev/null || no "$path takes $word"
        count=$((count + 1))
    done
    code=0
    $path --no-such-thing >"$work/out" 2>"$work/err" </dev/null || code=$?
    [ $code = 2 ] || no "$path refuses what is in no table"
done
[ $count -gt 100 ] || no 'there are options'
ok "each of $count options is taken, others are not"

for program in $programs; do
    page=$work/share/man/man1/$program.1
    sed -n 's/^\.SS "\(.*\)"$/\1/p' "$page" | sed 's/\\-/-/g' | sort >"$work/man"
    for path in "${!words[@]}"; do
        [[ $path == "$program "* && ${words[$path]} != [a-z]* ]] && echo "$path"
    done | sort >"$work/table"
    cmp -s "$work/man" "$work/table" || no "the man page of $program has every command"
    sed -n 's/^\\fB\\-\\-\(.*\)\\fR.*/--\1/; T; s/\\fR.*//; s/\\-/-/g; p' "$page" | sort >"$work/man"
    for path in "${!words[@]}"; do
        [[ $path == "$program "* && ${words[$path]} != [a-z]* ]] && lines "${words[$path]}" | grep -v '^--help$' || true
    done | sort >"$work/table"
    cmp -s "$work/man" "$work/table" || no "the man page of $program has every option"
    command -v man >/dev/null || { echo 'SKIP: no man'; continue; }
    [ -z "$(LC_ALL=C.UTF-8 man -l --warnings "$page" 2>&1 >/dev/null)" ] || no "man takes the page of $program"
    command -v mandoc >/dev/null || { echo 'SKIP: no mandoc'; continue; }
    mandoc -T lint -W warning "$page" >"$work/lint" || no "mandoc takes the page of $program: $(cat "$work/lint")"
done
ok 'the man pages have every command and option, and are well-formed'

# The README and the chapters: every command of ours that they show is one, with options that it takes.
sed -n 's/^| .* | `\(pobf[^|]*\) |$/\1/p' "$root/README.md" | tr -d '`,' | sed 's/then //' >"$work/readme"
for program in $programs; do
    grep "^$program " "$work/readme" | sed "s/^$program //" | sed 's/\<hello\>//g' | tr -s ' ' '\n' | sort >"$work/shown"
    lines "${words[$program]}" | grep -v '^--' >"$work/table"
    cmp -s "$work/shown" "$work/table" || no "README.md lists the commands of $program"
done
ok 'the README lists every command'
git -C "$root" ls-files '*.md' 2>/dev/null | sed "s|^|$root/|" | xargs cat | sed -e ':a' -e '/\\$/{N;s/\\\n//;ba' -e '}' |
    grep -oE '^    (\$ )?(\./)?(build/)?pobf(-host|-verifier)? [^|#>]*' | sed -E 's|^ *(\$ )?(\./)?(build/)?||' >"$work/lines"
[ "$(wc -l <"$work/lines")" -gt 10 ] || no 'the README shows command lines'
while read -r program rest; do
    path=$program
    for word in $rest; do
        word=${word%%=*}
        if [ -n "${words["$path $word"]+set}" ]; then
            path="$path $word"
        elif [[ $word == --[a-z]* && $word != --help && $word != --version ]]; then
            [[ " ${words[$path]} " == *" $word "* ]] || no "a README says '$path ... $word', which is not taken"
        fi
    done
    [[ $path == *' '* ]] || [[ $rest == --* ]] || no "a README says '$program $rest', which is no command"
done <"$work/lines"
ok "all $(wc -l <"$work/lines") command lines of the READMEs are taken"

# Exit codes: one table.
codes=$(pobf --help | sed -n 's/.*Exit codes: \(.*\)\./\1/p')
[ "$codes" = '0 yes, 1 no, 2 usage, 3 cannot tell' ] || no 'the exit codes'
[ "$(tr -d '*\n' <"$root/README.md" | grep -o '0 yes, 1 no [^,]*, *2 usage, *3 cannot tell' | sed 's/ ([^)]*)//; s/  */ /g')" = "$codes" ] ||
    no 'README.md has the exit codes'
[ "$(sed -n '/^\.SH EXIT STATUS/,/^\.SH SEE/s/^\.B //p' "$work/share/man/man1/pobf.1" | xargs)" = '0 1 2 3' ] || no 'the man page has the exit codes'
ok 'exit codes agree'

# A real bash completes a line, as it would after TAB.
completes() { # LINE: what would be offered, the last word being completed
    bash -c '. "$1"; read -ra COMP_WORDS <<<"$2"; [[ $2 != *" " ]] || COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); compopt() { :; }
        run=$(complete -p "${COMP_WORDS[0]}"); run=${run#*-F }; ${run%% *}; printf "%s\n" "${COMPREPLY[@]}"' \
        - "$work/share/bash-completion/completions/${1%% *}" "$1" | sort | paste -sd " "
}
offers() { # LINE WORDS
    [ "$(completes "$1")" = "$2" ] || no "bash completes '$1': $(completes "$1")"
}
cd "$work"
mkdir folder
touch a.receipt 'a b'
offers 'pobf ve' 'verify'
offers 'pobf log ' '--help audit gaps verify-consistency verify-inclusion'
offers 'pobf log audit --vk' '--vkey'
offers 'pobf verify a.' 'a.receipt'
offers 'pobf verify --nonce ' ''
offers 'pobf-host serve --receipts ' 'folder share'
offers 'pobf-host run --backend k' 'kvm'
offers 'pobf-verifier log ini' 'init'
offers 'pobf call --in log --o' '--out'
offers 'pobf no-such --x' ''
ok 'bash completes commands, options, choices, files and folders'

# zsh itself, at a terminal of its own, with TAB.
command -v zsh >/dev/null || { echo 'SKIP: no zsh'; exit 0; }
cat >drive.zsh <<'Z'
zmodload zsh/zpty
zpty -b shell "PS1='' TERM=dumb zsh -f -i"
tell() { zpty -w shell "$1"; }
tell 'unsetopt zle_bracketed_paste; fpath=('$1' $fpath); autoload -Uz compinit; compinit -u -D; zstyle ":completion:*" menu no; echo re''ady'
zpty -m shell $'*ready*' all
zpty -w -n shell "$2"$'\t'
sleep ${3:-1}
zpty -w -n shell $'\C-a echo got:\C-e:end\n'
got=; for i in {1..40}; do zpty -r -t shell part && got+=$part; [[ $got == *:end*:end* ]] && break; sleep 0.1; done
print -r -- "$got"
zpty -d shell
Z
types() { # LINE EXPECTED: what stands at the prompt after TAB
    for wait in 1 3 9; do
        zsh -f drive.zsh "$work/share/zsh/site-functions" "$1" $wait >typed 2>&1 || true
        ! tr -d '\r' <typed | grep -qF "got:$2" || return 0
    done
    no "zsh completes '$1' to '$2': $(cat -v typed)"
}
types 'pobf ver' 'pobf verify'
types 'pobf log aud' 'pobf log audit'
types 'pobf log audit --vk' 'pobf log audit --vkey'
types 'pobf-host run --backend k' 'pobf-host run --backend kvm'
ok 'zsh completes too'
