#include "enclave/pool/pool.h"

#include <sched.h>

/* The n-th processor that we may run on, from 0, as link_options counts them; 0 where there is none. */
static uint32_t core_of(const cpu_set_t *cores, size_t n)
{
    for (uint32_t i = 0; i < CPU_SETSIZE; i++) {
        if (CPU_ISSET(i, cores) && n-- == 0) {
            return i + 1;
        }
    }
    return 0;
}

static void make_shelves(struct pool *pool, size_t seats)
{
    cpu_set_t cores;

    CPU_ZERO(&cores);
    if (seats < 2 || sched_getaffinity(0, sizeof cores, &cores) != 0) {
        return;
    }
    while (pool->shelf_count < seats && pool->shelf_count < POOL_SHELVES_MAX &&
           core_of(&cores, pool->shelf_count) != 0) {
        pool->shelf_count++;
    }
    for (size_t i = 0; i < pool->shelf_count; i++) {
        pool->shelves[i].core = core_of(&cores, i);
    }
}

void pool_init(struct pool *pool, const struct link_options *options, size_t wanted, size_t seats)
{
    *pool = (struct pool){.options = *options, .wanted = wanted, .shelf_count = 1};
    make_shelves(pool, seats);
    pool->idle_wanted = options->zygote == NULL ? 0 : pool->shelf_count;
}

static struct link *take_at(struct pool_shelf *shelf, size_t at)
{
    struct link *link = shelf->warm[at];

    shelf->count--;
    for (size_t i = at; i < shelf->count; i++) {
        shelf->warm[i] = shelf->warm[i + 1];
    }
    shelf->warm[shelf->count] = NULL;
    return link;
}

void pool_give(struct pool *pool, struct link *link)
{
    if (link == NULL) {
        return;
    }
    if (pool->leaving_count == POOL_LEAVING_MAX) {
        link_close(link); /* so many at once: somebody has to wait for them */
        return;
    }
    link_hang_up(link);
    pool->leaving[pool->leaving_count++] = link;
}

static void drop_dead(struct pool *pool, struct pool_shelf *shelf)
{
    size_t at = 0;

    while (at < shelf->count) {
        if (link_state(shelf->warm[at]) == LINK_GONE) {
            pool_give(pool, take_at(shelf, at));
        } else {
            at++;
        }
    }
}

void pool_bury(struct pool *pool)
{
    size_t left = 0;

    for (size_t i = 0; i < pool->shelf_count; i++) {
        drop_dead(pool, &pool->shelves[i]);
    }
    if (pool->options.zygote != NULL) {
        zygote_bury(pool->options.zygote);
    }
    for (size_t i = 0; i < pool->leaving_count; i++) {
        if (!link_bury(pool->leaving[i])) {
            pool->leaving[left++] = pool->leaving[i];
        }
    }
    pool->leaving_count = left;
}

void pool_empty(struct pool *pool)
{
    pool->wanted = pool->idle_wanted = 0;
    for (size_t i = 0; i < pool->shelf_count; i++) {
        while (pool->shelves[i].count > 0) {
            pool_give(pool, take_at(&pool->shelves[i], 0));
        }
    }
}

void pool_close(struct pool *pool)
{
    pool_empty(pool);
    while (pool->leaving_count > 0) {
        link_close(pool->leaving[--pool->leaving_count]);
    }
}

/* The oldest that is up, or else the oldest that comes up. */
static struct link *take_warm(struct pool *pool, struct pool_shelf *shelf)
{
    drop_dead(pool, shelf);
    for (size_t i = 0; i < shelf->count; i++) {
        if (link_state(shelf->warm[i]) == LINK_UP) {
            return take_at(shelf, i);
        }
    }
    return shelf->count > 0 ? take_at(shelf, 0) : NULL;
}

static enum pobf_status begin(struct pool *pool, struct link **link, const struct pool_shelf *shelf)
{
    struct link_options options = pool->options;

    options.core = shelf->core;
    return link_begin(link, &options);
}

enum pobf_status pool_take(struct pool *pool, struct link **link, size_t seat)
{
    struct pool_shelf *shelf = &pool->shelves[seat % pool->shelf_count];

    *link = take_warm(pool, shelf);
    if (*link != NULL) {
        pool->hits++;
        return POBF_OK;
    }
    pool->misses++;
    return begin(pool, link, shelf);
}

enum pobf_status pool_refill(struct pool *pool)
{
    enum pobf_status status = POBF_OK;

    for (size_t i = 0; i < pool->shelf_count; i++) {
        struct pool_shelf *shelf = &pool->shelves[i];

        while (shelf->count < pool->wanted && status == POBF_OK) {
            status = begin(pool, &shelf->warm[shelf->count], shelf);
            shelf->count += status == POBF_OK;
        }
    }
    if (status == POBF_OK && pool->idle_wanted > 0) {
        status = zygote_refill(pool->options.zygote, pool->idle_wanted);
    }
    return status;
}

size_t pool_warm(const struct pool *pool)
{
    size_t count = 0;

    for (size_t i = 0; i < pool->shelf_count; i++) {
        count += pool->shelves[i].count;
    }
    return count;
}

size_t pool_idle(const struct pool *pool)
{
    return pool->options.zygote == NULL ? 0 : pool->options.zygote->idle_count;
}

int pool_is_settled(const struct pool *pool)
{
    return pool->leaving_count == 0 && pool_warm(pool) == pool->wanted * pool->shelf_count &&
           pool_idle(pool) >= pool->idle_wanted;
}
