// SPDX-License-Identifier: Apache-2.0
//
// The table of live connections. Lock order: table, then connection, then the ticker's queue.
#include "live.h"
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define CHUNK 256
#define MOST_CHUNKS 4096

static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic(modswift_live *) chunks[MOST_CHUNKS];
static _Atomic uint32_t slot_count;
static atomic_int open_count;
static modswift_live *free_slots;

modswift_live *live_at(uint32_t index) {
    if (index >= atomic_load(&slot_count)) return NULL;
    return atomic_load(&chunks[index / CHUNK]) + index % CHUNK;
}

uint32_t live_slots(void) { return atomic_load(&slot_count); }
int live_open_count(void) { return atomic_load(&open_count); }

// Makes a chunk of free slots; the table's lock is held.
static void grow(void) {
    uint32_t count = atomic_load(&slot_count);
    modswift_live *chunk = count / CHUNK < MOST_CHUNKS ? calloc(CHUNK, sizeof(*chunk)) : NULL;
    if (!chunk) return;
    for (uint32_t i = CHUNK; i-- > 0;) {
        modswift_live *live = &chunk[i];
        pthread_mutex_init(&live->lock, NULL);
        pthread_cond_init(&live->attended, NULL);
        live->index = count + i;
        live->wake_descriptor = -1;
        atomic_store(&live->deadline, INT64_MAX);
        live->next_free = free_slots;
        free_slots = live;
    }
    atomic_store(&chunks[count / CHUNK], chunk);
    atomic_store(&slot_count, count + CHUNK);
}

// Waits until the ticker lets go of the connection; its lock is held.
static void await_attention(modswift_live *live) {
    while (live->state == LIVE_ATTENDED) pthread_cond_wait(&live->attended, &live->lock);
}

// A connection that waits in the MPM alone has one descriptor; the lock is held.
static void close_wake_descriptor(modswift_live *live) {
    int descriptor = atomic_exchange(&live->wake_descriptor, -1);
    if (descriptor >= 0) close(descriptor);
}

// Tells the plugin, once, that the connection is over.
static void end(modswift_live *live) {
    pthread_mutex_lock(&live->lock);
    await_attention(live);
    int was_open = live->state != LIVE_CLOSED;
    live->state = LIVE_CLOSED;
    // One that was going to wait, and is closed instead.
    if (live->reactor) reactor_give_back(live);
    pthread_mutex_unlock(&live->lock);
    modswift_connection *connection = live->connection;
    const swift_httpd_plugin_table *table = connection->protocol->table;
    if (was_open && connection->session && swift_httpd_can_attend(table))
        table->end(connection->protocol->instance, live->c, connection->session);
}

static apr_status_t leave(void *data) {
    modswift_live *live = data;
    chttpd_hold_signals();
    end(live);
    pthread_mutex_lock(&live->lock);
    // The MPM ends a connection that waits without running it when it has no thread left.
    if (live->reactor) reactor_give_back(live);
    // Under the other MPMs the ticker rings without the lock, and the slot keeps it.
    if (live->socket) close_wake_descriptor(live);
    live->connection->live = NULL;
    live->socket = NULL;
    live->parked_at = 0;
    live->is_quick = 0;
    live->slow_runs = 0;
    live->is_cooling = 0;
    live->generation++;
    live->state = LIVE_FREE;
    live->is_woken = 0;
    live->is_handshake = 0;
    live->c = NULL;
    live->connection = NULL;
    atomic_store(&live->deadline, INT64_MAX);
    pthread_mutex_unlock(&live->lock);
    pthread_mutex_lock(&table_lock);
    live->next_free = free_slots;
    free_slots = live;
    pthread_mutex_unlock(&table_lock);
    atomic_fetch_sub(&open_count, 1);
    chttpd_release_signals();
    return APR_SUCCESS;
}

void modswift_live_enter(conn_rec *c, modswift_connection *connection, int64_t handshake) {
    pthread_mutex_lock(&table_lock);
    if (!free_slots) grow();
    modswift_live *live = free_slots;
    if (live) free_slots = live->next_free;
    pthread_mutex_unlock(&table_lock);
    if (!live) return;
    pthread_mutex_lock(&live->lock);
    live->state = LIVE_RUNNING;
    live->is_handshake = handshake > 0;
    live->c = c;
    live->connection = connection;
    reactor_adopt(live);
    pthread_mutex_unlock(&live->lock);
    connection->live = live;
    // Before the session goes, and before the filters do.
    apr_pool_pre_cleanup_register(c->pool, live, leave);
    if (atomic_fetch_add(&open_count, 1) == 0) ticker_poke();
    if (handshake > 0) modswift_live_deadline(live, chttpd_now() + handshake);
}

