// SPDX-License-Identifier: Apache-2.0
//
// Who is connected where, in memory that all children share: for limits on connections. A child that dies leaves its
// entries behind; whoever would refuse a connection because of them finds out that it is gone.
#include "live.h"
#include "shared.h"
#include <sys/mman.h>
#include <unistd.h>

#define ENTRIES 65536

typedef struct census_entry {
    // The child; 0 in a free entry.
    _Atomic int32_t process;
    _Atomic uint32_t protocol;
    _Atomic uint64_t address;
} census_entry;

typedef struct census {
    // No entry from here on was ever used.
    _Atomic uint32_t end;
    census_entry entries[ENTRIES];
} census;

static census *shared;

static apr_status_t unmap(void *data) {
    munmap(data, sizeof(census));
    if (shared == data) shared = NULL;
    return APR_SUCCESS;
}

void modswift_census_make(apr_pool_t *configuration) {
    shared = shared_make(sizeof(census));
    if (shared) apr_pool_cleanup_register(configuration, shared, unmap, apr_pool_cleanup_null);
}

// The address without the port: FNV-1a over its bytes.
static uint64_t address_of(const conn_rec *c) {
    uint64_t hash = UINT64_C(14695981039346656037);
    const apr_sockaddr_t *address = c->client_addr;
    const unsigned char *bytes = address ? address->ipaddr_ptr : NULL;
    for (int i = 0; bytes && i < address->ipaddr_len; i++) hash = (hash ^ bytes[i]) * UINT64_C(1099511628211);
    return hash;
}

// How many connections are open, up to one more than `most`. A `buries` count looks whether their children live.
static int64_t count(uint32_t protocol, const uint64_t *address, int64_t most, int buries) {
    int64_t found = 0;
    uint32_t end = atomic_load(&shared->end);
    for (uint32_t i = 0; i < end && found <= most; i++) {
        census_entry *entry = &shared->entries[i];
        int32_t process = atomic_load(&entry->process);
        if (process == 0 || atomic_load(&entry->protocol) != protocol) continue;
        if (address && atomic_load(&entry->address) != *address) continue;
        if (buries && shared_is_gone(process)) {
            (void)atomic_compare_exchange_strong(&entry->process, &process, 0);
            continue;
        }
        found++;
    }
    return found;
}

static int is_above(uint32_t protocol, const uint64_t *address, int64_t most) {
    return most > 0 && count(protocol, address, most, 0) > most && count(protocol, address, most, 1) > most;
}

static apr_status_t leave(void *data) {
    atomic_store(&((census_entry *)data)->process, 0);
    return APR_SUCCESS;
}

int modswift_census_enter(conn_rec *c, uint32_t protocol, int64_t most, int64_t most_per_address) {
    const uint64_t address = address_of(c);
    if (!shared || (most <= 0 && most_per_address <= 0)) return 1;
    for (uint32_t i = 0; i < ENTRIES; i++) {
        census_entry *entry = &shared->entries[i];
        int32_t nobody = 0;
        if (atomic_load(&entry->process) != 0) continue;
        if (!atomic_compare_exchange_strong(&entry->process, &nobody, (int32_t)getpid())) continue;
        atomic_store(&entry->address, address);
        atomic_store(&entry->protocol, protocol);
        uint32_t end = atomic_load(&shared->end);
        while (end < i + 1 && !atomic_compare_exchange_weak(&shared->end, &end, i + 1)) continue;
        // Entered first and counted then: of two that come at once, both may be refused, but not both let in.
        if (is_above(protocol, NULL, most) || is_above(protocol, &address, most_per_address)) {
            leave(entry);
            return 0;
        }
        apr_pool_cleanup_register(c->pool, entry, leave, apr_pool_cleanup_null);
        return 1;
    }
    // Beyond what can be counted.
    return 1;
}
