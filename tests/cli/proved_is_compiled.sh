#!/bin/sh
# What is proved is what is compiled: a module that could show the prover another text, or keep from it
# what runs, is refused by line; the modules that there are pass.
set -eu
twin=$PWD/proofs/twin.sh
$twin framework/*/*.c
echo 'ok: no module shows the prover another text'
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cd "$work"
refuses() { # refuses SENTENCE LINE SAYS: the module on stdin is refused for this line
    cat >module.c
    ! $twin module.c 2>err || { echo "accepted: $1" >&2; exit 1; }
    grep -q "^module.c:$2: .*$3" err || { echo "refused for another reason: $1" >&2; cat err >&2; exit 1; }
    echo "ok: refused: $1"
}
accepts() {
    cat >module.c
    $twin module.c || { echo "refused: $1" >&2; exit 1; }
    echo "ok: accepted: $1"
}
attribute='#if defined(__GNUC__) && !defined(__clang__) && !defined(__FRAMAC__)
__attribute__((noipa))
#else
__attribute__((noinline))
#endif'
accepts 'an attribute that is the only difference' <<END
#include "framework/core/wipe.h"
/* __FRAMAC__ and #if may stand in comments */
$attribute
void f(void)
{
    __asm__ volatile("" : : "r"(secret) : "memory");
}
END
refuses 'a body for the prover' 1 'a conditional' <<'END'
#ifdef __FRAMAC__
END
refuses 'a body for the prover, behind a comment' 2 'a conditional' <<'END'

/* x */ # /* y */ if 1
END
refuses 'a statement where only the attribute may stand' 2 'a conditional' <<'END'
#if defined(__GNUC__) && !defined(__clang__) && !defined(__FRAMAC__)
__attribute__((noipa)) int f(void) { return 1; }
#endif
END
refuses 'a directive in another spelling' 1 'a spelling' <<'END'
%:ifdef X
END
refuses 'a directive over two lines' 1 'a spelling' <<'END'
#\
if 1
END
refuses "a value that the compiler's switches decide" 1 __OPTIMIZE__ <<'END'
int f(void) { return __OPTIMIZE__; }
END
refuses 'a body in the place of another' 1 __attribute__ <<'END'
__attribute__((alias("g"))) void f(void);
END
refuses 'an instruction' 1 assembly <<'END'
__asm__ volatile("movb $1, (%0)" : : "r"(secret) : "memory");
END
refuses 'a file from outside' 1 'a directive' <<'END'
#include "/etc/passwd"
END
refuses 'a file from above' 1 'a directive' <<'END'
#include "framework/../x.h"
END
refuses 'a pragma that changes code' 1 'a directive' <<'END'
#pragma GCC optimize("O0")
END
