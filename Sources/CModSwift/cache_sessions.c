// SPDX-License-Identifier: Apache-2.0
//
// What plugins do with caches. A session is one use of a cache on one thread; what it needs is kept by the thread for the
// next one, so that to use a cache takes no memory. Signals wait meanwhile: under prefork they would end the child in the
// middle of it, with the lock held and the cache half written.
#include "caches.h"
#include <errno.h>
#include <apr_errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

// The same are in Sources/HTTPD/Sharing/SharedCache.swift.
#define LARGEST_OBJECT (1u << 20)
#define LARGEST_KEY (1u << 16)
// mod_socache_memcache and mod_socache_redis write keys in hexadecimal, behind the namespace, into 254 bytes.
#define LARGEST_NETWORK_KEY 112
// A hash stands before each key: mod_socache_shmcb chooses where to put an object by the first byte, compares the rest with
// all that is there, and takes nothing shorter.
#define HASH 4
// memcached takes more seconds than these for a date.
#define LONGEST_NETWORK_LIFE apr_time_from_sec(30 * 24 * 3600 - 1)

typedef struct thread thread;

// How often, and in which microseconds, a lock is asked for again that only seems to be a deadlock: for some seconds.
#define DEADLOCK_TRIES 20000
#define DEADLOCK_PAUSE 200

// How often a thread looks whether a lock is free before it queues up: first at once, then after others had the processor,
// who may hold the lock, and at last with nanoseconds between, for some milliseconds.
#define QUICK_LOOKS 20
#define YIELDING_LOOKS 100
#define LOOKS 170
#define LOOK_PAUSE 20000
// For how many seconds somebody waits for a lock behind which others use a server elsewhere.
#define LONGEST_WAIT 2

typedef struct session {
    struct session *next;
    thread *owner;
    cache_row *row;
    int is_locked;
    // Whether the pool has to be emptied.
    int is_pool_used;
    // Whether signals are held, and which of them came in before.
    int holds_signals;
    sigset_t outside;
    apr_pool_t *pool;
    unsigned char id[HASH + LARGEST_KEY];
    unsigned char object[LARGEST_OBJECT];
} session;

struct thread {
    session *busy;
    session *idle;
};

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int has_key;

static void free_list(session *first) {
    while (first) {
        session *next = first->next;
        apr_pool_destroy(first->pool);
        free(first);
        first = next;
    }
}

static void end_thread(void *value) {
    thread *own = value;
    // One that is busy belongs to a thread that ended in the middle of it.
    free_list(own->idle);
    free(own);
}

static void make_key(void) { has_key = pthread_key_create(&key, end_thread) == 0; }

static thread *own_thread(void) {
    if (pthread_once(&once, make_key) != 0 || !has_key) return NULL;
    thread *own = pthread_getspecific(key);
    if (own) return own;
    own = calloc(1, sizeof *own);
    if (own && pthread_setspecific(key, own) != 0) {
        free(own);
        return NULL;
    }
    return own;
}

static session *make_session(thread *own) {
    // Not cleared: most of it is never touched.
    session *made = malloc(sizeof *made);
    if (!made) return NULL;
    made->next = NULL;
    made->owner = own;
    made->is_pool_used = 0;
    // Of no other pool, and of this thread alone.
    apr_allocator_t *allocator = NULL;
    if (apr_allocator_create(&allocator) != APR_SUCCESS) {
        free(made);
        return NULL;
    }
    if (apr_pool_create_unmanaged_ex(&made->pool, NULL, allocator) != APR_SUCCESS) {
        apr_allocator_destroy(allocator);
        free(made);
        return NULL;
    }
    apr_allocator_owner_set(allocator, made->pool);
    return made;
}

/* Not chttpd_hold_signals(), which is for the one thread that serves connections under prefork. */
static void hold_signals(session *s) {
    static _Atomic int known = -1;
    int threaded = known;
    if (threaded < 0) {
        if (ap_mpm_query(AP_MPMQ_IS_THREADED, &threaded) != APR_SUCCESS) threaded = 1;
        known = threaded;
    }
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    // The threads of the other MPMs get none.
    s->holds_signals = !threaded && pthread_sigmask(SIG_BLOCK, &ends, &s->outside) == 0;
}

static void release_signals(session *s) {
    if (s->holds_signals) (void)pthread_sigmask(SIG_SETMASK, &s->outside, NULL);
}

/* Locks of files are known by process: while one thread of a child waits for this lock and another one for the MPM's, as
 * in another child the other way round, the kernel takes that for a deadlock, which it is not. */
static apr_status_t wait_for(apr_global_mutex_t *mutex) {
    apr_status_t status = apr_global_mutex_lock(mutex);
    for (int tries = 0; status == EDEADLK && tries < DEADLOCK_TRIES; tries++) {
        apr_sleep(DEADLOCK_PAUSE);
        status = apr_global_mutex_lock(mutex);
    }
    return status;
}

