// SPDX-License-Identifier: Apache-2.0
//
// httpd's chain of filters: server/util_filter.c, as far as filters call it.
#include "embedded.h"

typedef struct test_filter {
    ap_filter_rec_t record;
    void *instance;
    chttpd_embedded_output output;
    chttpd_embedded_input input;
} test_filter;

static apr_status_t run_output(ap_filter_t *f, apr_bucket_brigade *bb) {
    test_filter *t = (test_filter *)f->frec;
    return t->output(t->instance, f, bb);
}

static apr_status_t run_input(ap_filter_t *f, apr_bucket_brigade *bb, ap_input_mode_t mode, apr_read_type_e block,
                              apr_off_t count) {
    test_filter *t = (test_filter *)f->frec;
    return t->input(t->instance, f, bb, (int)mode, (int)block, (int64_t)count);
}

static ap_filter_t *add(chttpd_embedded *e, void *instance, ap_filter_t **chain, test_filter **made) {
    test_filter *t = apr_pcalloc(e->pool, sizeof(*t));
    t->record.name = "embedded";
    t->record.ftype = AP_FTYPE_RESOURCE;
    t->instance = instance;
    ap_filter_t *f = apr_pcalloc(e->pool, sizeof(*f));
    f->frec = &t->record;
    f->r = &e->request;
    f->c = &e->connection;
    f->next = *chain;
    *chain = f;
    *made = t;
    return f;
}

void chttpd_embedded_add_output(chttpd_embedded *e, void *instance, chttpd_embedded_output run) {
    test_filter *t;
    add(e, instance, &e->request.output_filters, &t);
    t->output = run;
    t->record.filter_func.out_func = run_output;
}

void chttpd_embedded_add_input(chttpd_embedded *e, void *instance, chttpd_embedded_input run) {
    test_filter *t;
    add(e, instance, &e->request.input_filters, &t);
    t->input = run;
    t->record.filter_func.in_func = run_input;
}

STAND_IN apr_status_t ap_pass_brigade(ap_filter_t *next, apr_bucket_brigade *bb) {
    if (!next) return AP_NOBODY_WROTE;
    if (next->r && !APR_BRIGADE_EMPTY(bb) && APR_BUCKET_IS_EOS(APR_BRIGADE_LAST(bb))) next->r->eos_sent = 1;
    return next->frec->filter_func.out_func(next, bb);
}

STAND_IN apr_status_t ap_get_brigade(ap_filter_t *next, apr_bucket_brigade *bb, ap_input_mode_t mode,
                                     apr_read_type_e block, apr_off_t count) {
    return next ? next->frec->filter_func.in_func(next, bb, mode, block, count) : AP_NOBODY_READ;
}

// The filter's own `next` stays valid: it may be removed while it runs.
static void take_out(ap_filter_t **chain, ap_filter_t *f) {
    for (ap_filter_t **at = chain; *at; at = &(*at)->next) {
        if (*at == f) {
            *at = f->next;
            return;
        }
    }
}

STAND_IN void ap_remove_output_filter(ap_filter_t *f) {
    take_out(f->r ? &f->r->output_filters : &f->c->output_filters, f);
}

STAND_IN void ap_remove_input_filter(ap_filter_t *f) {
    take_out(f->r ? &f->r->input_filters : &f->c->input_filters, f);
}
