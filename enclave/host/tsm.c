#include <stdio.h>
#include <string.h>

#include "contracts/sodium.h"
#include "edge/cli/cli.h"
#include "edge/cli/file.h"
#include "edge/cli/object.h"
#include "edge/cli/talk.h"
#include "enclave/host/commands.h"
#include "enclave/tee/tsm.h"

enum { PATH_LENGTH = 4096, LEVEL_MAX = 3 };

static int write_blob(const char *path, const char *suffix, const uint8_t *bytes, size_t size)
{
    char name[PATH_LENGTH];
    enum pobf_status status = POBF_E_SPACE;

    if (size == 0) {
        return 0;
    }
    if ((size_t)snprintf(name, sizeof name, "%s%s", path, suffix) < sizeof name) {
        status = file_write(name, bytes, size, 0);
    }
    return status == POBF_OK ? 0 : file_error(status, name);
}

static int tell(const struct tsm_report *report, const char *out, int as_json)
{
    int code = write_blob(out, "", report->outblob, report->outblob_size);

    if (code == 0) {
        code = write_blob(out, ".aux", report->auxblob, report->auxblob_size);
    }
    if (code == 0 && as_json) {
        object_print(json_pack("{s:s, s:o, s:b}", "provider", report->provider, "report_file",
                               object_path(out), "auxiliary", report->auxblob_size > 0));
    } else if (code == 0) {
        printf("%s\n", report->provider);
    }
    return code;
}

static int tell_failure(enum pobf_status status, const char *reports)
{
    if (status == POBF_E_MISSING) {
        return talk_error(status, reports, "this system is no guest of a confidential machine");
    }
    if (status == POBF_E_REFUSED) {
        return talk_error(status, "--privlevel", "is below the floor, or there are no levels");
    }
    if (status == POBF_E_STATE) {
        return talk_error(POBF_E_SYSTEM, reports, "somebody else wrote to the same entry");
    }
    return talk_error(status, reports, NULL);
}

static int ask(const struct tsm_options *options, const char *hex, const char *out, int as_json)
{
    uint8_t data[TSM_INBLOB_MAX];
    size_t size = 0;
    struct tsm_report report;
    enum pobf_status status;
    int code;

    if (sodium_hex2bin(data, sizeof data, hex, strlen(hex), NULL, &size, NULL) != 0 || size == 0 ||
        2 * size != strlen(hex)) {
        return talk_error(POBF_E_USAGE, "--report-data", "takes 2 to 128 hex digits");
    }
    status = tsm_ask(&report, options, data, size);
    if (status != POBF_OK) {
        return tell_failure(status, options->reports);
    }
    code = tell(&report, out, as_json);
    tsm_clear(&report);
    return code;
}

int tsm_main(int argc, char **argv)
{
    struct tsm_options options = {.reports = TSM_REPORTS, .privlevel = -1};
    uint64_t level = UINT64_MAX;
    const char *data = NULL;
    const char *out = NULL;
    int as_json = 0;
    const struct cli_option table[] = {
        {"report-data", CLI_VALUE, &data, "HEX", "what the report is over, at most 64 bytes"},
        {"out", CLI_VALUE, &out, "FILE", "the report; what the host keeps beside it: FILE.aux"},
        {"privlevel", CLI_NUMBER, &level, "N", "from this level (SEV-SNP: VMPL)"},
        {"reports", CLI_VALUE, &options.reports, "FOLDER", "where configfs-tsm is"},
        {"json", CLI_FLAG, &as_json, NULL, "print one JSON object"},
    };
    const struct cli_usage usage = {
        "pobf-host tsm --report-data HEX --out FILE [option]...",
        "Ask the confidential machine that this system is the guest of for its evidence.",
        table,
        sizeof table / sizeof table[0],
        0,
        0,
    };
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);

    if (code >= 0) {
        return code;
    }
    if (data == NULL || out == NULL) {
        return talk_error(POBF_E_USAGE, "tsm", "needs --report-data and --out");
    }
    if (level != UINT64_MAX && level > LEVEL_MAX) {
        return talk_error(POBF_E_USAGE, "--privlevel", "0 to 3");
    }
    options.privlevel = level == UINT64_MAX ? -1 : (int)level;
    return ask(&options, data, out, as_json);
}
