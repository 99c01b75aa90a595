// SPDX-License-Identifier: Apache-2.0
//
// The ticker: one thread per child that attends to connections which wait in the MPM. httpd's own timed callbacks come
// late when the child is idle, and no MPM tells waiting connections that the child ends.
#include "live.h"
#include <apr_allocator.h>
#include <apr_thread_proc.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define MILLISECOND INT64_C(1000000)
// Deadlines are looked at together if they are this near to each other.
#define GRAIN (10 * MILLISECOND)
// A connection that waits this long is idle.
#define TRIM_INTERVAL (1000 * MILLISECOND)
// The core filter reads into as many blocks.
#define MOST_TRIMMED 2
// How often a child looks whether it ends. Prefork tells nobody; the other MPMs tell.
#define PREFORK_INTERVAL (50 * MILLISECOND)
#define THREADED_INTERVAL (1000 * MILLISECOND)

// How often reactors are looked at.
#define REACTOR_INTERVAL (20 * MILLISECOND)

enum { NOT_STOPPING, STOPPING_GRACEFULLY, STOPPING_NOW };

static apr_thread_t *thread;
static int epoll_descriptor = -1, poke_descriptor = -1;
static atomic_int must_stop, is_stopping;
static _Atomic int64_t next_deadline = INT64_MAX;
static _Atomic int64_t drain_until = INT64_MAX;
static int64_t drain_time;
static int is_async, is_threaded;

static pthread_mutex_t queue_lock = PTHREAD_MUTEX_INITIALIZER;
static modswift_live *queue_first, **queue_last = &queue_first;

void ticker_poke(void) {
    if (poke_descriptor >= 0) modswift_live_ring(poke_descriptor);
}

void ticker_queue(modswift_live *live) {
    pthread_mutex_lock(&queue_lock);
    int was_empty = !queue_first;
    if (!live->is_queued) {
        live->is_queued = 1;
        live->next_queued = NULL;
        *queue_last = live;
        queue_last = &live->next_queued;
    }
    pthread_mutex_unlock(&queue_lock);
    if (was_empty) ticker_poke();
}

static modswift_live *take_queued(void) {
    pthread_mutex_lock(&queue_lock);
    modswift_live *live = queue_first;
    if (live) {
        queue_first = live->next_queued;
        if (!queue_first) queue_last = &queue_first;
        live->is_queued = 0;
    }
    pthread_mutex_unlock(&queue_lock);
    return live;
}

void ticker_expect(int64_t deadline) {
    int64_t known = atomic_load(&next_deadline);
    while (deadline < known) {
        if (!atomic_compare_exchange_weak(&next_deadline, &known, deadline)) continue;
        ticker_poke();
        return;
    }
}

int64_t ticker_drain_until(void) {
    int64_t until = atomic_load(&drain_until);
    // Under prefork a signal tells the process, and the thread that waits sees it before the ticker does.
    if (until == INT64_MAX && !is_async && thread && chttpd_mpm_is_stopping()) {
        int64_t fresh = chttpd_now() + drain_time;
        if (atomic_compare_exchange_strong(&drain_until, &until, fresh)) until = fresh;
    }
    return until;
}

// --- Attending -------------------------------------------------------------------------------------

// Makes the MPM run a connection that waits there: the end of its input can be read, or its socket is hung up.
static void make_run(modswift_live *live, int is_abort) {
    apr_socket_t *socket = ap_get_conn_socket(live->c);
    // A child that ends at once takes its connections with it. To close them one by one would only hold it up.
    if (is_async && atomic_load(&is_stopping) == STOPPING_NOW) return;
    if (live->reactor) return reactor_call_mpm(live);
    if (socket) (void)apr_socket_shutdown(socket, is_abort ? APR_SHUTDOWN_READWRITE : APR_SHUTDOWN_READ);
}

static void poll_writable(conn_rec *c, uint64_t number) {
    struct epoll_event event = {.events = EPOLLOUT | EPOLLONESHOT, .data.u64 = number};
    int descriptor = chttpd_descriptor(c);
    if (descriptor < 0) return;
    if (epoll_ctl(epoll_descriptor, EPOLL_CTL_MOD, descriptor, &event) < 0)
        (void)epoll_ctl(epoll_descriptor, EPOLL_CTL_ADD, descriptor, &event);
}

// Ends a handshake that takes too long: the thread that waits for it, if one does, reads the end of the input.
static void give_up_handshake(modswift_live *live) {
    // Without waiting: under prefork the thread that holds the lock may be in a handler of a signal, waiting for us.
    if (pthread_mutex_trylock(&live->lock) != 0) return;
    if (live->is_handshake && (live->state == LIVE_RUNNING || live->state == LIVE_PARKED)) {
        live->is_handshake = 0;
        atomic_store(&live->deadline, INT64_MAX);
        modswift_tally_settle(live->connection, ticker_drain_until() == INT64_MAX ? TALLY_TIMED_OUT : TALLY_REFUSED);
        make_run(live, 0);
    }
    pthread_mutex_unlock(&live->lock);
}