/* For the lock of this process. Whoever uses a server elsewhere may wait for it for ever: others wait for a moment, and
 * then, as long as that lasts, not at all, so that the threads of the child are there for those who need no such cache. */
static apr_status_t lock_own(cache_row *row) {
    struct timespec until;
    if (row->kind != CACHE_NETWORK) return pthread_mutex_lock(&row->own_mutex);
    if (pthread_mutex_trylock(&row->own_mutex) == 0) return APR_SUCCESS;
    if (atomic_load(&row->is_stuck)) return APR_TIMEUP;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += LONGEST_WAIT;
    if (pthread_mutex_clocklock(&row->own_mutex, CLOCK_MONOTONIC, &until) == 0) return APR_SUCCESS;
    atomic_store(&row->is_stuck, 1);
    return APR_TIMEUP;
}

/* The lock of the processes, once left, belongs to the first one in its queue, who has to wake up first: with a queue, each
 * use of the cache would wait for the scheduler. So the threads of a child wait for each other at a lock of their own, and
 * the one that has it looks a few times before it queues up. */
static apr_status_t lock(cache_row *row) {
    const struct timespec moment = {.tv_nsec = LOOK_PAUSE};
    const int64_t end = row->kind == CACHE_NETWORK ? chttpd_now() + LONGEST_WAIT * INT64_C(1000000000) : 0;
    apr_status_t status = lock_own(row);
    if (status != APR_SUCCESS) return status;
    status = apr_global_mutex_trylock(row->mutex);
    for (int looks = 1; APR_STATUS_IS_EBUSY(status) && (end ? chttpd_now() < end : looks < LOOKS); looks++) {
        if (looks >= QUICK_LOOKS + YIELDING_LOOKS) (void)nanosleep(&moment, NULL);
        else if (looks >= QUICK_LOOKS) (void)sched_yield();
        status = apr_global_mutex_trylock(row->mutex);
    }
    if (APR_STATUS_IS_EBUSY(status) && end) status = APR_TIMEUP;
    else if (status != APR_SUCCESS) status = wait_for(row->mutex);
    atomic_store(&row->is_stuck, status == APR_TIMEUP);
    if (status != APR_SUCCESS) pthread_mutex_unlock(&row->own_mutex);
    return status;
}

static void unlock(cache_row *row) {
    (void)apr_global_mutex_unlock(row->mutex);
    pthread_mutex_unlock(&row->own_mutex);
}

int modswift_cache_begin(uint32_t number, int exclusively, void **result) {
    cache_row *row = cache_of(number);
    if (!row || !result) return SWIFT_HTTPD_CACHE_ABSENT;
    thread *own = own_thread();
    if (!own) return APR_ENOMEM;
    int is_locked = exclusively || (row->provider->flags & AP_SOCACHE_FLAG_NOTMPSAFE);
    for (session *other = own->busy; is_locked && other; other = other->next)
        if (other->row == row && other->is_locked) return SWIFT_HTTPD_CACHE_HELD;
    session *next = own->idle;
    if (next) own->idle = next->next;
    else if (!(next = make_session(own))) return APR_ENOMEM;
    hold_signals(next);
    apr_status_t status = is_locked ? lock(row) : APR_SUCCESS;
    if (status != APR_SUCCESS) {
        release_signals(next);
        next->next = own->idle;
        own->idle = next;
        return status;
    }
    next->row = row;
    next->is_locked = is_locked;
    next->next = own->busy;
    own->busy = next;
    *result = next;
    return APR_SUCCESS;
}

void modswift_cache_end(void *value) {
    session *s = value;
    if (!s) return;
    if (s->is_locked) unlock(s->row);
    session **link = &s->owner->busy;
    while (*link && *link != s) link = &(*link)->next;
    if (*link) *link = s->next;
    if (s->is_pool_used) apr_pool_clear(s->pool);
    s->is_pool_used = 0;
    s->next = s->owner->idle;
    s->owner->idle = s;
    // The last, for the child may end here.
    release_signals(s);
}

/* What the provider knows the object by; 0 if the key is too long for it. */
static unsigned int make_id(session *s, const void *bytes, uint64_t length) {
    const unsigned char *from = bytes;
    if (length > (s->row->kind == CACHE_NETWORK ? LARGEST_NETWORK_KEY : LARGEST_KEY)) return 0;
    // FNV-1a. The same on all machines, as they may share the cache.
    uint32_t hash = 2166136261u;
    for (uint64_t i = 0; i < length; i++) hash = (hash ^ from[i]) * 16777619u;
    hash ^= hash >> 16;
    for (int i = 0; i < HASH; i++) s->id[i] = (unsigned char)(hash >> (8 * i));
    if (length) memcpy(s->id + HASH, from, length);
    return (unsigned int)length + HASH;
}

