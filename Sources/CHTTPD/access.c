// SPDX-License-Identifier: Apache-2.0
#include "CHTTPD.h"

static void note(request_rec *r, const char *name, int64_t value) {
    apr_table_setn(r->notes, name, apr_psprintf(r->pool, "%" APR_INT64_T_FMT, (apr_int64_t)value));
}

void chttpd_log_access(conn_rec *c, const chttpd_access *access) {
    request_rec *r = ap_create_request(c);
    if (!r) return;
    r->the_request = apr_pstrdup(r->pool, access->line);
    r->method = apr_pstrdup(r->pool, access->method);
    r->uri = r->unparsed_uri = apr_pstrdup(r->pool, access->uri);
    r->protocol = apr_pstrdup(r->pool, access->protocol);
    r->user = access->user ? apr_pstrdup(r->pool, access->user) : NULL;
    r->status = access->status;
    r->request_time = apr_time_now() - access->time;
    r->bytes_sent = access->bytes_out;
    // Else %B does not look at it.
    r->sent_bodyct = 1;
    note(r, "bytes-in", access->bytes_in);
    note(r, "bytes-out", access->bytes_out);
    note(r, "frames", access->frames);
    apr_table_set(r->notes, "reason", access->reason);
    ap_run_log_transaction(r);
    apr_pool_destroy(r->pool);
}

void chttpd_show(conn_rec *c, const char *text) {
    if (!c->sbh) return;
    if (text)
        ap_update_child_status_descr(c->sbh, SERVER_BUSY_WRITE, text);
    else
        ap_update_child_status_from_server(c->sbh, SERVER_BUSY_READ, c, c->base_server);
}
