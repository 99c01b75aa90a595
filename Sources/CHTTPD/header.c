// SPDX-License-Identifier: Apache-2.0
#include "CHTTPD.h"

chttpd_header chttpd_header_copy(const request_rec *r) {
    chttpd_header h = {apr_table_copy(r->pool, r->headers_out), apr_table_copy(r->pool, r->err_headers_out),
                       r->content_type, r->content_encoding, r->status};
    return h;
}

// Into the table that there is: requests that a redirect leads to share it.
static void refill(apr_table_t *table, const apr_table_t *from) {
    const apr_array_header_t *array = apr_table_elts(from);
    const apr_table_entry_t *entries = (const apr_table_entry_t *)array->elts;
    apr_table_clear(table);
    for (int i = 0; i < array->nelts; i++)
        if (entries[i].key) apr_table_addn(table, entries[i].key, entries[i].val);
}

void chttpd_header_restore(request_rec *r, const chttpd_header *h) {
    refill(r->headers_out, h->fields);
    refill(r->err_headers_out, h->error_fields);
    r->content_type = h->type;
    r->content_encoding = h->encoding;
    r->status = h->status;
}
