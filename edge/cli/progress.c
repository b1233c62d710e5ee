#include "edge/cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

enum { BAR = 40, HUNDREDTHS = 100 };

int progress_is_seen(void)
{
    return isatty(STDERR_FILENO);
}

static void show(const struct progress *progress)
{
    const int filled = progress->shown * BAR / HUNDREDTHS;

    fprintf(stderr, "\r[%.*s%*s] %3d %% of %" PRIu64 " %s", filled,
            "########################################", BAR - filled, "", progress->shown,
            progress->total, progress->what);
}

void progress_begin(struct progress *progress, const char *what, uint64_t total)
{
    *progress = (struct progress){what, total, 0, progress_is_seen() && total > 0 ? 0 : -1};
    if (progress->shown == 0) {
        show(progress);
    }
}

void progress_step(struct progress *progress)
{
    int now;

    progress->done++;
    if (progress->shown < 0 || progress->done > progress->total) {
        return;
    }
    now = (int)(progress->done * HUNDREDTHS / progress->total);
    if (now != progress->shown) {
        progress->shown = now;
        show(progress);
    }
}

/* The line is cleared: what is said next begins where it began. */
void progress_end(struct progress *progress)
{
    if (progress->shown >= 0) {
        fprintf(stderr, "\r%*s\r", BAR + 40, "");
    }
    progress->shown = -1;
}
