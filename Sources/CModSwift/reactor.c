// SPDX-License-Identifier: Apache-2.0
//
// The reactors: a few threads per child that serve connections while their clients are quick.
//
// The way through the MPM, its listener, its queue and a thread of its own, costs more than all else that a small
// message takes. A connection whose client answers within a moment waits here instead: a reactor polls its socket,
// with those of many others, and runs its session in place. To the MPM it is a connection that waits as any other
// does, so that its timeouts, its count and its end stay the MPM's. Only, what the MPM polls meanwhile is an event
// descriptor, through which it is made to run the connection again.
//
// For that the filters of such a connection have a socket record of their own: in the MPM's, the descriptor changes.
#include "reactor.h"
#include <apr_portable.h>
#include <limits.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

// A client that sends again within this time is quick; one that has not is given back to the MPM.
#define QUICK (1000 * MILLISECOND)
// A session that keeps its reactor for longer holds up the others, which go back to the MPM's many threads.
#define STUCK (20 * MILLISECOND)
// The MPM's timeout runs while a connection is served here: before it passes, the MPM runs the connection once.
#define MPM_LEAST (6 * 1000 * MILLISECOND)
#define MOST_REACTORS 4
#define MOST_CONNECTIONS 4096

static struct modswift_reactor reactors[MOST_REACTORS];
static int reactor_count, most_connections;
// From here on descriptors are for clients: httpd ends a child that cannot accept one for want of them.
static int end_of_descriptors;
static int stop_descriptor = -1;
static atomic_int must_stop, connection_count;

int reactor_must_stop(void) { return atomic_load(&must_stop); }
int reactor_is_used(void) { return atomic_load(&connection_count) > 0; }

// --- Sockets ---------------------------------------------------------------------------------------

void reactor_adopt(modswift_live *live) {
    conn_rec *c = live->c;
    apr_socket_t *waiting = ap_get_conn_socket(c), *own = NULL;
    ap_filter_t *f = c->input_filters;
    apr_os_sock_t descriptor;
    apr_interval_time_t timeout;
    live->socket = NULL;
    live->timeout = c->base_server->timeout * 1000;
    if (reactor_count == 0 || !waiting || !swift_httpd_can_serve(live->connection->protocol->table)) return;
    while (f && f->frec != ap_core_input_filter_handle) f = f->next;
    core_net_rec *net = f ? f->ctx : NULL;
    if (!net || net->client_socket != waiting) return;
    if (apr_os_sock_get(&descriptor, waiting) != APR_SUCCESS) return;
    if (apr_socket_timeout_get(waiting, &timeout) != APR_SUCCESS) return;
    // Without a cleanup: the MPM's record closes the descriptor.
    if (apr_os_sock_put(&own, &descriptor, c->pool) != APR_SUCCESS || !own) return;
    if (apr_socket_timeout_set(own, timeout) != APR_SUCCESS) return;
    net->client_socket = own;
    if (net->in_ctx) {
        // Something was read before: a handshake, or the request that was upgraded.
        for (apr_bucket *b = APR_BRIGADE_FIRST(net->in_ctx->b); b != APR_BRIGADE_SENTINEL(net->in_ctx->b);
             b = APR_BUCKET_NEXT(b))
            if (APR_BUCKET_IS_SOCKET(b)) b->data = own;
    }
    ap_set_core_module_config(c->conn_config, own);
    live->socket = waiting;
    live->descriptor = descriptor;
}

void reactor_set_interest(modswift_live *live, uint32_t events) {
    struct epoll_event event = {.events = events, .data.u64 = live_number(live)};
    if (live->interest == events) return;
    live->interest = events;
    (void)epoll_ctl(live->reactor->epoll_descriptor, EPOLL_CTL_MOD, live->descriptor, &event);
}

static uint32_t events_for(const modswift_live *live) {
    switch (live->direction) {
    case SWIFT_HTTPD_WAIT_READ: return EPOLLIN | live->edge;
    case SWIFT_HTTPD_WAIT_WRITE: return EPOLLOUT;
    case SWIFT_HTTPD_WAIT_EITHER: return EPOLLIN | EPOLLOUT;
    default: return NO_INTEREST;
    }
}

