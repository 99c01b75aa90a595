// SPDX-License-Identifier: Apache-2.0
//
// Numbers that plugins count up in all children, for `swift-status`. They only grow, and belong to nobody: whatever
// becomes of a child, what it added stays. The memory is there as long as the server's parent, whatever is restarted
// meanwhile, and children of the last generation still add to it; so a counter is found by its name, and its place is
// never another one's.
#include "counters.h"
#include "shared.h"
#include <stdatomic.h>
#include <unistd.h>

// Children add to different cache lines, mostly.
#define STRIPES 16
#define NAME 96

typedef struct counter_stripe {
    _Alignas(64) _Atomic uint64_t count;
} counter_stripe;

typedef struct counter_row {
    // The parent alone writes it, and the names.
    _Atomic int32_t use;
    char plugin[NAME];
    char name[NAME];
    counter_stripe stripes[STRIPES];
} counter_row;

enum { ROW_FREE, ROW_EARLIER, ROW_PRESENT };

static counter_row *rows;

void modswift_counters_begin(void) {
    for (int i = 0; rows && i < COUNTERS; i++)
        if (atomic_load(&rows[i].use) == ROW_PRESENT) atomic_store(&rows[i].use, ROW_EARLIER);
}

static int is_called(const counter_row *row, const char *plugin, const char *name) {
    return strncmp(row->plugin, plugin, NAME - 1) == 0 && strncmp(row->name, name, NAME - 1) == 0;
}

uint32_t modswift_counter(const char *plugin, const char *name) {
    counter_row *found = NULL;
    if (!plugin || !name) return 0;
    if (!rows) rows = shared_make(COUNTERS * sizeof(counter_row));
    for (int i = 0; rows && i < COUNTERS && !found; i++)
        if (atomic_load(&rows[i].use) != ROW_FREE && is_called(&rows[i], plugin, name)) found = &rows[i];
    for (int i = 0; rows && i < COUNTERS && !found; i++)
        if (atomic_load(&rows[i].use) == ROW_FREE) found = &rows[i];
    if (!found) return 0;
    apr_cpystrn(found->plugin, plugin, NAME);
    apr_cpystrn(found->name, name, NAME);
    atomic_store(&found->use, ROW_PRESENT);
    return (uint32_t)(found - rows) + 1;
}

void modswift_counter_add(uint32_t counter, uint64_t count) {
    static _Atomic uint32_t stripe;
    if (!rows || counter == 0 || counter > COUNTERS) return;
    // Asked for once per child: what a child inherits is the parent's, which has none.
    uint32_t own = atomic_load_explicit(&stripe, memory_order_relaxed);
    if (own == 0) {
        own = (uint32_t)getpid() % STRIPES + 1;
        atomic_store_explicit(&stripe, own, memory_order_relaxed);
    }
    atomic_fetch_add_explicit(&rows[counter - 1].stripes[own - 1].count, count, memory_order_relaxed);
}

static uint64_t sum(const counter_row *row) {
    uint64_t count = 0;
    for (int i = 0; i < STRIPES; i++) count += atomic_load_explicit(&row->stripes[i].count, memory_order_relaxed);
    return count;
}

uint64_t modswift_counter_sum(uint32_t counter) {
    return rows && counter > 0 && counter <= COUNTERS ? sum(&rows[counter - 1]) : 0;
}

int counter_read(int index, counter_reading *reading) {
    const counter_row *row = rows && index >= 0 && index < COUNTERS ? &rows[index] : NULL;
    if (!row || atomic_load(&row->use) != ROW_PRESENT) return 0;
    reading->plugin = row->plugin;
    reading->name = row->name;
    reading->count = sum(row);
    return 1;
}
