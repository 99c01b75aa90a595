// SPDX-License-Identifier: Apache-2.0
//
// Runs handlers when a response's header is about to leave: a filter behind those of the content and behind mod_headers',
// for each response that httpd begins, that of an error too.
#include "CModSwift.h"

static ap_filter_rec_t *header_filter;

// Whether what comes is no response: an error is answered by a response of its own, and behind EOC comes no header.
static int is_no_response(const apr_bucket_brigade *bb) {
    for (apr_bucket *b = APR_BRIGADE_FIRST(bb); b != APR_BRIGADE_SENTINEL(bb); b = APR_BUCKET_NEXT(b))
        if (AP_BUCKET_IS_ERROR(b) || AP_BUCKET_IS_EOC(b)) return 1;
    return 0;
}

static apr_status_t run_filter(ap_filter_t *f, apr_bucket_brigade *bb) {
    ap_filter_t *next = f->next;
    // Before handlers run: one of them may look at other requests, or write.
    ap_remove_output_filter(f);
    if (!is_no_response(bb)) modswift_run_every(f->r, SWIFT_HTTPD_PHASE_RESPONSE_HEADER);
    return ap_pass_brigade(next, bb);
}

// Called for a request that gets a handler, and when httpd answers with an error instead: then the filters before are gone.
static void insert(request_rec *r) {
    // A part of a page has no header that leaves, and a client of HTTP/0.9 gets none.
    if (r->main || r->assbackwards) return;
    for (const ap_filter_t *f = r->output_filters; f; f = f->next)
        if (f->frec == header_filter && f->r == r) return;
    ap_add_output_filter_handle(header_filter, NULL, r, r->connection);
}

void modswift_hook_response_header(void) {
    // Among filters of a type, the one that is added last comes last.
    static const char *const before[] = {"mod_headers.c", NULL};
    header_filter = ap_register_output_filter("SWIFT_RESPONSE_HEADER", run_filter, NULL, AP_FTYPE_CONTENT_SET);
    ap_hook_insert_filter(insert, before, NULL, APR_HOOK_LAST);
    ap_hook_insert_error_filter(insert, before, NULL, APR_HOOK_LAST);
}
