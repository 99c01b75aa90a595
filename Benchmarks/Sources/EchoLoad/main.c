// SPDX-License-Identifier: Apache-2.0
//
// Load for echo servers: lines go out, and must come back as they were.
//
//     echo-load PORT CONNECTIONS DEPTH SECONDS    prints the number of lines per second
//     echo-load PORT CONNECTIONS idle             opens them, says "open", and waits for a line on its standard input;
//                                                 then sends one line over each and prints the seconds until all are back
#define _GNU_SOURCE
#include "CLoad.h"
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINE = 32, DEEPEST = 256 };
static const char line[LINE + 1] = "the quick brown fox jumps over\r\n";

struct client {
    int fd;
    size_t received;  // bytes of the batch under way
};

static int depth = 1;
static char batch[LINE * DEEPEST];

static void send_batch(struct client *c) {
    size_t count = (size_t)depth * LINE, sent = 0;
    c->received = 0;
    // A batch is far smaller than a socket's buffer.
    while (sent < count) {
        ssize_t n = send(c->fd, batch + sent, count - sent, MSG_NOSIGNAL);
        if (n <= 0) load_fail("send");
        sent += (size_t)n;
    }
}

// Takes what is there. Returns whether the batch is complete.
static int receive(struct client *c) {
    char buffer[LINE * DEEPEST];
    size_t count = (size_t)depth * LINE;
    ssize_t n = recv(c->fd, buffer, count - c->received, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    if (n <= 0) load_fail("recv");
    if (memcmp(buffer, batch + c->received, (size_t)n) != 0) {
        errno = EILSEQ;
        load_fail("what came back");
    }
    c->received += (size_t)n;
    return c->received == count;
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: echo-load PORT CONNECTIONS DEPTH SECONDS | PORT CONNECTIONS idle\n");
        return 2;
    }
    uint16_t port = (uint16_t)atoi(argv[1]);
    int count = atoi(argv[2]), idle = strcmp(argv[3], "idle") == 0;
    double seconds = argc > 4 ? atof(argv[4]) : 1;
    if (!idle) depth = atoi(argv[3]);
    if (count < 1 || depth < 1 || depth > DEEPEST) {
        fprintf(stderr, "echo-load: out of range\n");
        return 2;
    }
    for (int i = 0; i < depth; i++) memcpy(batch + i * LINE, line, LINE);
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    struct client *clients = calloc((size_t)count, sizeof *clients);
    int poll = epoll_create1(EPOLL_CLOEXEC);
    if (!clients || poll < 0) load_fail("epoll");
    for (int i = 0; i < count; i++) {
        clients[i].fd = load_connect(port);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &clients[i]};
        if (epoll_ctl(poll, EPOLL_CTL_ADD, clients[i].fd, &event) < 0) load_fail("epoll_ctl");
    }

    struct epoll_event events[256];
    double start;
    long batches = 0;
    // Every connection answers once before anything is timed: no server gets by without having accepted it.
    int left = count;
    start = load_now();
    for (int i = 0; i < count; i++) send_batch(&clients[i]);
    while (left > 0) {
        int n = epoll_wait(poll, events, 256, 10000);
        if (n == 0) {
            errno = ETIMEDOUT;
            load_fail("no answer to the first line");
        }
        for (int i = 0; i < n; i++) left -= receive(events[i].data.ptr);
    }
    if (idle) {
        printf("open\n");
        fflush(stdout);
        while (getchar() == '\n') {
            left = count;
            start = load_now();
            for (int i = 0; i < count; i++) send_batch(&clients[i]);
            while (left > 0) {
                int n = epoll_wait(poll, events, 256, 30000);
                if (n == 0) {
                    errno = ETIMEDOUT;
                    load_fail("no answer");
                }
                for (int i = 0; i < n; i++) left -= receive(events[i].data.ptr);
            }
            printf("%.4f\n", load_now() - start);
            fflush(stdout);
        }
        return 0;
    }
    for (int i = 0; i < count; i++) send_batch(&clients[i]);
    start = load_now();
    double end = start + seconds;
    while (load_now() < end) {
        int n = epoll_wait(poll, events, 256, 5000);
        if (n == 0) {
            errno = ETIMEDOUT;
            load_fail("no answer");
        }
        for (int i = 0; i < n; i++) {
            struct client *c = events[i].data.ptr;
            if (!receive(c)) continue;
            batches++;
            send_batch(c);
        }
    }
    printf("%.1f\n", (double)batches * depth / (load_now() - start));
    return 0;
}
