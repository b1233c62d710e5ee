/*
 * The life of tasks on one host, with a crash at every step: intent, decrypt, run, wipe, compare, sign,
 * record, answer. Each task has a seat with a monitor of its own; all share one journal, whose syncs
 * make durable whatever was written before. A monitor may be killed; the host may be killed, which
 * leaves what was written; the power may fail, which takes any part of what was not synced.
 *
 * Every assertion here is a promise. BUG is one of the seeded bugs that check.sh expects to be found.
 */
#ifndef BUG
#define BUG 0
#endif
#define LATE_INTENT     1 /* the input is opened before its intent is durable          */
#define EARLY_SIGN      2 /* the receipt is signed before the wipe                     */
#define NO_COMPARE      3 /* what the wipe left is not looked at                       */
#define EARLY_ANSWER    4 /* the answer leaves before its receipt is durable           */
#define SILENT_HOST     5 /* a host that starts drops what is open                     */
#define SILENT_SEAT     6 /* a host whose monitor ended closes the intent, and says nothing */
#define DROP_FIRST      7 /* the journal is removed before the statements are durable  */
#define STATE_ALL       8 /* a statement also where there is a receipt                 */
#define NO_SYNC_AT_END  9 /* the journal is removed before recorded receipts are durable    */
#define NO_SYNC_FIRST  10 /* what is read of a journal is acted on before it is durable     */

#define TASKS 2
#define CRASHES 3

typedef Record { bool written; bool durable };
Record intent[TASKS];    /* in the journal: open */
Record closed[TASKS];    /* in the journal: an end follows the intent */
Record journaled[TASKS]; /* in the journal: the receipt */
Record receipt[TASKS];   /* its file */
Record statement[TASKS]; /* "forgotten by crash" */

bool decrypted[TASKS], is_signed[TASKS], answered[TASKS];
bool zone[TASKS];     /* the seat's zone holds what came of the input */
bool killed[TASKS];   /* the seat's monitor */
bool down, power;     /* the host is; and by loss of power */
bool cut;             /* the start of a host is cut off */
byte running;         /* seats at work */

#define is_dirty(t) (intent[t].written != intent[t].durable || closed[t].written != closed[t].durable || \
                     journaled[t].written != journaled[t].durable)

inline sync_all()
{
    d_step {
        i = 0;
        do
        :: i < TASKS ->
            intent[i].durable = intent[i].written;
            closed[i].durable = closed[i].written;
            journaled[i].durable = journaled[i].written;
            receipt[i].durable = receipt[i].written;
            statement[i].durable = statement[i].written;
            i++
        :: else -> break
        od;
        i = 0
    }
}

/* Of what was not synced any part may be gone. */
inline lose(record)
{
    if
    :: record.written = record.durable
    :: record.durable = record.written
    fi
}

inline decrypt(t)
{
    atomic {
        assert(intent[t].durable);
        zone[t] = true;
        decrypted[t] = true
    }
}

/* A wipe that fails is seen by the comparison: the monitor is poisoned and ends. */
inline wipe(t)
{
    if
    :: zone[t] = false
    :: skip
    fi
}

inline compare(t)
{
    if
    :: zone[t] && BUG != NO_COMPARE -> killed[t] = true; false
    :: else
    fi
}

inline sign(t)
{
    atomic {
        assert(!zone[t] && decrypted[t]);
        is_signed[t] = true
    }
}

inline answer(t)
{
    atomic {
        assert(is_signed[t] && !zone[t]);
        assert(journaled[t].durable || receipt[t].durable);
        assert(!statement[t].written);
        answered[t] = true
    }
}

inline serve(t)
{
    intent[t].written = true;
    if
    :: BUG == LATE_INTENT
    :: intent[t].durable
    fi;
    decrypt(t);
    if
    :: BUG == EARLY_SIGN -> sign(t)
    :: else
    fi;
    wipe(t);
    compare(t);
    sign(t);
    journaled[t].written = true;
    if
    :: BUG == EARLY_ANSWER
    :: journaled[t].durable
    fi;
    receipt[t].written = true;
    answer(t)
}

