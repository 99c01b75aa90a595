// SPDX-License-Identifier: Apache-2.0
//
// The start of the input filters: gives readers what the test wrote down.
#include "embedded.h"
#include <stdlib.h>

static embedded_step *add(chttpd_embedded *e, int kind) {
    e->steps = embedded_grow(e->steps, e->step_count + 1, sizeof(*e->steps));
    embedded_step *s = &e->steps[e->step_count++];
    *s = (embedded_step){.kind = kind, .piece = 1};
    return s;
}

static embedded_step *add_bytes(chttpd_embedded *e, int kind, const void *p, size_t n) {
    embedded_step *s = add(e, kind);
    s->bytes = embedded_grow(NULL, n, 1);
    s->count = n;
    if (n) memcpy(s->bytes, p, n);
    return s;
}

void chttpd_embedded_source_data(chttpd_embedded *e, const void *p, size_t n) { add_bytes(e, STEP_DATA, p, n); }

void chttpd_embedded_source_unknown(chttpd_embedded *e, const void *p, size_t n, size_t piece) {
    add_bytes(e, STEP_UNKNOWN, p, n)->piece = piece;
}

void chttpd_embedded_source_wait(chttpd_embedded *e) { add(e, STEP_WAIT); }
void chttpd_embedded_source_failure(chttpd_embedded *e, apr_status_t status) { add(e, STEP_FAIL)->status = status; }
void chttpd_embedded_source_joins_eos(chttpd_embedded *e) { e->joins_eos = 1; }
void chttpd_embedded_source_overflows(chttpd_embedded *e) { e->overflows = 1; }
int chttpd_embedded_source_is_empty(const chttpd_embedded *e) { return e->step == e->step_count; }

void chttpd_embedded_source_stay(chttpd_embedded *e, int stays_open) { e->stays_open = stays_open; }

static apr_status_t end(ap_filter_t *f, apr_bucket_brigade *bb) {
    // A connection ends without a word.
    if (!f->r) return embedded_of(f->c->base_server)->stays_open ? APR_EAGAIN : APR_EOF;
    APR_BRIGADE_INSERT_TAIL(bb, apr_bucket_eos_create(bb->bucket_alloc));
    return APR_SUCCESS;
}

apr_status_t embedded_source(ap_filter_t *f, apr_bucket_brigade *bb, ap_input_mode_t mode, apr_read_type_e block,
                             apr_off_t count) {
    chttpd_embedded *e = embedded_of(f->c->base_server);
    if (mode != AP_MODE_READBYTES || count < 1) return APR_ENOTIMPL;
    while (e->step < e->step_count && e->steps[e->step].kind == STEP_WAIT) {
        e->step++;
        if (block == APR_NONBLOCK_READ) return APR_EAGAIN;
    }
    if (e->step == e->step_count) return end(f, bb);
    embedded_step *s = &e->steps[e->step];
    if (s->kind == STEP_FAIL) return s->status;
    // As httpd's own filter for bodies: never more than was asked for.
    size_t n = s->count - s->taken;
    if ((apr_off_t)n > count && !e->overflows) n = (size_t)count;
    const void *p = s->bytes + s->taken;
    apr_bucket *b = s->kind == STEP_UNKNOWN ? embedded_unknown_bucket(e, p, n, s->piece, 0, bb->bucket_alloc)
                    : e->overflows          ? embedded_transient_bucket(e, p, n, bb->bucket_alloc)
                                            : embedded_heap_bucket(e, p, n, bb->bucket_alloc);
    APR_BRIGADE_INSERT_TAIL(bb, b);
    s->taken += n;
    if (s->taken < s->count) return APR_SUCCESS;
    e->step++;
    return e->joins_eos && e->step == e->step_count && f->r ? end(f, bb) : APR_SUCCESS;
}

apr_status_t chttpd_embedded_read_in_mode(chttpd_embedded *e, ap_input_mode_t mode, int block, int64_t count) {
    apr_bucket_brigade *bb = e->outgoing;
    apr_status_t status = ap_get_brigade(e->request.input_filters, bb, mode,
                                         block ? APR_BLOCK_READ : APR_NONBLOCK_READ, (apr_off_t)count);
    if (status == APR_SUCCESS) embedded_record(e, bb);
    apr_brigade_cleanup(bb);
    embedded_spend(e);
    return status;
}

apr_status_t chttpd_embedded_read(chttpd_embedded *e, int block, int64_t count) {
    return chttpd_embedded_read_in_mode(e, AP_MODE_READBYTES, block, count);
}
