// SPDX-License-Identifier: Apache-2.0
#include "CHTTPD.h"
#include <apr_portable.h>
#include <sys/socket.h>

// The request whose header the client sees.
static const request_rec *page_of(const request_rec *r) {
    while (r->main) r = r->main;
    return r;
}

// An HTTP/2 stream is reset by mod_http2, and its socket belongs to others too.
static int ends_with_connection(const request_rec *page) {
    return !page->connection->master && !page->chunked && !apr_table_get(page->headers_out, "Content-Length");
}

int chttpd_needs_reset(const request_rec *r) {
    const request_rec *page = page_of(r);
    return page->sent_bodyct && ends_with_connection(page);
}

int chttpd_has_begun(const request_rec *r) {
    if (!r->main) return r->sent_bodyct != 0;
    // httpd does not count what a part of a page sends. What writes has this filter put in front.
    for (const ap_filter_t *f = r->output_filters; f; f = f->next)
        if (f->frec == ap_old_write_func && f->r == r) return 1;
    return 0;
}

void chttpd_break_off(request_rec *r) {
    conn_rec *c = r->connection;
    const struct linger at_once = {1, 0};
    apr_socket_t *socket;
    apr_os_sock_t fd;
    c->keepalive = AP_CONN_CLOSE;
    c->aborted = 1;
    if (!ends_with_connection(page_of(r))) return;
    socket = ap_get_conn_socket(c);
    if (socket && apr_os_sock_get(&fd, socket) == APR_SUCCESS)
        (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}
