#include "enclave/pool/pool.h"

void pool_init(struct pool *pool, const struct link_options *options, size_t wanted)
{
    *pool = (struct pool){.options = *options, .wanted = wanted};
}

static struct link *take_oldest(struct pool *pool)
{
    struct link *link = pool->warm[0];

    pool->count--;
    for (size_t i = 0; i < pool->count; i++) {
        pool->warm[i] = pool->warm[i + 1];
    }
    pool->warm[pool->count] = NULL;
    return link;
}

void pool_close(struct pool *pool)
{
    while (pool->count > 0) {
        link_close(take_oldest(pool));
    }
    pool->wanted = 0;
}

enum pobf_status pool_take(struct pool *pool, struct link **link)
{
    while (pool->count > 0) {
        *link = take_oldest(pool);
        if (link_await(*link) == POBF_OK) {
            return POBF_OK;
        }
        link_close(*link); /* it died while it waited */
    }
    return link_open(link, &pool->options);
}

enum pobf_status pool_refill(struct pool *pool)
{
    enum pobf_status status = POBF_OK;

    while (pool->count < pool->wanted && status == POBF_OK) {
        status = link_begin(&pool->warm[pool->count], &pool->options);
        pool->count += status == POBF_OK;
    }
    return status;
}
