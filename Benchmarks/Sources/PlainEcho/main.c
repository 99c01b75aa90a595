// SPDX-License-Identifier: Apache-2.0
//
// The least that an echo server can do: one thread that polls, receives and sends. It tells what of the time of the others
// is the kernel's. Prints its port.
#define _GNU_SOURCE
#include "CLoad.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 64, SIZE = 16384 };
static char buffer[SIZE];

static void add(int poll, int descriptor) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event) < 0) load_fail("epoll_ctl");
}

static void echo(int client) {
    ssize_t count = recv(client, buffer, sizeof buffer, MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    // Its batches are far smaller than a socket's buffer.
    if (count > 0 && send(client, buffer, (size_t)count, MSG_DONTWAIT | MSG_NOSIGNAL) == count) return;
    close(client);
}

int main(void) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    struct epoll_event events[EVENTS];
    socklen_t size = sizeof address;
    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), poll = epoll_create1(EPOLL_CLOEXEC);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (listener < 0 || poll < 0) load_fail("socket");
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) load_fail("bind");
    if (listen(listener, 1024) < 0) load_fail("listen");
    if (getsockname(listener, (struct sockaddr *)&address, &size) < 0) load_fail("getsockname");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    add(poll, listener);
    for (;;) {
        int count = epoll_wait(poll, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            if (events[i].data.fd != listener) {
                echo(events[i].data.fd);
                continue;
            }
            int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
            if (client < 0) continue;
            setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
            add(poll, client);
        }
    }
}
