// SPDX-License-Identifier: Apache-2.0
//
// The thread of a child that receives what others send, sends what had to wait, and sees who comes and goes.
//
// Who is there is in the table alone; a packet with news only says that it is worth a look, and without one the thread
// looks every second. What it has told its receivers is its own list, so that each child is told of once, whichever way
// the news came. A child's own messages come before the news that it is there no more.
#include "stations.h"
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <linux/sockios.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LOOK_INTERVAL (1000 * MILLISECOND)
#define RETRY_INTERVAL (10 * MILLISECOND)
// How long what waits to be sent, and the receiver that is being called, hold up the end of the child.
#define FAREWELL (200 * MILLISECOND)
#define LAST_CALL (1000 * MILLISECOND)
// How long somebody waits to hear what was sent already, and for how long nobody does after it took longer.
#define CATCH_UP (50 * MILLISECOND)
#define CATCH_UP_PAUSE (500 * MILLISECOND)
// So many packets before what had to wait is sent.
#define BATCH 256
// After so many packets none of a child that is gone can be left: no socket holds as many.
#define MOST_PACKETS 65536

// What is known of another child, by its station.
typedef struct neighbour {
    // 0 if nobody was told of anybody there.
    uint64_t child;
    // The last one that was said to be gone: what has its number, or a lower one, comes too late.
    uint64_t last_left;
    int is_leaving;
    // A message of which not all parts are there: malloc'd.
    unsigned char *bytes;
    uint64_t total, received;
    uint32_t channel;
} neighbour;

static neighbour neighbours[STATIONS];
static pthread_t thread;
static int has_thread, poke_descriptor = -1;
static atomic_int must_stop, is_poked;
static int someone_leaves;
// Bytes that were taken from the socket, while whoever takes some has the lock, and those of them that were dealt with.
static pthread_mutex_t taking = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t progress = PTHREAD_COND_INITIALIZER;
static uint64_t taken, dealt_with;
static int is_awaited;
static uint32_t packets_since;

void bus_poke(void) {
    const uint64_t one = 1;
    if (poke_descriptor < 0 || atomic_exchange(&is_poked, 1)) return;
    (void)!write(poke_descriptor, &one, sizeof one);
}

// --- Who is there ------------------------------------------------------------------------------------

static void tell(uint32_t kind, uint64_t child) { channel_deliver(0, kind, child, NULL, 0); }

static void drop_parts(neighbour *n) {
    free(n->bytes);
    n->bytes = NULL;
}

static void say_left(neighbour *n) {
    uint64_t child = n->child;
    drop_parts(n);
    n->last_left = child;
    n->child = 0;
    n->is_leaving = 0;
    if (child) tell(SWIFT_HTTPD_CHANNEL_LEFT, child);
}

static void say_joined(neighbour *n, uint64_t child) {
    n->child = child;
    tell(SWIFT_HTTPD_CHANNEL_JOINED, child);
}

static void look(void) {
    for (uint32_t i = 0; i < station_end(); i++) {
        neighbour *n = &neighbours[i];
        uint64_t holder = (int)i == own_place ? 0 : station_holder(i);
        if (n->child && n->child != holder && !n->is_leaving) {
            outbox_forget(i);
            // What it sent may still be in the socket.
            n->is_leaving = 1;
            someone_leaves = 1;
            packets_since = 0;
        }
        if (!n->child && holder > n->last_left) say_joined(n, holder);
    }
}

// Nothing is left of those who are gone.
static void settle(void) {
    someone_leaves = 0;
    for (uint32_t i = 0; i < station_end(); i++)
        if (neighbours[i].is_leaving) say_left(&neighbours[i]);
    look();
}

// --- Receiving ---------------------------------------------------------------------------------------

static void receive_part(neighbour *n, const packet_head *head, const unsigned char *part, uint64_t count) {
    if (head->offset == 0) {
        drop_parts(n);
        if (count == head->total) {
            channel_deliver(head->channel, SWIFT_HTTPD_CHANNEL_MESSAGE, head->from, part, count);
            return;
        }
        n->bytes = malloc(head->total);
        n->total = head->total;
        n->channel = head->channel;
        n->received = 0;
    }
    // Parts of a message whose first part was not taken.
    if (!n->bytes || head->offset != n->received || head->total != n->total || count > n->total - n->received) return;
    memcpy(n->bytes + n->received, part, count);
    n->received += count;
    if (n->received < n->total) return;
    unsigned char *bytes = n->bytes;
    n->bytes = NULL;
    channel_deliver(n->channel, SWIFT_HTTPD_CHANNEL_MESSAGE, head->from, bytes, n->total);
    free(bytes);
}

typedef union packet {
    packet_head head;
    unsigned char bytes[sizeof(packet_head) + PART];
} packet;

static void deal_with(const packet *packet, size_t count) {
    const packet_head *head = &packet->head;
    if (count < sizeof *head || head->to != atomic_load(&own_child)) return;
    if (head->kind == PACKET_NEWS) {
        look();
    } else if (head->kind == PACKET_MESSAGE && head->place < STATIONS && head->channel > 0 &&
               head->channel <= CHANNELS && head->total <= CAPACITY) {
        neighbour *n = &neighbours[head->place];
        if ((int)head->place != own_place && n->child != head->from) {
            if (head->from <= n->last_left || head->from < n->child) return;
            if (n->child) say_left(n);
            say_joined(n, head->from);
        }
        receive_part(n, head, packet->bytes + sizeof *head, count - sizeof *head);
    }
}

