#include "edge/cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "edge/cli/clock.h"

enum { BAR = 40, LINE = 80, HUNDREDTHS = 100 };

static const double mebibyte = 1 << 20;
static int is_on_line; /* a bar stands where the next text would */

int progress_is_seen(void)
{
    return isatty(STDERR_FILENO);
}

static void show_bar(const struct progress *progress)
{
    const int filled = progress->shown * BAR / HUNDREDTHS;

    fprintf(stderr, "[%.*s%*s] %3d %% of ", filled, "########################################",
            BAR - filled, "", progress->shown);
}

/* "630.0 MiB, 31.2 MiB/s"; with a bar before it that is the total, else what is done. */
static void show_bytes(const struct progress *progress)
{
    const double done = (double)progress->done / mebibyte;
    const double ms = (double)(clock_ms() - progress->began_ms);

    fprintf(stderr, "%.1f MiB, %.1f MiB/s ",
            progress->total > 0 ? (double)progress->total / mebibyte : done,
            ms > 0 ? done * 1000 / ms : 0);
}

static void show(const struct progress *progress)
{
    is_on_line = 1;
    fputc('\r', stderr);
    if (progress->total > 0) {
        show_bar(progress);
    }
    if (progress->what == NULL) {
        show_bytes(progress);
    } else {
        fprintf(stderr, "%" PRIu64 " %s", progress->total, progress->what);
    }
}

void progress_begin(struct progress *progress, const char *what, uint64_t total)
{
    *progress = (struct progress){.what = what, .total = total, .shown = -1};
    if (progress_is_seen() && total > 0) {
        progress->shown = 0;
        show(progress);
    }
}

void progress_begin_bytes(struct progress *progress, uint64_t total)
{
    *progress = (struct progress){.total = total, .shown = -1, .began_ms = clock_ms()};
    if (progress_is_seen()) {
        progress->shown = 0;
        show(progress);
    }
}

void progress_step(struct progress *progress)
{
    progress_add(progress, 1);
}

void progress_add(struct progress *progress, uint64_t count)
{
    int now = 0;

    progress->done += count;
    if (progress->shown < 0 || (progress->total > 0 && progress->done > progress->total)) {
        return;
    }
    if (progress->total > 0) {
        now = (int)((double)progress->done * HUNDREDTHS / (double)progress->total);
    }
    if (now != progress->shown || progress->what == NULL) {
        progress->shown = now;
        show(progress);
    }
}

void progress_hide(void)
{
    if (is_on_line) {
        fprintf(stderr, "\r%*s\r", LINE, "");
    }
    is_on_line = 0;
}

void progress_end(struct progress *progress)
{
    progress_hide();
    progress->shown = -1;
}
