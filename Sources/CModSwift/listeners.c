// SPDX-License-Identifier: Apache-2.0
#include "CModSwift.h"

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
