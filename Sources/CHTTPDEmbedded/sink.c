// SPDX-License-Identifier: Apache-2.0
//
// The end of the output filters: writes down what arrives.
#include "embedded.h"
#include <stdlib.h>

static void note(chttpd_embedded *e, int kind, int value) {
    e->events = embedded_grow(e->events, e->event_count + 1, sizeof(*e->events));
    e->events[e->event_count++] = (chttpd_embedded_event){kind, value, e->count};
}

static void append(chttpd_embedded *e, const char *data, size_t n) {
    if (e->count + n > e->capacity) {
        e->capacity = (e->count + n) * 2;
        e->bytes = embedded_grow(e->bytes, e->capacity, 1);
    }
    if (n) memcpy(e->bytes + e->count, data, n);
    e->count += n;
}

static void record_metadata(chttpd_embedded *e, const apr_bucket *b) {
    if (APR_BUCKET_IS_EOS(b)) {
        note(e, CHTTPD_EMBEDDED_EOS, 0);
    } else if (APR_BUCKET_IS_FLUSH(b)) {
        note(e, CHTTPD_EMBEDDED_FLUSH, 0);
    } else if (AP_BUCKET_IS_ERROR(b)) {
        note(e, CHTTPD_EMBEDDED_ERROR, ((ap_bucket_error *)b->data)->status);
    } else if (AP_BUCKET_IS_EOC(b)) {
        note(e, CHTTPD_EMBEDDED_EOC, 0);
    } else if (embedded_mark_number(b) >= 0) {
        note(e, CHTTPD_EMBEDDED_MARK, embedded_mark_number(b));
    } else {
        note(e, CHTTPD_EMBEDDED_OTHER, 0);
    }
}

// Writes down what a brigade holds, and empties it.
void embedded_record(chttpd_embedded *e, apr_bucket_brigade *bb) {
    while (!APR_BRIGADE_EMPTY(bb)) {
        apr_bucket *b = APR_BRIGADE_FIRST(bb);
        if (APR_BUCKET_IS_METADATA(b)) {
            record_metadata(e, b);
        } else {
            const char *data;
            apr_size_t n;
            if (apr_bucket_read(b, &data, &n, APR_BLOCK_READ) == APR_SUCCESS) append(e, data, n);
        }
        apr_bucket_delete(b);
    }
}

static void keep(chttpd_embedded *e, apr_bucket_brigade *bb) {
    // A bucket that is read may leave a new one behind it.
    for (apr_bucket *b = APR_BRIGADE_FIRST(bb); b != APR_BRIGADE_SENTINEL(bb); b = APR_BUCKET_NEXT(b)) {
        if (apr_bucket_setaside(b, e->pool) == APR_ENOTIMPL) {
            const char *data;
            apr_size_t n;
            if (apr_bucket_read(b, &data, &n, APR_BLOCK_READ) == APR_SUCCESS) apr_bucket_setaside(b, e->pool);
        }
    }
    APR_BRIGADE_CONCAT(e->kept, bb);
}

apr_status_t embedded_sink(ap_filter_t *f, apr_bucket_brigade *bb) {
    chttpd_embedded *e = embedded_of(f->c->base_server);
    // The event MPM asks so for what is still to be written.
    if (!bb) {
        if (!e->is_stopped) {
            embedded_record(e, e->kept);
            f->c->data_in_output_filters = 0;
        }
        return APR_SUCCESS;
    }
    if (APR_BRIGADE_EMPTY(bb)) note(e, CHTTPD_EMBEDDED_EMPTY, 0);
    // As httpd's header filter: an error bucket makes another response while the header has not left.
    if (f->r && !AP_BUCKET_IS_ERROR(APR_BRIGADE_FIRST(bb))) f->r->sent_bodyct = 1;
    if (e->is_stopped && !f->r) {
        keep(e, bb);
        f->c->data_in_output_filters = 1;
    } else if (e->keeps) {
        keep(e, bb);
    } else {
        embedded_record(e, bb);
    }
    if (f->r) f->r->bytes_sent = (apr_off_t)e->count;
    if (e->breaks && e->count >= e->break_after) {
        f->c->aborted = 1;
        return APR_ECONNABORTED;
    }
    return APR_SUCCESS;
}

void chttpd_embedded_stop(chttpd_embedded *e, int is_stopped) { e->is_stopped = is_stopped; }

bool chttpd_embedded_is_stopped(const chttpd_embedded *e) { return e->is_stopped; }

size_t chttpd_embedded_kept(const chttpd_embedded *e) {
    apr_off_t count = 0;
    apr_brigade_length(e->kept, 0, &count);
    return count > 0 ? (size_t)count : 0;
}

void chttpd_embedded_keep(chttpd_embedded *e) { e->keeps = 1; }

void chttpd_embedded_break_after(chttpd_embedded *e, size_t count) {
    e->breaks = 1;
    e->break_after = count;
}

void chttpd_embedded_settle(chttpd_embedded *e) { embedded_record(e, e->kept); }
size_t chttpd_embedded_count(const chttpd_embedded *e) { return e->count; }
const unsigned char *chttpd_embedded_bytes(const chttpd_embedded *e) { return e->bytes; }
size_t chttpd_embedded_event_count(const chttpd_embedded *e) { return e->event_count; }

chttpd_embedded_event chttpd_embedded_event_at(const chttpd_embedded *e, size_t index) {
    return index < e->event_count ? e->events[index] : (chttpd_embedded_event){0, 0, 0};
}
