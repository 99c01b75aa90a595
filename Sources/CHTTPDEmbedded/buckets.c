// SPDX-License-Identifier: Apache-2.0
//
// The buckets that tests send: their memory is counted, overwritten, of unknown length, late, or broken.
#include "embedded.h"
#include <stdlib.h>

// --- Counted memory --------------------------------------------------------------------------------

typedef struct counted {
    chttpd_embedded *owner;
    unsigned char bytes[];
} counted;

static void release(void *data) {
    counted *c = (counted *)((char *)data - offsetof(counted, bytes));
    c->owner->live_buckets--;
    free(c);
}

apr_bucket *embedded_heap_bucket(chttpd_embedded *e, const void *p, size_t n, apr_bucket_alloc_t *list) {
    counted *c = embedded_grow(NULL, 1, sizeof(*c) + n);
    c->owner = e;
    if (n) memcpy(c->bytes, p, n);
    e->live_buckets++;
    return apr_bucket_heap_create((char *)c->bytes, n, release, list);
}

void chttpd_embedded_heap(chttpd_embedded *e, const void *p, size_t n) {
    APR_BRIGADE_INSERT_TAIL(e->outgoing, embedded_heap_bucket(e, p, n, e->outgoing->bucket_alloc));
}

int chttpd_embedded_live_buckets(const chttpd_embedded *e) { return e->live_buckets; }

// --- Memory that is overwritten --------------------------------------------------------------------

apr_bucket *embedded_transient_bucket(chttpd_embedded *e, const void *p, size_t n, apr_bucket_alloc_t *list) {
    embedded_scratch *s = embedded_grow(NULL, 1, sizeof(*s) + n);
    s->count = n;
    s->is_spent = 0;
    s->next = e->scratch;
    e->scratch = s;
    if (n) memcpy(s->bytes, p, n);
    return apr_bucket_transient_create((char *)s->bytes, n, list);
}

void embedded_spend(chttpd_embedded *e) {
    for (embedded_scratch *s = e->scratch; s && !s->is_spent; s = s->next) {
        memset(s->bytes, '#', s->count);
        s->is_spent = 1;
    }
}

void chttpd_embedded_transient(chttpd_embedded *e, const void *p, size_t n) {
    APR_BRIGADE_INSERT_TAIL(e->outgoing, embedded_transient_bucket(e, p, n, e->outgoing->bucket_alloc));
}

apr_bucket_brigade *chttpd_embedded_outgoing(chttpd_embedded *e) { return e->outgoing; }

apr_status_t chttpd_embedded_pass(chttpd_embedded *e) {
    // Filters may get an empty brigade; without one there is nobody to bear it.
    int skips = APR_BRIGADE_EMPTY(e->outgoing) && !e->request.output_filters->next;
    apr_status_t status = skips ? APR_SUCCESS : ap_pass_brigade(e->request.output_filters, e->outgoing);
    apr_brigade_cleanup(e->outgoing);
    embedded_spend(e);
    return status;
}

// --- Unknown length --------------------------------------------------------------------------------

typedef struct unknown {
    chttpd_embedded *owner;
    size_t count, taken, piece;
    int waits;
    apr_status_t failure;
    unsigned char bytes[];
} unknown;

static void unknown_destroy(void *data) {
    unknown *u = data;
    u->owner->live_buckets--;
    free(u);
}

static apr_status_t unknown_read(apr_bucket *b, const char **data, apr_size_t *length, apr_read_type_e block);

static const apr_bucket_type_t unknown_type = {
    "EMBEDDED_UNKNOWN",         5, APR_BUCKET_DATA, unknown_destroy, unknown_read, apr_bucket_setaside_notimpl,
    apr_bucket_split_notimpl, apr_bucket_copy_notimpl,
};

static apr_bucket *unknown_bucket(unknown *u, apr_bucket_alloc_t *list) {
    apr_bucket *b = apr_bucket_alloc(sizeof(*b), list);
    APR_BUCKET_INIT(b);
    b->free = apr_bucket_free;
    b->list = list;
    b->length = (apr_size_t)-1;
    b->start = -1;
    b->data = u;
    b->type = &unknown_type;
    return b;
}