void reactor_poll(modswift_live *live) { reactor_set_interest(live, events_for(live)); }

// The host may have become another one since, when the client had named it.
static int64_t mpm_timeout(const modswift_live *live) {
    int64_t present = live->c->base_server->timeout * 1000;
    return present < live->timeout ? present : live->timeout;
}

// --- Taking and giving back ------------------------------------------------------------------------

static struct modswift_reactor *choose(const modswift_live *live, int direction) {
    for (int i = 0; i < reactor_count; i++) {
        struct modswift_reactor *reactor = &reactors[(live->index + (uint32_t)i) % (uint32_t)reactor_count];
        if (!atomic_load(&reactor->is_stuck)) return reactor;
    }
    // One that waits for nothing loses nothing in a reactor that is held up, and would hold a thread of the MPM.
    return direction == SWIFT_HTTPD_WAIT_NEITHER && reactor_count > 0 ? &reactors[live->index % (uint32_t)reactor_count]
                                                                      : NULL;
}

int reactor_reserve(modswift_live *live, int direction) {
    if (!live->socket || atomic_load(&must_stop)) return 0;
    // Waiting for nothing takes a thread of the MPM otherwise.
    if (direction != SWIFT_HTTPD_WAIT_NEITHER) {
        if (!live->is_quick || live->is_cooling || live->slow_runs > 0) return 0;
    }
    if (mpm_timeout(live) < MPM_LEAST) return 0;
    struct modswift_reactor *reactor = choose(live, direction);
    if (!reactor) return 0;
    if (live->wake_descriptor < 0) {
        // The lowest number that is free.
        int descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        if (descriptor >= end_of_descriptors) {
            close(descriptor);
            return 0;
        }
        live->wake_descriptor = descriptor;
    }
    if (live->wake_descriptor < 0) return 0;
    if (atomic_fetch_add(&connection_count, 1) >= most_connections) {
        atomic_fetch_sub(&connection_count, 1);
        return 0;
    }
    // Without interest until the connection waits.
    struct epoll_event event = {.events = NO_INTEREST, .data.u64 = live_number(live)};
    if (epoll_ctl(reactor->epoll_descriptor, EPOLL_CTL_ADD, live->descriptor, &event) < 0) {
        atomic_fetch_sub(&connection_count, 1);
        return 0;
    }
    pthread_mutex_lock(&live->lock);
    live->reactor = reactor;
    live->direction = direction;
    // So that what happened meanwhile is reported once more.
    live->interest = UNKNOWN_INTEREST;
    pthread_mutex_unlock(&live->lock);
    return 1;
}

void reactor_take(modswift_live *live) {
    apr_os_sock_t descriptor = atomic_load(&live->wake_descriptor);
    (void)apr_os_sock_put(&live->socket, &descriptor, live->c->pool);
    live->c->cs->sense = CONN_SENSE_WANT_READ;
    live->active_at = live->parked_at;
    live->is_missed = 0;
    live->is_called = 0;
    // A session that waits to read the socket itself has read all there was: to be told of what comes is enough. Filters
    // may have left something.
    live->edge = chttpd_direct(live->c) >= 0 ? EPOLLET : 0;
    const void *hints[3] = {live->c, live->connection, live->connection->session};
    for (int i = 0; i < 3; i++) atomic_store_explicit(&live->hints[i], hints[i], memory_order_relaxed);
    reactor_poll(live);
}

void reactor_give_back(modswift_live *live) {
    uint64_t count;
    apr_os_sock_t descriptor = live->descriptor;
    (void)epoll_ctl(live->reactor->epoll_descriptor, EPOLL_CTL_DEL, live->descriptor, NULL);
    (void)apr_os_sock_put(&live->socket, &descriptor, live->c->pool);
    live->reactor = NULL;
    atomic_fetch_sub(&connection_count, 1);
    // How often it was rung is of no interest.
    if (read(live->wake_descriptor, &count, sizeof count) < 0) return;
}

