// SPDX-License-Identifier: Apache-2.0
#include "CHTTPD.h"
#include <apr_portable.h>
#include <sys/socket.h>

void chttpd_break_off(request_rec *r) {
    conn_rec *c = r->connection;
    const struct linger at_once = {1, 0};
    apr_socket_t *socket;
    apr_os_sock_t fd;
    c->keepalive = AP_CONN_CLOSE;
    c->aborted = 1;
    // An HTTP/2 stream is reset by mod_http2, and its socket belongs to others too.
    if (c->master || r->chunked || apr_table_get(r->headers_out, "Content-Length")) return;
    socket = ap_get_conn_socket(c);
    if (socket && apr_os_sock_get(&fd, socket) == APR_SUCCESS)
        (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}
