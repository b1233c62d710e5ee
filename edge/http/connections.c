#include "edge/http/connections.h"

#include <stdlib.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>

#include "edge/cli/clock.h"
#include "edge/http/page.h"

/* We hold a reference to each stream, so that it stays readable after evhttp has let go of it. */
struct connection {
    struct bufferevent *stream; /* NULL: a free place */
    int64_t since_s;            /* the client's turn began */
    int paused;                 /* it is our turn */
    size_t body_max;            /* of a request; said where evhttp refuses one */
};

struct connections {
    SSL_CTX *tls;
    struct event *sweep;
    int64_t patience_s;
    size_t body_max;
    uint32_t count;
    struct connection at[];
};

/* A stream that evhttp has freed has lost all its callbacks; one that it uses hears of errors. */
static int is_let_go(struct bufferevent *stream)
{
    bufferevent_event_cb event_callback;

    bufferevent_getcb(stream, NULL, NULL, &event_callback, NULL);
    return event_callback == NULL;
}

/* Before anything of it is sent: what has just begun is whole by now. */
static void look_at_answer(evutil_socket_t none, short what, void *context)
{
    const struct connection *connection = context;

    (void)none;
    (void)what;
    if (connection->stream != NULL) {
        page_replace(bufferevent_get_output(connection->stream), connection->body_max);
    }
}

static void on_output(struct evbuffer *output, const struct evbuffer_cb_info *info, void *context)
{
    const struct timeval at_once = {0, 0};
    const struct connection *connection = context;

    (void)output;
    if (info->n_added > 0 && info->orig_size == 0) {
        (void)event_base_once(bufferevent_get_base(connection->stream), -1, EV_TIMEOUT,
                              look_at_answer, context, &at_once);
    }
}

static void release(struct connection *connection)
{
    evbuffer_remove_cb(bufferevent_get_output(connection->stream), on_output, connection);
    bufferevent_decref(connection->stream);
    *connection = (struct connection){0};
}

static void sweep_one(struct connections *connections, struct connection *connection)
{
    const int64_t age_s = clock_s() - connection->since_s;

    if (is_let_go(connection->stream)) {
        release(connection);
    } else if (!connection->paused && age_s > connections->patience_s) {
        /* The socket's end is what evhttp sees next, and it then frees the connection. */
        shutdown(bufferevent_getfd(connection->stream), SHUT_RDWR);
    }
}

static void sweep(evutil_socket_t none, short what, void *context)
{
    struct connections *connections = context;

    (void)none;
    (void)what;
    for (uint32_t i = 0; i < connections->count; i++) {
        if (connections->at[i].stream != NULL) {
            sweep_one(connections, &connections->at[i]);
        }
    }
}

enum pobf_status connections_open(struct connections **connections, struct event_base *base,
                                  SSL_CTX *tls, uint32_t count_max, uint32_t patience_s,
                                  size_t body_max)
{
    const struct timeval second = {1, 0};
    struct connections *made =
        calloc(1, sizeof(struct connections) + count_max * sizeof(struct connection));

    *connections = NULL;
    if (made == NULL) {
        return POBF_E_SYSTEM;
    }
    made->tls = tls;
    made->patience_s = patience_s;
    made->body_max = body_max;
    made->count = count_max;
    made->sweep = event_new(base, -1, EV_PERSIST, sweep, made);
    if (made->sweep == NULL || event_add(made->sweep, &second) != 0) {
        connections_close(made);
        return POBF_E_SYSTEM;
    }
    *connections = made;
    return POBF_OK;
}

void connections_close(struct connections *connections)
{
    if (connections == NULL) {
        return;
    }
    for (uint32_t i = 0; i < connections->count; i++) {
        if (connections->at[i].stream != NULL) {
            release(&connections->at[i]);
        }
    }
    if (connections->sweep != NULL) {
        event_free(connections->sweep);
    }
    free(connections);
}

/* A free place, or NULL: then the connection is one too many. */
static struct connection *find_place(struct connections *connections)
{
    for (uint32_t i = 0; i < connections->count; i++) {
        if (connections->at[i].stream != NULL && is_let_go(connections->at[i].stream)) {
            release(&connections->at[i]);
        }
        if (connections->at[i].stream == NULL) {
            return &connections->at[i];
        }
    }
    return NULL;
}

static struct bufferevent *open_stream(struct event_base *base, SSL_CTX *tls)
{
    SSL *session;
    struct bufferevent *stream;

    if (tls == NULL) {
        return bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
    }
    session = SSL_new(tls);
    if (session == NULL) {
        return NULL;
    }
    /* The session is the stream's from here on, also where this fails. */
    stream = bufferevent_openssl_socket_new(base, -1, session, BUFFEREVENT_SSL_ACCEPTING,
                                            BEV_OPT_CLOSE_ON_FREE);
    if (stream != NULL) {
        bufferevent_openssl_set_allow_dirty_shutdown(stream, 1);
    }
    return stream;
}

/* evhttp gives the stream its socket only after we have returned: so this comes just later. */
static void cut_later(evutil_socket_t none, short what, void *context)
{
    struct bufferevent *stream = context;

    (void)none;
    (void)what;
    shutdown(bufferevent_getfd(stream), SHUT_RDWR);
    bufferevent_decref(stream);
}

static void refuse(struct event_base *base, struct bufferevent *stream)
{
    const struct timeval at_once = {0, 0};

    bufferevent_incref(stream);
    if (event_base_once(base, -1, EV_TIMEOUT, cut_later, stream, &at_once) != 0) {
        bufferevent_decref(stream); /* it stays open a while, but is never served */
    }
}

struct bufferevent *connections_accept(struct event_base *base, void *context)
{
    struct connections *connections = context;
    struct connection *place = find_place(connections);
    struct bufferevent *stream = open_stream(base, connections->tls);

    if (stream == NULL) {
        return NULL; /* evhttp then opens a plain stream of its own, which we do not know */
    }
    if (place == NULL) {
        refuse(base, stream);
        return stream;
    }
    bufferevent_incref(stream);
    *place = (struct connection){stream, clock_s(), 0, connections->body_max};
    evbuffer_add_cb(bufferevent_get_output(stream), on_output, place);
    return stream;
}

static struct connection *find(struct connections *connections, const struct bufferevent *stream)
{
    for (uint32_t i = 0; i < connections->count; i++) {
        if (connections->at[i].stream == stream) {
            return &connections->at[i];
        }
    }
    return NULL;
}

int connections_know(struct connections *connections, const struct bufferevent *stream)
{
    return find(connections, stream) != NULL;
}

static void set_turn(struct connections *connections, const struct bufferevent *stream, int paused)
{
    struct connection *connection = find(connections, stream);

    if (connection != NULL) {
        connection->paused = paused;
        connection->since_s = clock_s();
    }
}

void connections_pause(struct connections *connections, const struct bufferevent *stream)
{
    set_turn(connections, stream, 1);
}

void connections_resume(struct connections *connections, const struct bufferevent *stream)
{
    set_turn(connections, stream, 0);
}