void modswift_live_start(modswift_connection *connection) {
    modswift_live *live = connection->live;
    if (!live) return;
    pthread_mutex_lock(&live->lock);
    live->is_handshake = 0;
    atomic_store(&live->deadline, INT64_MAX);
    pthread_mutex_unlock(&live->lock);
}

static modswift_live *live_of(conn_rec *c) {
    modswift_connection *connection = chttpd_conn_config(c, modswift_module());
    return connection ? connection->live : NULL;
}

// --- Hooks -----------------------------------------------------------------------------------------

void modswift_live_suspend(conn_rec *c, request_rec *r) {
    modswift_live *live = live_of(c);
    (void)r;
    if (!live) return;
    pthread_mutex_lock(&live->lock);
    int is_woken = live->is_woken;
    if (live->state == LIVE_RUNNING) {
        live->state = LIVE_PARKED;
        live->parked_at = chttpd_now();
        live->is_trimmed = 0;
        if (live->reactor)
            reactor_take(live);
        else
            close_wake_descriptor(live);
        live->is_cooling = 0;
    }
    pthread_mutex_unlock(&live->lock);
    if (is_woken) ticker_queue(live);
}

void modswift_live_resume(conn_rec *c, request_rec *r) {
    modswift_live *live = live_of(c);
    (void)r;
    if (!live) return;
    pthread_mutex_lock(&live->lock);
    await_attention(live);
    if (live->state == LIVE_PARKED) {
        live->state = LIVE_RUNNING;
        live->is_quick = live->socket && reactor_is_quick(live, chttpd_now());
        if (live->slow_runs > 0) live->slow_runs--;
        if (live->reactor) reactor_give_back(live);
    }
    pthread_mutex_unlock(&live->lock);
}

int modswift_live_pre_close(conn_rec *c) {
    modswift_live *live = live_of(c);
    if (live) end(live);
    return DECLINED;
}

// --- Services --------------------------------------------------------------------------------------

int64_t modswift_live_now(void) { return chttpd_now(); }

void *modswift_live_link(void *c, uint64_t *number) {
    modswift_live *live = live_of(c);
    if (live) *number = live_number(live);
    return live;
}

int64_t modswift_live_drain_until(void *link) {
    (void)link;
    return ticker_drain_until();
}

void modswift_live_deadline(void *link, int64_t at) {
    modswift_live *live = link;
    atomic_store(&live->deadline, at);
    ticker_expect(at);
}

void modswift_live_wait(void *link, int direction, int64_t until) {
    modswift_live *live = link;
    uint64_t count;
    if (live->wake_descriptor < 0) live->wake_descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    pthread_mutex_lock(&live->lock);
    int is_woken = live->is_woken;
    live->is_woken = 0;
    pthread_mutex_unlock(&live->lock);
    // Looking once more costs nothing.
    if (is_woken) return;
    chttpd_poll(live->c, direction, live->wake_descriptor, until);
    // How often is of no interest.
    if (read(live->wake_descriptor, &count, sizeof count) < 0) return;
}

int modswift_live_park(void *link, int direction) { return reactor_reserve(link, direction); }

// What it was for is done by reactors.
int modswift_live_linger(void *link, int64_t nanoseconds) {
    (void)link, (void)nanoseconds;
    return 0;
}

void modswift_live_wake(uint64_t number) {
    modswift_live *live = live_at((uint32_t)number);
    if (!live) return;
    pthread_mutex_lock(&live->lock);
    int is_alive = live->generation == (uint32_t)(number >> 32);
    pthread_mutex_unlock(&live->lock);
    // Should the connection end just now, waking the next one in its slot does no harm.
    if (is_alive) modswift_live_wake_slot(live);
}

void modswift_live_wake_slot(modswift_live *live) {
    pthread_mutex_lock(&live->lock);
    int is_alive = live->state == LIVE_RUNNING || live->state == LIVE_PARKED || live->state == LIVE_ATTENDED;
    int is_parked = live->state == LIVE_PARKED;
    if (is_alive) live->is_woken = 1;
    int descriptor = atomic_load(&live->wake_descriptor);
    // With the lock: it may be closed otherwise.
    // What a reactor holds, or is about to get, is attended to after that: to ring would make the MPM run it.
    if (live->state == LIVE_RUNNING && !live->reactor && descriptor >= 0) modswift_live_ring(descriptor);
    pthread_mutex_unlock(&live->lock);
    if (is_parked) ticker_queue(live);
}

void modswift_live_ring(int descriptor) {
    const uint64_t one = 1;
    // Full means that it rings already.
    if (write(descriptor, &one, sizeof one) < 0) return;
}
