#include "enclave/host/flight.h"

#include <string.h>

#include "edge/cli/file.h"

static size_t take_reply(char *bytes, size_t one, size_t count, void *context)
{
    struct reply *reply = context;
    const size_t size = one * count;

    if (size > INCLUSION_MAX - reply->size) {
        return 0;
    }
    memcpy(reply->text + reply->size, bytes, size);
    reply->size += size;
    reply->text[reply->size] = '\0';
    return size;
}

enum pobf_status flight_open(struct flight *flight, const struct route *route)
{
    flight->curl = route_handle(route);
    if (flight->curl == NULL) {
        return POBF_E_SYSTEM;
    }
    curl_easy_setopt(flight->curl, CURLOPT_WRITEFUNCTION, take_reply);
    curl_easy_setopt(flight->curl, CURLOPT_PRIVATE, flight);
    return POBF_OK;
}

void flight_close(struct flight *flight, CURLM *multi)
{
    flight_land(flight, multi);
    curl_easy_cleanup(flight->curl);
}

struct flight *flight_of(CURL *curl)
{
    struct flight *flight = NULL;

    curl_easy_getinfo(curl, CURLINFO_PRIVATE, (char **)&flight);
    return flight;
}

int flight_ask(struct flight *flight, CURLM *multi, const struct route *route, enum leg leg,
               const char *path)
{
    struct reply *reply = leg == LEG_ADD ? &flight->proof : &flight->growth;

    reply->size = 0;
    reply->text[0] = '\0';
    route_ask(route, flight->curl, path, leg == LEG_ADD ? flight->receipt : NULL,
              flight->receipt_size);
    curl_easy_setopt(flight->curl, CURLOPT_WRITEDATA, reply);
    if (curl_multi_add_handle(multi, flight->curl) != CURLM_OK) {
        return 0;
    }
    flight->leg = leg;
    return 1;
}

static void leave(struct flight *flight, CURLM *multi)
{
    if (flight->leg == LEG_ADD || flight->leg == LEG_GROWTH) {
        curl_multi_remove_handle(multi, flight->curl);
    }
}

long flight_arrive(struct flight *flight, CURLM *multi)
{
    long code = 0;

    curl_easy_getinfo(flight->curl, CURLINFO_RESPONSE_CODE, &code);
    leave(flight, multi);
    flight->leg = LEG_HELD;
    return code;
}

void flight_land(struct flight *flight, CURLM *multi)
{
    leave(flight, multi);
    file_free(flight->receipt, flight->receipt_size);
    flight->receipt = NULL;
    flight->leg = LEG_NONE;
}

const char *flight_read_proof(struct flight *flight, const struct note_key *log)
{
    const struct reply *reply = &flight->proof;
    struct inclusion inclusion;

    switch ((int)inclusion_verify(&flight->tree.checkpoint, reply->text, reply->size,
                                  flight->receipt, flight->receipt_size, log)) {
    case POBF_OK:
        break;
    case POBF_E_MISSING:
    case POBF_E_REFUSED:
        return "its proof is of another log";
    case POBF_E_INPUT:
        return "its answer is no proof";
    default:
        return "its proof does not hold for the receipt";
    }
    if (inclusion_parse(&inclusion, reply->text, reply->size) != POBF_OK) {
        return "its answer is no proof";
    }
    flight->tree.note = inclusion.checkpoint;
    flight->tree.note_size = inclusion.checkpoint_size;
    return NULL;
}

enum pobf_status flight_read_growth(const struct flight *flight, struct proof *proof)
{
    const struct reply *reply = &flight->growth;
    const char *end = proof_parse(proof, reply->text, reply->size);

    return end == reply->text + reply->size ? POBF_OK : POBF_E_INPUT;
}
