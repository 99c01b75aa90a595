// SPDX-License-Identifier: Apache-2.0
//
// The connections of this child that speak protocols of plugins, and the thread that attends to those that wait.
//
// A connection is run by one of the MPM's threads, or it waits in the MPM and belongs to nobody. Only in that time may
// the ticker attend to it, and then the MPM has to wait for the ticker before it touches the connection. Nothing of a
// plugin is called with a lock held.
#ifndef MODSWIFT_LIVE_H
#define MODSWIFT_LIVE_H
#include "CModSwift.h"
#include <pthread.h>
#include <stdatomic.h>

enum {
    // The slot is not in use.
    LIVE_FREE,
    // A thread of the MPM runs the connection.
    LIVE_RUNNING,
    // It waits in the MPM.
    LIVE_PARKED,
    // It waits in the MPM, and the ticker works on it.
    LIVE_ATTENDED,
    // It is over; the MPM flushes and closes it.
    LIVE_CLOSED,
};

// A slot of the table. Never freed, so that a stale number can be looked up.
typedef struct modswift_live {
    pthread_mutex_t lock;
    pthread_cond_t attended;
    uint32_t index;
    // What follows is under `lock`.
    uint32_t generation;
    int state;
    // When it began to wait in the MPM, and whether its memory was looked at since.
    int64_t parked_at;
    int is_trimmed;
    // Whether somebody woke the connection while it could not be attended to.
    int is_woken;
    // Whether TLS is being set up: there is no session yet, and `deadline` is that of the handshake.
    atomic_int is_handshake;
    conn_rec *c;
    modswift_connection *connection;
    // The MPM's record of the socket, whose descriptor is another one while a reactor has the connection; NULL if no
    // reactor can have it.
    apr_socket_t *socket;
    // The MPM's timeout for the connection is at most this, and at most the host's: nanoseconds.
    int64_t timeout;
    // The socket itself.
    int descriptor;
    // The reactor that has the connection, or is going to when it waits; what it polls, and for what.
    struct modswift_reactor *reactor;
    uint32_t interest;
    int direction;
    // EPOLLET or 0.
    uint32_t edge;
    // When a reactor served it last.
    int64_t active_at;
    // Whether something came while the ticker worked on it; whether the MPM was called to run it.
    int is_missed, is_called;
    // Whether its client sent again within a moment; whether it did no longer, or is slow to serve, and the
    // reactor lets go of it.
    int is_quick, is_cooling;
    // How often the MPM runs it yet after it was slow.
    int slow_runs;
    // What follows is not.
    // Where what a reactor is going to touch lies, or lay: never followed.
    _Atomic(const char *) hints[3];
    _Atomic int64_t deadline;
    // The thread of the MPM that blocks for the connection polls this, or the MPM while a reactor has the connection;
    // made when needed. Closed, and rung by others than its reactor, under the lock.
    atomic_int wake_descriptor;
    // Under the lock of the queue.
    int is_queued;
    struct modswift_live *next_queued;
    // Under the lock of the table.
    struct modswift_live *next_free;
} modswift_live;

// The number of a connection that is never that of another one.
static inline uint64_t live_number(const modswift_live *live) {
    return (uint64_t)live->generation << 32 | live->index;
}

__attribute__((visibility("hidden"))) modswift_live *live_at(uint32_t index);
__attribute__((visibility("hidden"))) uint32_t live_slots(void);
__attribute__((visibility("hidden"))) int live_open_count(void);

// Wakes the connection in a slot, if there is one.
__attribute__((visibility("hidden"))) void modswift_live_wake_slot(modswift_live *live);
// Writes to an eventfd.
__attribute__((visibility("hidden"))) void modswift_live_ring(int descriptor);

// Makes the ticker attend to a connection as soon as it can.
__attribute__((visibility("hidden"))) void ticker_queue(modswift_live *live);
// Makes the ticker look at a deadline, if it would look later.
__attribute__((visibility("hidden"))) void ticker_expect(int64_t deadline);
// Makes the ticker look around.
__attribute__((visibility("hidden"))) void ticker_poke(void);
// When the child ends, or INT64_MAX.
__attribute__((visibility("hidden"))) int64_t ticker_drain_until(void);

// --- What reactors do, for mod_status ---------------------------------------------------------------

// Gives the thread that calls, a reactor, its row.
__attribute__((visibility("hidden"))) void board_enter(void);
// The thread serves a connection.
__attribute__((visibility("hidden"))) void board_serve(const modswift_live *live);

// --- Reactors, which only serve connections under an MPM in which they can wait ---------------------

// Starts and ends the threads.
__attribute__((visibility("hidden"))) void reactor_start(void);
__attribute__((visibility("hidden"))) void reactor_stop(void);
// Whether connections wait in reactors.
__attribute__((visibility("hidden"))) int reactor_is_used(void);
// Prepares a new connection.
__attribute__((visibility("hidden"))) void reactor_adopt(modswift_live *live);
// Whether a connection that is going to wait for SWIFT_HTTPD_WAIT_* waits in a reactor. Called by the thread that runs
// it.
__attribute__((visibility("hidden"))) int reactor_reserve(modswift_live *live, int direction);
// Looks for sessions that hold their reactor up.
__attribute__((visibility("hidden"))) void reactor_look(int64_t now);
// Gives a connection back to the MPM that was not served for long, or for which the MPM waited long.
__attribute__((visibility("hidden"))) void reactor_look_after(modswift_live *live, int64_t now);

// For the rest the connection's lock is held.

// Begins and ends to serve a connection.
__attribute__((visibility("hidden"))) void reactor_take(modswift_live *live);
__attribute__((visibility("hidden"))) void reactor_give_back(modswift_live *live);
// Makes the MPM run the connection.
__attribute__((visibility("hidden"))) void reactor_call_mpm(modswift_live *live);
// Serves the connection when it can be written, too.
__attribute__((visibility("hidden"))) void reactor_want_write(modswift_live *live);
// The ticker is done with the connection.
__attribute__((visibility("hidden"))) void reactor_attended(modswift_live *live);
// Whether the client of a connection that comes back is quick.
__attribute__((visibility("hidden"))) int reactor_is_quick(const modswift_live *live, int64_t now);
#endif
