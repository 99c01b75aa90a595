// SPDX-License-Identifier: Apache-2.0
//
// What else of httpd's core requests and connections call.
#include "embedded.h"

STAND_IN void ap_set_content_type(request_rec *r, const char *type) { r->content_type = type; }

static int send_on(request_rec *r, apr_bucket *b) {
    if (r->connection->aborted) {
        apr_bucket_destroy(b);
        return -1;
    }
    apr_bucket_brigade *bb = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    APR_BRIGADE_INSERT_TAIL(bb, b);
    apr_status_t status = ap_pass_brigade(r->output_filters, bb);
    apr_brigade_destroy(bb);
    return status == APR_SUCCESS ? 0 : -1;
}

STAND_IN int ap_rwrite(const void *p, int n, request_rec *r) {
    if (n <= 0) return 0;
    apr_bucket *b = apr_bucket_transient_create(p, (apr_size_t)n, r->connection->bucket_alloc);
    return send_on(r, b) < 0 ? -1 : n;
}

STAND_IN int ap_rflush(request_rec *r) { return send_on(r, apr_bucket_flush_create(r->connection->bucket_alloc)); }

// No limit.
STAND_IN apr_off_t ap_get_limit_req_body(const request_rec *r) {
    (void)r;
    return 0;
}

// Every file is served that is one.
STAND_IN request_rec *ap_sub_req_lookup_file(const char *path, const request_rec *r, ap_filter_t *next) {
    apr_pool_t *pool;
    (void)next;
    if (apr_pool_create(&pool, r->pool) != APR_SUCCESS) return NULL;
    request_rec *sub = apr_pcalloc(pool, sizeof *sub);
    sub->pool = pool;
    sub->filename = apr_pstrdup(pool, path);
    sub->status = apr_stat(&sub->finfo, path, APR_FINFO_NORM, pool) == APR_SUCCESS ? HTTP_OK : HTTP_NOT_FOUND;
    return sub;
}

STAND_IN void ap_destroy_sub_req(request_rec *r) { apr_pool_destroy(r->pool); }

STAND_IN char *ap_server_root_relative(apr_pool_t *p, const char *path) { return apr_pstrdup(p, path); }

STAND_IN int ap_ssl_conn_is_ssl(conn_rec *c) {
    (void)c;
    return 0;
}

// Access logs are not kept.
STAND_IN int ap_run_log_transaction(request_rec *r) {
    (void)r;
    return OK;
}

STAND_IN const char *ap_get_protocol(conn_rec *c) {
    (void)c;
    return "embedded";
}

STAND_IN int ap_update_child_status_from_server(ap_sb_handle_t *sbh, int status, conn_rec *c, server_rec *s) {
    (void)sbh, (void)status, (void)c, (void)s;
    return SERVER_DEAD;
}

STAND_IN int ap_update_child_status_descr(ap_sb_handle_t *sbh, int status, const char *text) {
    (void)sbh, (void)status, (void)text;
    return SERVER_DEAD;
}

// An embedded connection has no socket, and none of these filters.
STAND_IN ap_filter_rec_t *ap_core_input_filter_handle;
// Nothing that is made here is a part of a page.
STAND_IN ap_filter_rec_t *ap_old_write_func;
STAND_IN ap_filter_rec_t *ap_core_output_filter_handle;

STAND_IN ap_filter_rec_t *ap_get_input_filter_handle(const char *name) {
    (void)name;
    return NULL;
}

STAND_IN apr_socket_t *ap_get_conn_socket(conn_rec *c) {
    (void)c;
    return NULL;
}

STAND_IN apr_status_t ap_mpm_query(int what, int *result) {
    switch (what) {
        case AP_MPMQ_IS_ASYNC:
#ifdef AP_MPMQ_CAN_WAITIO
        case AP_MPMQ_CAN_WAITIO:
#endif
            *result = 1;
            return APR_SUCCESS;
        case AP_MPMQ_MPM_STATE:
            *result = AP_MPMQ_RUNNING;
            return APR_SUCCESS;
        default:
            *result = 0;
            return APR_ENOTIMPL;
    }
}