static void attend(modswift_live *live) {
    pthread_mutex_lock(&live->lock);
    if (live->state != LIVE_PARKED || !live->connection->session) {
        // One that is about to wait, in the MPM or in a reactor, is attended to then: what is due may have become so
        // after it looked.
        if (live->state == LIVE_RUNNING || live->state == LIVE_ATTENDED) live->is_woken = 1;
        pthread_mutex_unlock(&live->lock);
        return;
    }
    live->state = LIVE_ATTENDED;
    live->is_woken = 0;
    uint64_t number = live_number(live);
    pthread_mutex_unlock(&live->lock);

    modswift_connection *connection = live->connection;
    const swift_httpd_plugin_table *table = connection->protocol->table;
    uint32_t answer = SWIFT_HTTPD_ATTENDED;
    if (swift_httpd_can_attend(table))
        answer = table->attend(connection->protocol->instance, live->c, connection->session);

    pthread_mutex_lock(&live->lock);
    live->state = LIVE_PARKED;
    if (live->reactor) reactor_attended(live);
    switch (answer) {
        case SWIFT_HTTPD_WHEN_WRITABLE:
            if (live->reactor) reactor_want_write(live);
            else poll_writable(live->c, number);
            break;
        case SWIFT_HTTPD_RUN: make_run(live, 0); break;
        case SWIFT_HTTPD_ABORT: make_run(live, 1); break;
        default: break;
    }
    int is_woken = live->is_woken;
    pthread_cond_broadcast(&live->attended);
    pthread_mutex_unlock(&live->lock);
    if (is_woken) ticker_queue(live);
}

// Begins to end the child: every connection is told at once.
static void begin_drain(void) {
    int64_t never = INT64_MAX;
    int64_t until = chttpd_now() + (atomic_load(&is_stopping) == STOPPING_NOW ? 0 : drain_time);
    (void)atomic_compare_exchange_strong(&drain_until, &never, until);
    for (uint32_t i = 0; i < live_slots(); i++) {
        modswift_live *live = live_at(i);
        // A client that has not set up TLS by then was not accepted.
        if (atomic_load(&live->is_handshake) && until < atomic_load(&live->deadline))
            modswift_live_deadline(live, until);
        if (is_async) {
            // One that is run at the moment is attended to when it waits, should it not have seen that the child ends.
            modswift_live_wake_slot(live);
        } else if (atomic_load(&live->wake_descriptor) >= 0) {
            modswift_live_ring(atomic_load(&live->wake_descriptor));
        }
    }
}

static void attend_due(int64_t now) {
    int64_t earliest = INT64_MAX;
    // Before the look around: a deadline that is set meanwhile counts.
    atomic_store(&next_deadline, INT64_MAX);
    for (uint32_t i = 0; i < live_slots(); i++) {
        modswift_live *live = live_at(i);
        int64_t due = atomic_load(&live->deadline);
        if (due <= now) {
            give_up_handshake(live);
            if (is_async) attend(live);
            // One that is run at the moment sets its deadline anew before it waits.
            int64_t same = due;
            if (!live->is_handshake) (void)atomic_compare_exchange_strong(&live->deadline, &same, INT64_MAX);
        }
        int64_t deadline = atomic_load(&live->deadline);
        if (deadline < earliest) earliest = deadline;
    }
    ticker_expect(earliest);
}

// Gives back what an idle connection was read into: pages of memory that it does not need before it is read again.
static void trim(modswift_live *live, int64_t now) {
    if (pthread_mutex_trylock(&live->lock) != 0) return;
    int is_idle = live->state == LIVE_PARKED && !live->reactor && !live->is_trimmed && now - live->parked_at > TRIM_INTERVAL;
    if (is_idle) live->state = LIVE_ATTENDED;
    pthread_mutex_unlock(&live->lock);
    if (!is_idle) return;
    apr_allocator_t *allocator = apr_pool_allocator_get(live->c->pool);
    // What is taken out of the list of free blocks goes back to the system, once no more may be kept.
    apr_allocator_max_free_set(allocator, 1);
    apr_memnode_t *blocks = NULL;
    for (int i = 0; i < MOST_TRIMMED; i++) {
        apr_memnode_t *block = apr_allocator_alloc(allocator, APR_BUCKET_BUFF_SIZE);
        if (!block) break;
        block->next = blocks;
        blocks = block;
    }
    if (blocks) apr_allocator_free(allocator, blocks);
    apr_allocator_max_free_set(allocator, ap_max_mem_free);
    pthread_mutex_lock(&live->lock);
    live->is_trimmed = 1;
    live->state = LIVE_PARKED;
    if (live->reactor) reactor_attended(live);
    int is_woken = live->is_woken;
    pthread_cond_broadcast(&live->attended);
    pthread_mutex_unlock(&live->lock);
    if (is_woken) ticker_queue(live);
}