// As a pipe does: the bucket becomes one of a known length, and what is left of the source a new one behind it.
static apr_status_t unknown_read(apr_bucket *b, const char **data, apr_size_t *length, apr_read_type_e block) {
    unknown *u = b->data;
    *data = NULL;
    *length = 0;
    if (u->failure) return u->failure;
    if (u->waits && block == APR_NONBLOCK_READ) {
        u->waits = 0;
        return APR_EAGAIN;
    }
    size_t n = u->count - u->taken < u->piece ? u->count - u->taken : u->piece;
    apr_bucket *now = embedded_heap_bucket(u->owner, u->bytes + u->taken, n, b->list);
    u->taken += n;
    if (u->taken < u->count) {
        APR_BUCKET_INSERT_AFTER(b, unknown_bucket(u, b->list));
    } else {
        unknown_destroy(u);
    }
    b->type = now->type;
    b->data = now->data;
    b->start = now->start;
    b->length = now->length;
    apr_bucket_free(now);
    return apr_bucket_read(b, data, length, block);
}

apr_bucket *embedded_unknown_bucket(chttpd_embedded *e, const void *p, size_t n, size_t piece, int waits,
                                    apr_bucket_alloc_t *list) {
    unknown *u = embedded_grow(NULL, 1, sizeof(*u) + n);
    *u = (unknown){.owner = e, .count = n, .piece = piece ? piece : 1, .waits = waits};
    if (n) memcpy(u->bytes, p, n);
    e->live_buckets++;
    return unknown_bucket(u, list);
}

void chttpd_embedded_unknown(chttpd_embedded *e, const void *p, size_t n, size_t piece, int waits) {
    APR_BRIGADE_INSERT_TAIL(e->outgoing,
                            embedded_unknown_bucket(e, p, n, piece, waits, e->outgoing->bucket_alloc));
}

void chttpd_embedded_failing(chttpd_embedded *e, apr_status_t status) {
    apr_bucket *b = embedded_unknown_bucket(e, NULL, 0, 1, 0, e->outgoing->bucket_alloc);
    ((unknown *)b->data)->failure = status;
    APR_BRIGADE_INSERT_TAIL(e->outgoing, b);
}

// --- Metadata --------------------------------------------------------------------------------------

static apr_status_t mark_read(apr_bucket *b, const char **data, apr_size_t *length, apr_read_type_e block) {
    (void)b;
    (void)block;
    *data = NULL;
    *length = 0;
    return APR_SUCCESS;
}

static const apr_bucket_type_t mark_type = {
    "EMBEDDED_MARK",          5, APR_BUCKET_METADATA, apr_bucket_destroy_noop, mark_read, apr_bucket_setaside_noop,
    apr_bucket_split_notimpl, apr_bucket_simple_copy,
};

int embedded_mark_number(const apr_bucket *b) { return b->type == &mark_type ? (int)(intptr_t)b->data : -1; }

void chttpd_embedded_mark(chttpd_embedded *e, int number) {
    apr_bucket *b = apr_bucket_alloc(sizeof(*b), e->outgoing->bucket_alloc);
    APR_BUCKET_INIT(b);
    b->free = apr_bucket_free;
    b->list = e->outgoing->bucket_alloc;
    b->length = 0;
    b->start = 0;
    b->data = (void *)(intptr_t)number;
    b->type = &mark_type;
    APR_BRIGADE_INSERT_TAIL(e->outgoing, b);
}

void chttpd_embedded_flush(chttpd_embedded *e) {
    APR_BRIGADE_INSERT_TAIL(e->outgoing, apr_bucket_flush_create(e->outgoing->bucket_alloc));
}

void chttpd_embedded_eos(chttpd_embedded *e) {
    APR_BRIGADE_INSERT_TAIL(e->outgoing, apr_bucket_eos_create(e->outgoing->bucket_alloc));
}

void chttpd_embedded_error(chttpd_embedded *e, int http_status) {
    APR_BRIGADE_INSERT_TAIL(e->outgoing,
                            ap_bucket_error_create(http_status, NULL, e->pool, e->outgoing->bucket_alloc));
}
