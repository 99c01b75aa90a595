// SPDX-License-Identifier: Apache-2.0
//
// What a reactor is. `reactor.c` gives it connections and takes them back, `reactor_serve.c` is what its thread does.
#ifndef MODSWIFT_REACTOR_H
#define MODSWIFT_REACTOR_H
#include "live.h"
#include <sys/epoll.h>

#define MILLISECOND INT64_C(1000000)
#define MOST_EVENTS 64
// epoll tells of errors in any case: so once, and not over and over.
#define NO_INTEREST EPOLLET
#define UNKNOWN_INTEREST UINT32_MAX
// No connection has this number.
#define STOP UINT64_MAX

// What a thread has used up to now.
struct usage {
    // Nanoseconds of a processor.
    int64_t processor;
    // How often it gave its processor up to wait for something.
    long waits;
};

struct modswift_reactor {
    pthread_t thread;
    int epoll_descriptor;
    int is_running;
    // When it began to serve the connection that it serves; 0 if it serves none.
    _Atomic int64_t busy_since;
    atomic_int is_stuck;
    // What the thread had used when it last looked, and for how many nanoseconds it has served since.
    struct usage used;
    int64_t served;
    // Of what it was told at once, the numbers of what it has not served yet, or STOP; epoll does not tell of it again.
    _Atomic uint64_t batch[MOST_EVENTS];
};

// Whether the child ends.
__attribute__((visibility("hidden"))) int reactor_must_stop(void);
// What the thread does.
__attribute__((visibility("hidden"))) void *reactor_run(void *reactor);
// Has the MPM run what a reactor that is held up cannot serve.
__attribute__((visibility("hidden"))) void reactor_relieve(struct modswift_reactor *reactor);

// For the rest the connection's lock is held.

// Has the socket of a connection polled for these events.
__attribute__((visibility("hidden"))) void reactor_set_interest(modswift_live *live, uint32_t events);
// The same for what it waits for.
__attribute__((visibility("hidden"))) void reactor_poll(modswift_live *live);
// Whether the MPM has waited for half of the time after which it ends a connection.
__attribute__((visibility("hidden"))) int reactor_is_due(const modswift_live *live, int64_t now);
#endif
