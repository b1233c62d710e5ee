#include "verifier/period/sanitization.h"

#include <stdlib.h>
#include <string.h>

#include "edge/cli/help.h"
#include "verifier/report/words.h"

#define BY_HAND "to be filled in"
#define NO_PERSON "not applicable: done by software on every call, without a person"
#define NO_DEVICE "not applicable: memory of an enclave, no device of its own"
#define NOT_CERTIFIED "NOT CERTIFIED: see the verdict"

/* Section, field, what is certified only by a good verdict, value. */
#define FIELDS(X)                                                                                  \
    X("Person Performing Sanitization", "Name", 0, NO_PERSON)                                      \
    X("Person Performing Sanitization", "Title", 0, NO_PERSON)                                     \
    X("Person Performing Sanitization", "Organization", 0, BY_HAND ": who operates the hosts")     \
    X("Person Performing Sanitization", "Location", 0, BY_HAND ": where the hosts are")            \
    X("Person Performing Sanitization", "Phone", 0, BY_HAND)                                       \
    X("Media Information", "Make/Vendor", 0, NO_DEVICE)                                            \
    X("Media Information", "Model Number", 0, NO_DEVICE)                                           \
    X("Media Information", "Serial Number", 0,                                                     \
      "not applicable to memory; {boots:boot id stands|boot ids stand} for it, in the receipts")   \
    X("Media Information", "Media Property Number", 0, NO_DEVICE)                                  \
    X("Media Information", "Media Type", 0,                                                        \
      "volatile memory: all that a function in an enclave can write, {zone_bytes} bytes at most")  \
    X("Media Information", "Source", 0, "the functions of the measurements in this report")        \
    X("Media Information", "Classification", 0, "not known: the data provider's")                  \
    X("Media Information", "Data Backed Up", 0,                                                    \
      "Unknown: the enclave keeps no copy, the data provider may")                                 \
    X("Media Information", "Backup Location", 0, "not known: the data provider's")                 \
    X("Sanitization Details", "Method Type", 1, "Clear")                                           \
    X("Sanitization Details", "Method Used", 1, "Overwrite; Crypto Erase of each task's key")      \
    X("Sanitization Details", "Method Details", 1,                                                 \
      "after every call ({receipts:receipt|receipts}): memory brought back to the golden image, "  \
      "registers "                                                                                 \
      "cleared, key destroyed, before the answer left")                                            \
    X("Sanitization Details", "Tool Used (include version)", 1,                                    \
      "pobf " HELP_VERSION ", by the monitors whose digests are in this report")                   \
    X("Sanitization Details", "Verification Method", 1,                                            \
      "Full: every restored byte compared, on every call; {mismatches} differ")                    \
    X("Sanitization Details", "Post Sanitization Classification", 0,                               \
      "not known: the data provider's")                                                            \
    X("Sanitization Details", "Notes", 0,                                                          \
      "what is not covered is listed in this report{host_trusted?; the hosts are trusted|}")       \
    X("Media Destination", "Internal Reuse", 1, "yes: the memory serves later calls")              \
    X("Media Destination", "External Reuse", 0, "not applicable")                                  \
    X("Media Destination", "Recycling Facility", 0, "not applicable")                              \
    X("Media Destination", "Manufacturer", 0, "not applicable")                                    \
    X("Media Destination", "Other (specify in details area)", 0, "not applicable")                 \
    X("Media Destination", "Details", 0, "not applicable")                                         \
    X("Signature", "Signature", 0,                                                                 \
      "not applicable to the whole: each receipt is signed by its enclave")                        \
    X("Signature", "Date", 0, "each receipt has its own, by its host's clock")                     \
    X("Validation", "Name", 0, BY_HAND ": who checked this report")                                \
    X("Validation", "Title", 0, BY_HAND)                                                           \
    X("Validation", "Organization", 0, BY_HAND)                                                    \
    X("Validation", "Location", 0, BY_HAND)                                                        \
    X("Validation", "Phone", 0, BY_HAND)                                                           \
    X("Validation", "Signature", 0, BY_HAND)                                                       \
    X("Validation", "Date", 0, BY_HAND)

static const struct {
    const char *section, *field;
    int is_certified;
    const char *value;
} fields[] = {
#define X(section, field, is_certified, value) {section, field, is_certified, value},
    FIELDS(X)
#undef X
};

json_t *sanitization_json(const json_t *summary)
{
    const char *verdict = json_string_value(json_object_get(summary, "verdict"));
    const int affirmed = verdict != NULL && strcmp(verdict, "affirmed") == 0;
    json_t *list = json_array();

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        char *value = words_fill(
            fields[i].is_certified && !affirmed ? NOT_CERTIFIED : fields[i].value, summary);

        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s}", "section", fields[i].section, "field",
                                        fields[i].field, "value", value != NULL ? value : "-"));
        free(value);
    }
    return list;
}
