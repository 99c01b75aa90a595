// SPDX-License-Identifier: Apache-2.0
#include "CHTTPD.h"
#include <apr_portable.h>
#include <poll.h>
#include <time.h>

int64_t chttpd_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int chttpd_descriptor(conn_rec *c) {
    apr_os_sock_t fd;
    apr_socket_t *socket = ap_get_conn_socket(c);
    return socket && apr_os_sock_get(&fd, socket) == APR_SUCCESS ? fd : -1;
}

void chttpd_poll(conn_rec *c, int direction, int wake, int64_t until) {
    // A negative descriptor is passed over by poll().
    struct pollfd polled[2] = {{.fd = wake, .events = POLLIN}, {.fd = -1}};
    int milliseconds = -1;
    // For neither, only that the client is gone is reported.
    polled[1].fd = chttpd_descriptor(c);
    if (direction != CHTTPD_FOR_NEITHER) polled[1].events = direction == CHTTPD_FOR_WRITING ? POLLOUT : POLLIN;
    if (until != INT64_MAX) {
        // Rounded up: waking early would only mean to wait again.
        int64_t left = until - chttpd_now();
        left = left > 0 ? (left - 1) / 1000000 + 1 : 0;
        milliseconds = left > 3600000 ? 3600000 : (int)left;
    }
    int count = chttpd_poll_signals(polled, 2, milliseconds);
    if (count > 0 && direction == CHTTPD_FOR_NEITHER && polled[1].revents) chttpd_abandon(c);
}
