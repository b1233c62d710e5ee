#!/bin/sh
# Clocks that are set, forwards and back by years, under a log, its witnesses and a host, between calls and during
# them: nothing waits, nothing is lost, and no log is told to have forked.
set -eu
. tests/cli/pobf.inc
. "$POBF_SHARE/tests/cli/witness.inc"

# What day it is, for all programs here, is shifted by the seconds in a file; what ticks by itself goes on as it does.
cat >clock.c <<'C'
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const char *seconds = "0";

__attribute__((constructor)) static void find(void)
{
    const int file = open(getenv("CLOCK"), O_RDONLY | O_CLOEXEC);
    void *there = mmap(NULL, 32, PROT_READ, MAP_SHARED, file, 0);

    seconds = there == MAP_FAILED ? seconds : there;
    close(file);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    const long result = syscall(SYS_clock_gettime, clock, now);

    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        now->tv_sec += atol(seconds);
    }
    return (int)result;
}

time_t time(time_t *to)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (to != NULL) {
        *to = now.tv_sec;
    }
    return now.tv_sec;
}

int gettimeofday(struct timeval *to, void *zone)
{
    struct timespec now;

    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    *to = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
    return 0;
}
C
gcc -shared -fPIC -O1 -o clock.so clock.c 2>err || no 'the clock that can be set'
set_clock() { printf '%-31s\0' "$1" | dd of=clock conv=notrunc 2>dd.err; }
year=31556952

serve_log() { # serve_log ADDRESS:PORT
    : >where
    "$verifier" log serve log --key key --policy policy --listen "$1" >where 2>>log.err &
    log=$!
    await [ -s where ] || no 'the log starts'
    url=$(sed 's/listening on //' where)
}
metric() { curl -sf "http://127.0.0.1:$(cat port)/metrics" | sed -n "s/^pobf_log_$1 //p"; }
count=0
call() {
    count=$((count + 1))
    echo "input $count" >in
    "$pobf" call "http://127.0.0.1:$(cat port)" --in in --out "out.$count" --reference reference.json \
        --insecure-accept-sim >out 2>err || no "call $count"
}
are_proved() { [ "$(metric backlog)" = 0 ] && [ "$(ls receipts | grep -c 'tlog-proof$')" = $count ]; }
all_proved() {
    await are_proved || no "$1: backlog $(metric backlog)"
}

receipts 0
mkdir receipts
for name in key w.1.key w.2.key w.3.key; do "$verifier" keygen --eddsa --out $name >out 2>err; done
"$verifier" log init log --origin log.example/pobf --key key >vkey
set_clock 0
CLOCK=$PWD/clock
LD_PRELOAD=$PWD/clock.so
export CLOCK LD_PRELOAD
set_clock $((20 * year))
[ "$(date +%Y)" -gt 2040 ] || no 'control: a clock that is set is seen'
set_clock 0
for n in 1 2 3; do watch $n; done
policy 3 >policy
serve_log 127.0.0.1:0
serve hello.image --trustlets 1 --receipts receipts --log "$url" --log-key vkey
for shift in 0 $((10 * year)) $((-20 * year)) 3600 -3600 $((-45 * year)) 0; do
    set_clock "$shift"
    call
    all_proved "the clock is set by $shift seconds"
done
ok 'clocks that are set between calls hold up no proof'
address=$(sed 's#listening on http://##' where)
kill -9 "$log" && wait "$log" 2>/dev/null || true
call
set_clock $((-30 * year))
call
serve_log "$address"
set_clock $((15 * year))
all_proved 'clocks are set while receipts wait'
ok 'nor do those that are set while receipts wait, or while the log begins'
kill "$served" && wait "$served" || no 'the host ends'
set_clock $((-25 * year))
serve hello.image --trustlets 1 --receipts receipts --log "$url" --log-key vkey
call
all_proved 'the next host lives in another year'
[ "$(metric alarms)" = 0 ] && [ "$(metric refusals_total)" = 0 ] || no 'no log is told to have forked'
ok 'the next host, in another year, knows what the log had shown'
halt
set_clock 0
for receipt in receipts/*.receipt; do
    "$pobf" log verify-inclusion "$receipt" --proof "$receipt.tlog-proof" --vkey vkey >out 2>err || no "$receipt"
done
ok 'every proof holds'
are_signed() { [ "$(grep -c witness.example log/checkpoint)" = 3 ]; }
await are_signed || no 'all three witnesses sign'
[ "$(sed -n 2p log/checkpoint)" = $count ] || no 'each receipt is there once'
gives 0 'the log is whole, and all three witnesses have signed it' "$pobf" log audit log --policy policy
gives 0 'no receipt is missing' "$pobf" log gaps receipts
