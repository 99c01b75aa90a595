// SPDX-License-Identifier: Apache-2.0
//
// The caches that plugins share objects through.
#ifndef MODSWIFT_CACHES_H
#define MODSWIFT_CACHES_H
#include "CModSwift.h"
#include <pthread.h>
#include <stdatomic.h>
#if __has_include(<apache2/ap_socache.h>)
#include <apache2/ap_socache.h>
#include <apache2/util_mutex.h>
#else
#include <httpd/ap_socache.h>
#include <httpd/util_mutex.h>
#endif

// What is known of providers that makes a difference here.
typedef enum cache_kind {
    CACHE_LOCAL,
    // Objects in a file: none that is empty.
    CACHE_FILE,
    // Objects in another server: keys are short, and time is in whole seconds.
    CACHE_NETWORK,
} cache_kind;

typedef struct cache_row {
    // Which one it is; NULL in a row that was never used.
    const char *plugin;
    const char *provider_name;
    const char *arguments;
    struct ap_socache_hints hints;
    // Whether the present configuration asks for it.
    int is_wanted;
    // From here on: NULL until it is made.
    ap_socache_instance_t *instance;
    // The provider that made it, which may be an earlier one than that of the same name now.
    const ap_socache_provider_t *provider;
    apr_global_mutex_t *mutex;
    const char *mutex_file;
    // Taken before it: for the threads of each process alone.
    pthread_mutex_t own_mutex;
    // Whether a thread of this process has waited for the lock in vain, since one last had it.
    atomic_int is_stuck;
    cache_kind kind;
} cache_row;

// The cache of a number, if it is made.
__attribute__((visibility("hidden"))) cache_row *cache_of(uint32_t number);
// The server that providers log for. `quietly`: where what they would complain of is told to the caller.
__attribute__((visibility("hidden"))) server_rec *cache_server(int quietly);
#endif
