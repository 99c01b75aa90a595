// SPDX-License-Identifier: Apache-2.0
#include "CModSwift.h"
#include <errno.h>
#include <sys/socket.h>

void modswift_adopt_host(conn_rec *c, server_rec *host) {
    apr_socket_t *socket = ap_get_conn_socket(c);
    if (c->base_server == host) return;
    c->base_server = host;
    // As the core has it for new connections.
    if (socket) (void)apr_socket_timeout_set(socket, host->timeout);
}

int modswift_peek(conn_rec *c, void *bytes, uint32_t count) {
    ssize_t got = recv(chttpd_descriptor(c), bytes, count, MSG_PEEK | MSG_DONTWAIT);
    if (got >= 0) return (int)got;
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? -1 : -2;
}

int modswift_take(conn_rec *c, uint32_t count) {
    char bytes[512];
    while (count > 0) {
        ssize_t got = recv(chttpd_descriptor(c), bytes, count < sizeof bytes ? count : sizeof bytes, MSG_DONTWAIT);
        if (got <= 0) return 0;
        count -= (uint32_t)got;
    }
    return 1;
}

int modswift_set_client(conn_rec *c, const char *address, uint16_t port) {
    apr_sockaddr_t *client = NULL;
    char *text = NULL;
    // The text is numeric: nothing is looked up.
    if (apr_sockaddr_info_get(&client, address, APR_UNSPEC, port, 0, c->pool) != APR_SUCCESS || !client) return 0;
    if (apr_sockaddr_ip_get(&text, client) != APR_SUCCESS) return 0;
    c->client_addr = client;
    c->client_ip = text;
    return 1;
}