void reactor_call_mpm(modswift_live *live) {
    reactor_set_interest(live, NO_INTEREST);
    live->is_called = 1;
    modswift_live_ring(live->wake_descriptor);
}

void reactor_want_write(modswift_live *live) {
    // Its client has ended its side, and has to take what was pushed before it waits for nothing again.
    if (live->direction == SWIFT_HTTPD_WAIT_NEITHER) live->direction = SWIFT_HTTPD_WAIT_WRITE;
    if (!live->is_called) reactor_set_interest(live, events_for(live) | EPOLLOUT);
}

void reactor_attended(modswift_live *live) {
    if (!live->is_missed || live->is_called) return;
    live->is_missed = 0;
    // What a connection that waits for nothing missed is its end, of which epoll told once.
    live->interest = UNKNOWN_INTEREST;
    reactor_poll(live);
}

// Whether the MPM has waited for half of the time after which it ends a connection.
int reactor_is_due(const modswift_live *live, int64_t now) {
    return now - live->parked_at > mpm_timeout(live) / 2;
}

void reactor_look_after(modswift_live *live, int64_t now) {
    if (pthread_mutex_trylock(&live->lock) != 0) return;
    if (live->reactor && live->state == LIVE_PARKED && !live->is_called) {
        int is_idle = now - live->active_at > QUICK && live->direction != SWIFT_HTTPD_WAIT_NEITHER;
        if (is_idle || reactor_is_due(live, now)) {
            live->is_cooling = is_idle;
            reactor_call_mpm(live);
        }
    }
    pthread_mutex_unlock(&live->lock);
}

int reactor_is_quick(const modswift_live *live, int64_t now) {
    return live->reactor ? !live->is_cooling : live->parked_at > 0 && now - live->parked_at < QUICK;
}

// --- Reactors that are held up --------------------------------------------------------------------

void reactor_look(int64_t now) {
    for (int i = 0; i < reactor_count; i++) {
        int64_t since = atomic_load(&reactors[i].busy_since);
        if (since == 0 || now - since < STUCK) continue;
        atomic_store(&reactors[i].is_stuck, 1);
        // It may have come free meanwhile.
        if (atomic_load(&reactors[i].busy_since) != since) atomic_store(&reactors[i].is_stuck, 0);
        reactor_relieve(&reactors[i]);
    }
}

// --- Life-cycle ------------------------------------------------------------------------------------

static int start(struct modswift_reactor *reactor) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = STOP};
    reactor->epoll_descriptor = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < MOST_EVENTS; i++) atomic_store(&reactor->batch[i], STOP);
    if (reactor->epoll_descriptor < 0) return 0;
    if (epoll_ctl(reactor->epoll_descriptor, EPOLL_CTL_ADD, stop_descriptor, &event) == 0)
        reactor->is_running = pthread_create(&reactor->thread, NULL, reactor_run, reactor) == 0;
    return reactor->is_running;
}

void reactor_start(void) {
    struct rlimit files;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int wanted = processors < 1 ? 1 : processors > MOST_REACTORS ? MOST_REACTORS : (int)processors;
    most_connections = MOST_CONNECTIONS;
    end_of_descriptors = INT_MAX;
    // Each takes a descriptor more.
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < INT_MAX) {
        if (files.rlim_cur / 4 < MOST_CONNECTIONS) most_connections = (int)(files.rlim_cur / 4);
        end_of_descriptors = (int)(files.rlim_cur - files.rlim_cur / 4);
    }
    atomic_store(&must_stop, 0);
    stop_descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (stop_descriptor < 0) return;
    while (reactor_count < wanted && start(&reactors[reactor_count])) reactor_count++;
}

void reactor_stop(void) {
    atomic_store(&must_stop, 1);
    if (stop_descriptor >= 0) modswift_live_ring(stop_descriptor);
    for (int i = 0; i < reactor_count; i++) pthread_join(reactors[i].thread, NULL);
    reactor_count = 0;
}