static void trim_idle(int64_t now) {
    static int64_t next;
    if (!is_async || now < next) return;
    next = now + TRIM_INTERVAL;
    for (uint32_t i = 0; i < live_slots(); i++) {
        reactor_look_after(live_at(i), now);
        trim(live_at(i), now);
    }
}

static int next_timeout(int64_t now) {
    int64_t until = atomic_load(&next_deadline);
    int64_t interval = is_threaded ? THREADED_INTERVAL : PREFORK_INTERVAL;
    if (atomic_load(&drain_until) == INT64_MAX && live_open_count() > 0 && now + interval < until)
        until = now + interval;
    // While reactors are used, somebody has to see whether one is held up.
    if (reactor_is_used() && now + REACTOR_INTERVAL < until) until = now + REACTOR_INTERVAL;
    if (until == INT64_MAX) return -1;
    int64_t left = (until > now ? until - now : 0) + GRAIN / 2;
    return left / MILLISECOND > 60000 ? 60000 : (int)(left / MILLISECOND);
}

static void *APR_THREAD_FUNC run(apr_thread_t *self, void *data) {
    struct epoll_event events[64];
    uint64_t count;
    int has_drained = 0;
    (void)self;
    (void)data;
    while (!atomic_load(&must_stop)) {
        int n = epoll_wait(epoll_descriptor, events, 64, next_timeout(chttpd_now()));
        for (int i = 0; i < n; i++) {
            if (events[i].data.u64 == UINT64_MAX) {
                while (read(poke_descriptor, &count, sizeof count) > 0) continue;
            } else {
                modswift_live *live = live_at((uint32_t)events[i].data.u64);
                if (live) attend(live);
            }
        }
        if (atomic_load(&must_stop)) break;
        if (!has_drained && (atomic_load(&is_stopping) || chttpd_mpm_is_stopping())) {
            has_drained = 1;
            begin_drain();
        }
        for (modswift_live *live = take_queued(); live; live = take_queued()) attend(live);
        int64_t now = chttpd_now();
        reactor_look(now);
        if (atomic_load(&next_deadline) <= now) attend_due(now);
        trim_idle(now);
    }
    return NULL;
}

// --- Life-cycle ------------------------------------------------------------------------------------

static apr_status_t stop(void *data) {
    apr_status_t status;
    (void)data;
    atomic_store(&must_stop, 1);
    ticker_poke();
    if (thread) apr_thread_join(&status, thread);
    thread = NULL;
    reactor_stop();
    return APR_SUCCESS;
}

static int can_wait(void) {
    int wait = 0;
#ifdef AP_MPMQ_CAN_WAITIO
    return ap_mpm_query(AP_MPMQ_CAN_WAITIO, &wait) == APR_SUCCESS && wait;
#else
    return wait;
#endif
}

void modswift_ticker_start(apr_pool_t *child, int64_t drain_nanoseconds) {
    sigset_t all, before;
    int async = 0, threads = 0;
    struct epoll_event poke = {.events = EPOLLIN, .data.u64 = UINT64_MAX};
    atomic_store(&must_stop, 0);
    is_async = ap_mpm_query(AP_MPMQ_IS_ASYNC, &async) == APR_SUCCESS && async;
    is_threaded = ap_mpm_query(AP_MPMQ_IS_THREADED, &threads) == APR_SUCCESS && threads;
    drain_time = drain_nanoseconds;
    epoll_descriptor = epoll_create1(EPOLL_CLOEXEC);
    poke_descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (epoll_descriptor < 0 || poke_descriptor < 0) return;
    if (epoll_ctl(epoll_descriptor, EPOLL_CTL_ADD, poke_descriptor, &poke) < 0) return;
    // The MPM's signals are for its own threads: under prefork, a handler ends the process from inside.
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (apr_thread_create(&thread, NULL, run, NULL, child) != APR_SUCCESS) thread = NULL;
    // Where a connection cannot wait in the MPM there is nothing for them to do; without the ticker, nobody who looks
    // after them.
    if (thread && can_wait()) reactor_start();
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    apr_pool_pre_cleanup_register(child, NULL, stop);
}

void modswift_ticker_child_stopping(apr_pool_t *child, int graceful) {
    (void)child;
    atomic_store(&is_stopping, graceful ? STOPPING_GRACEFULLY : STOPPING_NOW);
    ticker_poke();
}
