// SPDX-License-Identifier: Apache-2.0
//
// What the thread of a reactor does: it serves the connections that have something to do.
#include "reactor.h"
#include <sys/resource.h>
#include <time.h>

// A session that takes longer to serve loses little by the way through the MPM, and gains its many threads.
#define SLOW (2 * MILLISECOND)
// How often the MPM runs it after that. One that was only held up is back soon.
#define SLOW_RUNS 16
#define CACHE_LINE 64
// How much of a connection, of our record of it and of its session a message touches.
static const int hint_lines[3] = {2, 1, 10};

// --- Slowness --------------------------------------------------------------------------------------

static void look_at_usage(struct modswift_reactor *reactor) {
    struct timespec processor;
    struct rusage used;
    // Of the two, only the clock is exact between two ticks, and only the other knows of waits.
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &processor) != 0 || getrusage(RUSAGE_THREAD, &used) != 0) return;
    reactor->used.processor = (int64_t)processor.tv_sec * 1000 * MILLISECOND + processor.tv_nsec;
    reactor->used.waits = used.ru_nvcsw;
    reactor->served = 0;
}

// Whether it is the session's doing that it took long: on a busy machine a thread often loses its processor to another
// one, and nothing is won when the session runs elsewhere.
static int is_slow(struct modswift_reactor *reactor) {
    struct usage before = reactor->used;
    before.processor += reactor->served;
    look_at_usage(reactor);
    return reactor->used.waits != before.waits || reactor->used.processor - before.processor > SLOW;
}

// --- Serving ---------------------------------------------------------------------------------------

// Whether a connection can be served; its lock is held.
static int may_serve(struct modswift_reactor *reactor, modswift_live *live, uint64_t number, uint32_t events) {
    // The event may be of a connection that was here before, or had the slot.
    if (live_number(live) != number || live->reactor != reactor || live->is_called) return 0;
    if (live->state == LIVE_ATTENDED) {
        // The ticker works on it, and has it polled again.
        live->is_missed = 1;
        reactor_set_interest(live, NO_INTEREST);
    }
    if (live->state != LIVE_PARKED) return 0;
    if (live->direction == SWIFT_HTTPD_WAIT_NEITHER) {
        if (!(events & (EPOLLHUP | EPOLLERR))) return 0;
        // Its session neither reads nor writes, and would not see that the client is gone.
        chttpd_abandon(live->c);
        reactor_call_mpm(live);
        return 0;
    }
    return 1;
}

static void serve(struct modswift_reactor *reactor, uint64_t number, uint32_t events) {
    modswift_live *live = live_at((uint32_t)number);
    if (!live) return;
    pthread_mutex_lock(&live->lock);
    if (!may_serve(reactor, live, number, events)) {
        pthread_mutex_unlock(&live->lock);
        return;
    }
    live->state = LIVE_ATTENDED;
    live->is_woken = 0;
    pthread_mutex_unlock(&live->lock);

    int64_t now = chttpd_now();
    atomic_store(&reactor->busy_since, now);
    board_serve(live);
    modswift_connection *connection = live->connection;
    const swift_httpd_plugin_table *table = connection->protocol->table;
    uint32_t answer = table->serve(connection->protocol->instance, live->c, connection->session);
    int64_t ended = chttpd_now();
    atomic_store(&reactor->busy_since, 0);
    if (atomic_load(&reactor->is_stuck)) atomic_store(&reactor->is_stuck, 0);

    pthread_mutex_lock(&live->lock);
    live->state = LIVE_PARKED;
    live->active_at = now;
    if (live->is_missed) {
        live->is_missed = 0;
        live->interest = UNKNOWN_INTEREST;
    }
    if (ended - now <= SLOW) {
        reactor->served += ended - now;
    } else if (is_slow(reactor)) {
        live->is_cooling = 1;
        live->slow_runs = SLOW_RUNS;
    }
    if (answer != SWIFT_HTTPD_RUN) live->direction = (int)answer - SWIFT_HTTPD_SERVED;
    // The ticker may never find one at rest that is served all the time.
    if (answer == SWIFT_HTTPD_RUN || live->is_cooling || reactor_is_due(live, ended))
        reactor_call_mpm(live);
    else
        reactor_poll(live);
    int is_woken = live->is_woken;
    pthread_cond_broadcast(&live->attended);
    pthread_mutex_unlock(&live->lock);
    if (is_woken) ticker_queue(live);
}

// What a connection is made of lies in many places, which thousands of others have driven out of the caches since it was
// served last: it is asked for while those before it are served.
static void prepare(const struct epoll_event *events, int i, int n) {
    if (i + 2 < n) {
        const char *live = (const char *)live_at((uint32_t)events[i + 2].data.u64);
        for (size_t line = 0; line < sizeof(modswift_live); line += CACHE_LINE) __builtin_prefetch(live + line, 1);
    }
    modswift_live *live = i + 1 < n ? live_at((uint32_t)events[i + 1].data.u64) : NULL;
    for (int hint = 0; live && hint < 3; hint++) {
        const char *what = atomic_load_explicit(&live->hints[hint], memory_order_relaxed);
        for (int line = 0; line < hint_lines[hint]; line++) __builtin_prefetch(what + line * CACHE_LINE, 1);
    }
}

void *reactor_run(void *data) {
    struct modswift_reactor *reactor = data;
    struct epoll_event events[MOST_EVENTS];
    board_enter();
    while (!reactor_must_stop()) {
        int n = epoll_wait(reactor->epoll_descriptor, events, MOST_EVENTS, -1);
        look_at_usage(reactor);
        for (int i = 0; i < n; i++) atomic_store_explicit(&reactor->batch[i], events[i].data.u64, memory_order_relaxed);
        for (int i = 0; i < n && !reactor_must_stop(); i++) {
            prepare(events, i, n);
            atomic_store_explicit(&reactor->batch[i], STOP, memory_order_relaxed);
            if (events[i].data.u64 != STOP) serve(reactor, events[i].data.u64, events[i].events);
        }
    }
    return NULL;
}

static void relieve_of(struct modswift_reactor *reactor, uint64_t number) {
    modswift_live *live = live_at((uint32_t)number);
    if (!live) return;
    pthread_mutex_lock(&live->lock);
    if (live_number(live) == number && live->reactor == reactor && !live->is_called) {
        if (live->state == LIVE_PARKED) reactor_call_mpm(live);
        if (live->state == LIVE_ATTENDED) live->is_missed = 1;
    }
    pthread_mutex_unlock(&live->lock);
}

void reactor_relieve(struct modswift_reactor *reactor) {
    struct epoll_event events[MOST_EVENTS];
    // One that the reactor comes to meanwhile is run once for nothing.
    for (int i = 0; i < MOST_EVENTS; i++) {
        uint64_t number = atomic_exchange_explicit(&reactor->batch[i], STOP, memory_order_relaxed);
        if (number != STOP) relieve_of(reactor, number);
    }
    int n = epoll_wait(reactor->epoll_descriptor, events, MOST_EVENTS, 0);
    for (int i = 0; i < n; i++)
        if (events[i].data.u64 != STOP) relieve_of(reactor, events[i].data.u64);
}
