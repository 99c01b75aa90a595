// SPDX-License-Identifier: Apache-2.0
//
// What the connections of each protocol did, in memory that all processes of the server share, for `swift-status`.
//
// Sums only grow, and belong to nobody: whatever becomes of a child, what it added stays. How many connections are open
// is different, as a child that dies takes its connections with it: each child counts those in a place of its own,
// which counts for nothing once the child is gone. The memory is there as long as the server's parent, whatever is
// restarted meanwhile; that is why a row is found by what it is called.
#include "shared.h"
#include "tally.h"
#include <unistd.h>

// Children add to different cache lines, mostly.
#define STRIPES 16
#define CHILDREN 4096

typedef struct stripe {
    _Alignas(64) _Atomic uint64_t sums[TALLY_SUMS];
} stripe;

typedef struct tally_row {
    // Whether the row is one of the present configuration; 0 is a row that was never used. The parent alone writes it.
    _Atomic int32_t use;
    char name[TALLY_NAME];
    char place[TALLY_NAME];
    stripe stripes[STRIPES];
} tally_row;

enum { ROW_FREE, ROW_EARLIER, ROW_PRESENT };

typedef struct child {
    // 0 in a place that is free, -1 in one that is being taken.
    _Atomic int32_t process;
    // How many connections are open, and how many of those wait without a thread.
    _Atomic int32_t open[TALLY_ROWS];
    _Atomic int32_t waiting[TALLY_ROWS];
} child;

typedef struct tally {
    // No place from here on was ever taken.
    _Atomic uint32_t end;
    tally_row rows[TALLY_ROWS];
    child children[CHILDREN];
} tally;

static tally *shared;
static child *own;
static uint32_t own_stripe;

// --- Rows ------------------------------------------------------------------------------------------

void modswift_tally_prepare(int has_protocols) {
    if (!shared && has_protocols) shared = shared_make(sizeof(tally));
    for (int i = 0; shared && i < TALLY_ROWS; i++) {
        if (atomic_load(&shared->rows[i].use) == ROW_PRESENT) atomic_store(&shared->rows[i].use, ROW_EARLIER);
    }
}

static uint64_t open_in(int row, int waiting) {
    int64_t sum = 0;
    uint32_t end = atomic_load(&shared->end);
    for (uint32_t i = 0; i < end; i++) {
        child *c = &shared->children[i];
        int32_t process = atomic_load(&c->process);
        int32_t count = atomic_load(waiting ? &c->waiting[row] : &c->open[row]);
        if (count > 0 && process > 0 && !shared_is_gone(process)) sum += count;
    }
    return (uint64_t)sum;
}

static int is_called(const tally_row *row, const char *name, const char *place) {
    return strncmp(row->name, name, TALLY_NAME - 1) == 0 && strncmp(row->place, place, TALLY_NAME - 1) == 0;
}

uint32_t modswift_tally_row(const char *name, const char *place) {
    tally_row *found = NULL;
    for (int i = 0; shared && i < TALLY_ROWS && !found; i++) {
        tally_row *row = &shared->rows[i];
        if (atomic_load(&row->use) != ROW_FREE && is_called(row, name, place)) found = row;
    }
    for (int i = 0; shared && i < TALLY_ROWS && !found; i++) {
        tally_row *row = &shared->rows[i];
        if (atomic_load(&row->use) == ROW_FREE) found = row;
    }
    // Of a configuration that is no more.
    for (int i = 0; shared && i < TALLY_ROWS && !found; i++) {
        tally_row *row = &shared->rows[i];
        if (atomic_load(&row->use) != ROW_EARLIER || open_in(i, 0) > 0) continue;
        memset(row->stripes, 0, sizeof row->stripes);
        found = row;
    }
    if (!found) return 0;
    apr_cpystrn(found->name, name, TALLY_NAME);
    apr_cpystrn(found->place, place, TALLY_NAME);
    atomic_store(&found->use, ROW_PRESENT);
    return (uint32_t)(found - shared->rows) + 1;
}

int tally_read(int row, tally_reading *reading) {
    const tally_row *r = shared && row >= 0 && row < TALLY_ROWS ? &shared->rows[row] : NULL;
    if (!r || atomic_load(&r->use) == ROW_FREE) return 0;
    memset(reading, 0, sizeof *reading);
    reading->name = r->name;
    reading->place = r->place;
    reading->is_present = atomic_load(&r->use) == ROW_PRESENT;
    reading->open = open_in(row, 0);
    reading->waiting = open_in(row, 1);
    for (int i = 0; i < STRIPES; i++)
        for (int sum = 0; sum < TALLY_SUMS; sum++) reading->sums[sum] += atomic_load(&r->stripes[i].sums[sum]);
    return 1;
}

// --- Children --------------------------------------------------------------------------------------