/* The pool for the provider's own needs. */
static apr_pool_t *pool_of(session *s) {
    if (s->row->kind != CACHE_LOCAL) s->is_pool_used = 1;
    return s->pool;
}

int modswift_cache_store(void *value, const void *bytes, uint64_t key_length, const void *object, uint64_t length,
                         int64_t expires) {
    session *s = value;
    unsigned int id = s ? make_id(s, bytes, key_length) : 0;
    if (id == 0) return SWIFT_HTTPD_CACHE_TOO_LARGE;
    const ap_socache_provider_t *provider = s->row->provider;
    ap_socache_instance_t *instance = s->row->instance;
    int is_refused = length > LARGEST_OBJECT || (length == 0 && s->row->kind == CACHE_FILE);
    if (s->row->kind == CACHE_NETWORK && !is_refused) {
        apr_time_t now = apr_time_now();
        if (expires <= now) {
            apr_status_t status = provider->remove(instance, cache_server(1), s->id, id, pool_of(s));
            return status == APR_NOTFOUND ? APR_SUCCESS : status;
        }
        // Whole seconds, rounded up: not to store it is no better than to keep it a moment longer. Some time passes until
        // the provider looks at the clock.
        apr_time_t life = expires - now > LONGEST_NETWORK_LIFE ? LONGEST_NETWORK_LIFE : expires - now;
        life = apr_time_from_sec(apr_time_sec(life + APR_USEC_PER_SEC - 1));
        expires = now + life + APR_USEC_PER_SEC / 2;
    }
    apr_status_t status = APR_ENOSPC;
    if (!is_refused)
        status = provider->store(instance, cache_server(1), s->id, id, expires, (unsigned char *)(intptr_t)object,
                                 (unsigned int)length, pool_of(s));
    if (status != APR_ENOSPC) return status;
    // What was there before is not what the caller takes to be there.
    (void)provider->remove(instance, cache_server(1), s->id, id, pool_of(s));
    return SWIFT_HTTPD_CACHE_TOO_LARGE;
}

int modswift_cache_retrieve(void *value, const void *bytes, uint64_t key_length, const void **object, uint64_t *length) {
    session *s = value;
    unsigned int id = s ? make_id(s, bytes, key_length) : 0;
    unsigned int room = LARGEST_OBJECT;
    if (id == 0) return SWIFT_HTTPD_CACHE_MISSING;
    apr_status_t status = s->row->provider->retrieve(s->row->instance, cache_server(0), s->id, id, s->object, &room,
                                                     pool_of(s));
    // mod_socache_dbm knows no missing object, only one without a date.
    if (status == APR_NOTFOUND || (status == APR_EGENERAL && s->row->kind == CACHE_FILE)) return SWIFT_HTTPD_CACHE_MISSING;
    if (status != APR_SUCCESS) return status;
    if (room > LARGEST_OBJECT) return APR_EGENERAL;
    *object = s->object;
    *length = room;
    return APR_SUCCESS;
}

int modswift_cache_remove(void *value, const void *bytes, uint64_t key_length) {
    session *s = value;
    unsigned int id = s ? make_id(s, bytes, key_length) : 0;
    if (id == 0) return SWIFT_HTTPD_CACHE_MISSING;
    apr_status_t status = s->row->provider->remove(s->row->instance, cache_server(0), s->id, id, pool_of(s));
    return status == APR_NOTFOUND ? SWIFT_HTTPD_CACHE_MISSING : status;
}

typedef struct listing {
    swift_httpd_cache_visitor visitor;
    void *context;
    int is_ended;
} listing;

static apr_status_t visit(ap_socache_instance_t *instance, server_rec *server, void *value, const unsigned char *id,
                          unsigned int id_length, const unsigned char *data, unsigned int length, apr_pool_t *pool) {
    (void)instance, (void)server, (void)pool;
    listing *own = value;
    // A file may have objects of others.
    if (id_length < HASH) return APR_SUCCESS;
    own->is_ended = own->visitor(own->context, id + HASH, id_length - HASH, data, length) != 0;
    return own->is_ended ? APR_EGENERAL : APR_SUCCESS;
}

int modswift_cache_list(void *value, void *context, swift_httpd_cache_visitor visitor) {
    session *s = value;
    listing own = {visitor, context, 0};
    if (!s || !visitor) return APR_EINVAL;
    if (!s->row->provider->iterate) return SWIFT_HTTPD_CACHE_UNLISTED;
    s->is_pool_used = 1;
    apr_status_t status = s->row->provider->iterate(s->row->instance, cache_server(0), &own, visit, s->pool);
    if (own.is_ended) return SWIFT_HTTPD_CACHE_ENDED;
    return APR_STATUS_IS_ENOTIMPL(status) ? SWIFT_HTTPD_CACHE_UNLISTED : status;
}