// Whether a packet came.
static int receive(void) {
    static packet packet;
    pthread_mutex_lock(&taking);
    ssize_t count = recv(station_receiver(), &packet, sizeof packet, MSG_DONTWAIT);
    if (count > 0) taken += (uint64_t)count;
    pthread_mutex_unlock(&taking);
    if (count <= 0) return 0;
    deal_with(&packet, (size_t)count);
    pthread_mutex_lock(&taking);
    dealt_with += (uint64_t)count;
    if (is_awaited) pthread_cond_broadcast(&progress);
    pthread_mutex_unlock(&taking);
    return 1;
}

// --- The thread --------------------------------------------------------------------------------------

static void wait_for_news(struct pollfd *polled, uint32_t *waiting, int64_t until) {
    int retry = 0;
    uint64_t rings;
    atomic_store(&is_poked, 0);
    uint32_t count = outbox_flush(waiting, &retry);
    for (uint32_t i = 0; i < count; i++)
        polled[i + 2] = (struct pollfd){.fd = station_sender(waiting[i]), .events = POLLOUT};
    int64_t left = until - chttpd_now();
    if (retry && left > RETRY_INTERVAL) left = RETRY_INTERVAL;
    polled[0] = (struct pollfd){.fd = poke_descriptor, .events = POLLIN};
    polled[1] = (struct pollfd){.fd = station_receiver(), .events = POLLIN};
    (void)poll(polled, count + 2, left > 0 ? (int)((left + MILLISECOND - 1) / MILLISECOND) : 0);
    if (polled[0].revents) (void)!read(poke_descriptor, &rings, sizeof rings);
}

static void *run(void *data) {
    static struct pollfd polled[STATIONS + 2];
    static uint32_t waiting[STATIONS];
    int64_t next_look = 0;
    (void)data;
    while (!atomic_load(&must_stop)) {
        int64_t now = chttpd_now();
        if (now >= next_look) {
            look();
            next_look = now + LOOK_INTERVAL;
        }
        int is_empty = 0, may_settle = someone_leaves;
        for (int i = 0; i < BATCH && !is_empty && !atomic_load(&must_stop); i++) is_empty = !receive();
        packets_since += BATCH;
        if (may_settle && (is_empty || packets_since > MOST_PACKETS)) settle();
        wait_for_news(polled, waiting, is_empty && !someone_leaves ? next_look : 0);
    }
    int64_t end = chttpd_now() + FAREWELL;
    int retry;
    for (uint32_t count = outbox_flush(waiting, &retry); (count || retry) && chttpd_now() < end;
         count = outbox_flush(waiting, &retry))
        apr_sleep(RETRY_INTERVAL / 2000);
    return NULL;
}

// Runs inside of a handler of a signal under prefork: no memory is taken, and nothing waits for good.
static apr_status_t stop(void *data) {
    struct timespec until;
    (void)data;
    outbox_close(chttpd_now() + FAREWELL);
    atomic_store(&must_stop, 1);
    atomic_store(&is_poked, 0);
    bus_poke();
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += LAST_CALL / (1000 * MILLISECOND);
    // A receiver may wait for what the thread holds that this one interrupted: the process ends without it.
    if (has_thread) (void)pthread_clockjoin_np(thread, NULL, CLOCK_MONOTONIC, &until);
    has_thread = 0;
    station_release();
    return APR_SUCCESS;
}

// --- Catching up -------------------------------------------------------------------------------------

// Under prefork a child is ended from inside a handler of a signal, by a thread that waits for the one which receives.
static void enter(sigset_t *before) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, before);
    pthread_mutex_lock(&taking);
}

static void leave(const sigset_t *before) {
    pthread_mutex_unlock(&taking);
    pthread_sigmask(SIG_SETMASK, before, NULL);
}

void modswift_channel_catch_up(void) {
    static int64_t next_try;
    struct timespec until;
    sigset_t before;
    int waiting = 0;
    if (!has_thread || pthread_equal(pthread_self(), thread)) return;
    enter(&before);
    // What is in the socket or in the thread's hands now; not what comes meanwhile, which may have no end.
    if (ioctl(station_receiver(), FIONREAD, &waiting) != 0 || waiting < 0) waiting = 0;
    const uint64_t end = taken + (uint64_t)waiting;
    int64_t now = dealt_with < end ? chttpd_now() : 0;
    if (dealt_with < end && now >= next_try) {
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += CATCH_UP;
        if (until.tv_nsec >= 1000 * MILLISECOND) {
            until.tv_nsec -= 1000 * MILLISECOND;
            until.tv_sec++;
        }
        int status = 0;
        is_awaited++;
        while (dealt_with < end && status == 0)
            status = pthread_cond_clockwait(&progress, &taking, CLOCK_MONOTONIC, &until);
        is_awaited--;
        // A receiver takes long, or waits for the one that waits here.
        if (dealt_with < end) next_try = chttpd_now() + CATCH_UP_PAUSE;
    }
    leave(&before);
}

void modswift_bus_child(apr_pool_t *child, server_rec *s) {
    sigset_t all, before;
    atomic_store(&must_stop, 0);
    own_server = s;
    poke_descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (poke_descriptor < 0 || !station_claim()) {
        ap_log_error_("swift", 0, swift_module.module_index, APLOG_WARNING, 0, s,
                      "this child sends no messages to others and receives none: there are too few sockets for all");
        return;
    }
    // Before anybody is told of this child, whose messages may come from then on.
    outbox_open();
    // The MPM's signals are for its own threads: under prefork, a handler ends the process from inside.
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    has_thread = pthread_create(&thread, NULL, run, NULL) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!has_thread) {
        ap_log_error_("swift", 0, swift_module.module_index, APLOG_WARNING, 0, s,
                      "this child sends no messages to others and receives none: it can start no thread");
        outbox_close(chttpd_now());
        station_release();
        return;
    }
    station_announce();
    apr_pool_pre_cleanup_register(child, NULL, stop);
}