void modswift_tally_child(void) {
    own = NULL;
    for (uint32_t i = 0; shared && i < CHILDREN; i++) {
        child *c = &shared->children[i];
        int32_t process = atomic_load(&c->process);
        if (process < 0 || (process > 0 && process != (int32_t)getpid() && !shared_is_gone(process))) continue;
        if (!atomic_compare_exchange_strong(&c->process, &process, -1)) continue;
        for (int row = 0; row < TALLY_ROWS; row++) {
            // A place that was never used stays memory that was never touched.
            if (atomic_load(&c->open[row])) atomic_store(&c->open[row], 0);
            if (atomic_load(&c->waiting[row])) atomic_store(&c->waiting[row], 0);
        }
        atomic_store(&c->process, (int32_t)getpid());
        uint32_t end = atomic_load(&shared->end);
        while (end < i + 1 && !atomic_compare_exchange_weak(&shared->end, &end, i + 1)) continue;
        own = c;
        own_stripe = i % STRIPES;
        return;
    }
}

void modswift_tally_child_status(server_rec *s, pid_t process, ap_generation_t generation, int slot,
                                 mpm_child_status status) {
    (void)s;
    (void)generation;
    (void)slot;
    if (!shared || status != MPM_CHILD_EXITED) return;
    uint32_t end = atomic_load(&shared->end);
    for (uint32_t i = 0; i < end; i++) {
        // In the parent, before the number can become another process's.
        int32_t same = (int32_t)process;
        if (atomic_compare_exchange_strong(&shared->children[i].process, &same, 0)) return;
    }
}

// --- Connections -----------------------------------------------------------------------------------

static void add(const modswift_connection *connection, int sum, uint64_t count) {
    uint32_t row = connection->protocol->row;
    if (!shared || row == 0 || count == 0) return;
    atomic_fetch_add_explicit(&shared->rows[row - 1].stripes[own_stripe].sums[sum], count, memory_order_relaxed);
}

static void move(const modswift_connection *connection, int is_waiting, int32_t by) {
    uint32_t row = connection->protocol->row;
    if (!own || row == 0) return;
    atomic_fetch_add_explicit(is_waiting ? &own->waiting[row - 1] : &own->open[row - 1], by, memory_order_relaxed);
}

static void leave(modswift_connection *connection) {
    // A connection that is counted belongs to one thread at a time, as the MPM has it.
    if (connection->is_waiting) move(connection, 1, -1);
    if (connection->is_counted) move(connection, 0, -1);
    connection->is_waiting = connection->is_counted = 0;
}

static apr_status_t leave_with_pool(void *data) {
    leave(data);
    return APR_SUCCESS;
}

void modswift_tally_enter(conn_rec *c, modswift_connection *connection) {
    connection->is_counted = 1;
    move(connection, 0, 1);
    apr_pool_cleanup_register(c->pool, connection, leave_with_pool, apr_pool_cleanup_null);
}

void modswift_tally_settle(modswift_connection *connection, int sum) {
    // Two threads may find out at once that a connection gets no further.
    if (__atomic_exchange_n(&connection->is_settled, 1, __ATOMIC_RELAXED) == 0) add(connection, sum, 1);
}

void modswift_tally_count(void *link, uint64_t frames, uint64_t bytes_in, uint64_t bytes_out, int has_timed_out) {
    const modswift_connection *connection = ((const modswift_live *)link)->connection;
    if (!connection) return;
    add(connection, TALLY_FRAMES, frames);
    add(connection, TALLY_BYTES_IN, bytes_in);
    add(connection, TALLY_BYTES_OUT, bytes_out);
    add(connection, TALLY_TIMED_OUT, has_timed_out ? 1 : 0);
}

// --- Hooks -----------------------------------------------------------------------------------------

void modswift_tally_suspend(conn_rec *c, request_rec *r) {
    modswift_connection *connection = chttpd_conn_config(c, modswift_module());
    (void)r;
    if (!connection || !connection->is_counted || connection->is_waiting) return;
    connection->is_waiting = 1;
    move(connection, 1, 1);
}

void modswift_tally_resume(conn_rec *c, request_rec *r) {
    modswift_connection *connection = chttpd_conn_config(c, modswift_module());
    (void)r;
    if (!connection || !connection->is_waiting) return;
    connection->is_waiting = 0;
    move(connection, 1, -1);
}

int modswift_tally_pre_close(conn_rec *c) {
    modswift_connection *connection = chttpd_conn_config(c, modswift_module());
    if (connection) {
        // The MPM's own timeout, which asks nobody.
        if (!connection->is_settled)
            modswift_tally_settle(connection, c->aborted || chttpd_mpm_is_stopping() ? TALLY_REFUSED : TALLY_TIMED_OUT);
        leave(connection);
    }
    return DECLINED;
}
