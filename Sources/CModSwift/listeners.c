// SPDX-License-Identifier: Apache-2.0
#include "CModSwift.h"
#include <poll.h>

const char *modswift_listen_token(const conn_rec *c) {
    const ap_listen_rec *any = NULL;
    if (!c->local_addr) return NULL;
    for (const ap_listen_rec *l = ap_listeners; l; l = l->next) {
        if (!l->bind_addr || l->bind_addr->port != c->local_addr->port) continue;
        if (apr_sockaddr_equal(l->bind_addr, c->local_addr)) return l->protocol;
        if (apr_sockaddr_is_wildcard(l->bind_addr)) any = l;
    }
    return any ? any->protocol : NULL;
}

const server_rec *modswift_host_of(const server_addr_rec *a, server_rec *main_server) {
    // All that httpd looks at is the local address; its answer is what a real connection would get.
    apr_sockaddr_t local = *a->host_addr;
    conn_rec c;
    memset(&c, 0, sizeof c);
    local.port = a->host_port;
    c.local_addr = &local;
    c.base_server = main_server;
    ap_update_vhost_given_ip(&c);
    return c.base_server;
}

int modswift_is_set_up(conn_rec *c) {
    apr_bucket_brigade *bb = apr_brigade_create(c->pool, c->bucket_alloc);
    // mod_ssl has done this, and nobody looked at the result. The second time tells the same.
    apr_status_t status = ap_get_brigade(c->input_filters, bb, AP_MODE_INIT, APR_BLOCK_READ, 0);
    apr_brigade_destroy(bb);
    return status == APR_SUCCESS && !c->aborted && ap_ssl_conn_is_ssl(c);
}

int modswift_is_readable(conn_rec *c) {
    struct pollfd polled = {.fd = chttpd_descriptor(c), .events = POLLIN};
    return polled.fd < 0 || poll(&polled, 1, 0) != 0;
}
