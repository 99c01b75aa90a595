// SPDX-License-Identifier: Apache-2.0
//
// What the Swift filters of BenchFilters do, as a C programmer would write it by httpd's rules.
#include "bench.h"

// C_PASS: passes every brigade on as it is.
static apr_status_t pass(ap_filter_t *f, apr_bucket_brigade *bb) {
    if (APR_BRIGADE_EMPTY(bb)) return APR_SUCCESS;
    return ap_pass_brigade(f->next, bb);
}

// C_READ: reads every data bucket and moves it on; what a slow source holds back does not hold back the rest.
static apr_status_t read_each(ap_filter_t *f, apr_bucket_brigade *bb) {
    apr_bucket_brigade *out = f->ctx;

    if (APR_BRIGADE_EMPTY(bb)) return APR_SUCCESS;
    if (!out) out = f->ctx = apr_brigade_create(f->r->pool, f->c->bucket_alloc);
    while (!APR_BRIGADE_EMPTY(bb)) {
        apr_bucket *b = APR_BRIGADE_FIRST(bb);
        if (!APR_BUCKET_IS_METADATA(b)) {
            const char *data;
            apr_size_t length;
            apr_status_t status = apr_bucket_read(b, &data, &length, APR_NONBLOCK_READ);
            if (APR_STATUS_IS_EAGAIN(status)) {
                APR_BRIGADE_INSERT_TAIL(out, apr_bucket_flush_create(f->c->bucket_alloc));
                status = ap_pass_brigade(f->next, out);
                apr_brigade_cleanup(out);
                if (status != APR_SUCCESS) return status;
                status = apr_bucket_read(b, &data, &length, APR_BLOCK_READ);
            }
            if (status != APR_SUCCESS) return status;
        }
        APR_BUCKET_REMOVE(b);
        APR_BRIGADE_INSERT_TAIL(out, b);
    }
    apr_status_t status = ap_pass_brigade(f->next, out);
    apr_brigade_cleanup(out);
    return status;
}

static void register_hooks(apr_pool_t *p) {
    ap_register_output_filter("C_PASS", pass, NULL, AP_FTYPE_RESOURCE);
    ap_register_output_filter("C_READ", read_each, NULL, AP_FTYPE_RESOURCE);
    ap_hook_handler(bench_handler, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(bench_child_init, NULL, NULL, APR_HOOK_MIDDLE);
}

AP_DECLARE_MODULE(bench_filters) = {
    STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, register_hooks, AP_MODULE_FLAG_NONE,
};