/* What the host does where a seat's monitor has ended. */
inline state(t)
{
    if
    :: intent[t].written && !journaled[t].written ->
        if
        :: BUG == SILENT_SEAT
        :: else -> statement[t].written = true; statement[t].durable = true
        fi;
        closed[t].written = true
    :: else
    fi
}

proctype Seat(byte t)
{
    atomic { !down -> running++ };
    { serve(t) } unless { killed[t] || down };
    if
    :: !down -> { if :: killed[t] -> zone[t] = false; state(t) :: else fi } unless { down }
    :: else
    fi;
    atomic { zone[t] = false; running-- } /* its memory is freed */
}

/* The thread that syncs, at any moment while something of the journal is not durable. */
active proctype Journal()
{
    byte i;
end:
    do
    :: atomic {
           !down && (is_dirty(0) || is_dirty(1)) -> sync_all()
       }
    od
}

inline recover_task(t)
{
    if
    :: journaled[t].written -> receipt[t].written = true
    :: else
    fi;
    if
    :: intent[t].written && !closed[t].written && (BUG == STATE_ALL || !journaled[t].written) &&
       BUG != SILENT_HOST ->
        if
        :: BUG == DROP_FIRST -> intent[t].written = false; intent[t].durable = false
        :: else
        fi;
        statement[t].written = true;
        statement[t].durable = true
    :: else
    fi
}

inline drop_journal(t)
{
    intent[t].written = false;
    intent[t].durable = false;
    closed[t].written = false;
    closed[t].durable = false;
    journaled[t].written = false;
    journaled[t].durable = false
}

inline recover()
{
    if
    :: BUG == NO_SYNC_FIRST
    :: else -> sync_all()
    fi;
    recover_task(0);
    recover_task(1);
    if
    :: BUG == NO_SYNC_AT_END
    :: else -> sync_all()
    fi;
    d_step { drop_journal(0); drop_journal(1) }
}

inline lose_power()
{
    atomic {
        t = 0;
        do
        :: t < TASKS ->
            lose(intent[t]); lose(closed[t]); lose(journaled[t]); lose(receipt[t]); lose(statement[t]);
            t++
        :: else -> break
        od;
        power = false
    }
}

/* The next host. Its start may be cut off as well. */
active proctype Host()
{
    byte t, i;
end:
    do
    :: down && running == 0 ->
again:
        if
        :: power -> lose_power()
        :: else
        fi;
        { recover(); down = false } unless { cut };
        if
        :: cut -> cut = false; goto again
        :: else
        fi
    od
}

active proctype Crashes()
{
    byte left = CRASHES;
    do
    :: left > 0 ->
        left--;
        if
        :: atomic { !down -> down = true }
        :: atomic { !down -> down = true; power = true }
        :: atomic { down && running == 0 && !cut -> cut = true }
        :: atomic { down && running == 0 && !cut -> cut = true; power = true }
        :: killed[0] = true
        :: killed[1] = true
        :: skip
        fi
    :: break
    od
}

/* A last stop of the host, so that all that is open has been seen to; then every task is held to its end. */
init
{
    byte t = 0;
    run Seat(0);
    run Seat(1);
    timeout;
    atomic { down = true; power = true };
    timeout;
    do
    :: t < TASKS ->
        assert(!decrypted[t] || receipt[t].durable || statement[t].durable); /* an end */
        assert(!(receipt[t].durable && statement[t].durable));               /* and one only */
        assert(!answered[t] || receipt[t].durable);                          /* nothing acknowledged is lost */
        assert(!receipt[t].durable || is_signed[t]);
        assert(!zone[t]);
        t++
    :: else -> break
    od
}
