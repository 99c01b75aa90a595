// SPDX-License-Identifier: Apache-2.0
//
// Load for web servers that are to be told apart by a per cent or two: they are asked in turns of a few milliseconds, so
// that what slows the machine down for longer than that slows all of them down.
//
//     page-load CONNECTIONS REQUESTS SECONDS PORT/PATH...
//
// Each turn asks one server for REQUESTS pages over CONNECTIONS connections that stay open. A line for each round of
// turns tells the seconds that each server took, in the order of the arguments.
#define _GNU_SOURCE
#include "CLoad.h"
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_SERVERS = 16, MOST_CONNECTIONS = 64, HEAD = 4096, BUFFER = 1 << 18 };

struct server;

struct client {
    int fd;
    struct server *server;
    size_t received;  // bytes of the answer under way
};

struct server {
    char request[512];
    size_t request_length;
    size_t answer;  // bytes of a whole answer, header and body; 0 before the first one
    int poll;
    struct client clients[MOST_CONNECTIONS];
};

static struct server servers[MOST_SERVERS];
static char buffer[BUFFER];

static void refuse(const char *what) {
    fprintf(stderr, "page-load: %s\n", what);
    exit(1);
}

static void ask(struct client *c) {
    c->received = 0;
    if (send(c->fd, c->server->request, c->server->request_length, MSG_NOSIGNAL) != (ssize_t)c->server->request_length)
        load_fail("send");
}

// How long the answer is that begins with these bytes.
static size_t measure(const char *head, size_t count) {
    const char *end = memmem(head, count, "\r\n\r\n", 4);
    if (!end) refuse("a header does not come in one piece");
    if (count < 12 || memcmp(head, "HTTP/1.1 200", 12) != 0) refuse("a status is not 200");
    size_t head_length = (size_t)(end - head) + 4;
    char copy[HEAD];
    if (head_length >= sizeof copy) refuse("a header is too long");
    memcpy(copy, head, head_length);
    copy[head_length] = 0;
    const char *length = strcasestr(copy, "\r\ncontent-length:");
    if (!length) refuse("an answer does not tell its length");
    return head_length + strtoul(length + 17, NULL, 10);
}

// Takes what is there. Returns whether the answer is complete.
static int receive(struct client *c) {
    ssize_t n = recv(c->fd, buffer, sizeof buffer, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    if (n < 0) load_fail("recv");
    if (n == 0) refuse("a server closed a connection");
    if (c->received == 0) {
        size_t answer = measure(buffer, (size_t)n);
        if (c->server->answer == 0) c->server->answer = answer;
        if (c->server->answer != answer) refuse("two answers are not of one length");
    }
    c->received += (size_t)n;
    if (c->received > c->server->answer) refuse("an answer is longer than it says");
    return c->received == c->server->answer;
}

// Asks for so many pages, each connection for one at a time.
static double turn(struct server *s, int connections, int requests) {
    struct epoll_event events[MOST_CONNECTIONS];
    int asked = 0, answered = 0;
    double start = load_now();
    for (; asked < connections && asked < requests; asked++) ask(&s->clients[asked]);
    while (answered < requests) {
        int n = epoll_wait(s->poll, events, MOST_CONNECTIONS, 10000);
        if (n == 0) refuse("no answer in ten seconds");
        for (int i = 0; i < n; i++) {
            struct client *c = events[i].data.ptr;
            if (!receive(c)) continue;
            answered++;
            if (asked < requests) {
                asked++;
                ask(c);
            }
        }
    }
    return load_now() - start;
}

int main(int argc, char **argv) {
    int count = argc - 4;
    if (count < 1 || count > MOST_SERVERS) {
        fprintf(stderr, "usage: page-load CONNECTIONS REQUESTS SECONDS PORT/PATH...\n");
        return 2;
    }
    int connections = atoi(argv[1]), requests = atoi(argv[2]);
    double seconds = atof(argv[3]);
    if (connections < 1 || connections > MOST_CONNECTIONS || requests < connections) refuse("out of range");
    for (int i = 0; i < count; i++) {
        struct server *s = &servers[i];
        char *path = argv[i + 4];
        long port = strtol(path, &path, 10);
        if (port < 1 || port > UINT16_MAX || *path != '/') refuse("PORT/PATH is wanted");
        int length = snprintf(s->request, sizeof s->request, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
        if (length < 0 || (size_t)length >= sizeof s->request) refuse("a path is too long");
        s->request_length = (size_t)length;
        s->poll = epoll_create1(EPOLL_CLOEXEC);
        if (s->poll < 0) load_fail("epoll");
        for (int k = 0; k < connections; k++) {
            struct client *c = &s->clients[k];
            *c = (struct client){.fd = load_connect((uint16_t)port), .server = s};
            struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
            if (epoll_ctl(s->poll, EPOLL_CTL_ADD, c->fd, &event) < 0) load_fail("epoll_ctl");
        }
        turn(s, connections, requests);
    }
    int order[MOST_SERVERS];
    double took[MOST_SERVERS];
    uint64_t random = 42;
    for (int i = 0; i < count; i++) order[i] = i;
    for (double end = load_now() + seconds; load_now() < end;) {
        // Nobody always comes behind the same one.
        for (int i = count - 1; i > 0; i--) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            int k = (int)((random >> 33) % (uint64_t)(i + 1)), other = order[k];
            order[k] = order[i];
            order[i] = other;
        }
        for (int i = 0; i < count; i++) took[order[i]] = turn(&servers[order[i]], connections, requests);
        for (int i = 0; i < count; i++) printf("%.7f%c", took[i], i + 1 < count ? ' ' : '\n');
    }
    return 0;
}
