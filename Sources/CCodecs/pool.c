// SPDX-License-Identifier: Apache-2.0
//
// Idle contexts. Each thread keeps the one of each kind that it used last; what it has no place for goes to a list that
// all threads share, so that a thread which only begins responses gets what another one ends. A context belongs to its
// response in between, and is in no pool.
#include "codec.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/// A context that holds more is freed: what needs it works so long that making one does not show.
#define CONTEXT_LIMIT (8u << 20)
/// The most that the idle contexts of a thread hold.
#define THREAD_LIMIT (16u << 20)
/// The most that the shared list holds, and how many of each kind.
#define SHARED_LIMIT (32u << 20)
#define SHARED_PLACES 8
/// The room for a whole result that is kept with an idle context.
#define SCRATCH_LIMIT (1u << 20)

typedef struct cache {
    codec *idle[CCODECS_KINDS];
    size_t memory;
} cache;

static const codec_type *const types[CCODECS_KINDS] = {
    [CCODECS_ENCODE_DEFLATE] = &codec_zlib,
    [CCODECS_ENCODE_DEFLATE_FAST] = &codec_isal,
    [CCODECS_ENCODE_DEFLATE_WHOLE] = &codec_libdeflate,
    [CCODECS_ENCODE_ZSTD] = &codec_zstd,
    [CCODECS_ENCODE_BROTLI] = &codec_brotli,
    [CCODECS_DECODE_GZIP] = &codec_gzip_decoder,
    [CCODECS_DECODE_DEFLATE] = &codec_deflate_decoder,
    [CCODECS_DECODE_ZSTD] = &codec_zstd_decoder,
    [CCODECS_DECODE_BROTLI] = &codec_brotli_decoder,
};

static __thread cache *mine;
static pthread_key_t key;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static bool has_key;

static _Atomic(codec *) shared[CCODECS_KINDS][SHARED_PLACES];
static _Atomic size_t shared_memory;

static _Atomic uint64_t created, reused, destroyed, idle_memory;

static void count(_Atomic uint64_t *counter, uint64_t amount) {
    atomic_fetch_add_explicit(counter, amount, memory_order_relaxed);
}

size_t codec_memory(const codec *c) { return c->type->memory(c) + c->scratch_size; }

static void destroy(codec *c) {
    free(c->scratch);
    c->type->destroy(c);
    count(&destroyed, 1);
}

static void leave_idle(codec *c) { atomic_fetch_sub_explicit(&idle_memory, c->idle_memory, memory_order_relaxed); }

static bool fits(const codec *c, int32_t level) { return !c->type->has_fixed_level || c->level == level; }

static void thread_ends(void *argument) {
    cache *cache = argument;
    mine = NULL;
    for (int kind = 0; kind < CCODECS_KINDS; kind++) {
        if (!cache->idle[kind]) continue;
        leave_idle(cache->idle[kind]);
        destroy(cache->idle[kind]);
    }
    free(cache);
}

static void make_key(void) { has_key = pthread_key_create(&key, thread_ends) == 0; }

static cache *thread_cache(void) {
    if (mine) return mine;
    (void)pthread_once(&key_once, make_key);
    if (!has_key) return NULL;  // nothing would free it
    cache *fresh = calloc(1, sizeof *fresh);
    if (!fresh || pthread_setspecific(key, fresh) != 0) {
        free(fresh);
        return NULL;
    }
    return mine = fresh;
}

static codec *take_shared(ccodecs_kind kind, int32_t level) {
    for (int place = 0; place < SHARED_PLACES; place++) {
        codec *c = atomic_exchange_explicit(&shared[kind][place], NULL, memory_order_acq_rel);
        if (!c) continue;
        atomic_fetch_sub_explicit(&shared_memory, c->idle_memory, memory_order_relaxed);
        leave_idle(c);
        if (fits(c, level)) return c;
        destroy(c);  // the level in use has changed
    }
    return NULL;
}

static bool give_shared(codec *c) {
    size_t before = atomic_fetch_add_explicit(&shared_memory, c->idle_memory, memory_order_relaxed);
    if (before + c->idle_memory <= SHARED_LIMIT) {
        count(&idle_memory, c->idle_memory);
        for (int place = 0; place < SHARED_PLACES; place++) {
            codec *none = NULL;
            if (atomic_compare_exchange_strong_explicit(&shared[c->kind][place], &none, c, memory_order_acq_rel,
                                                        memory_order_relaxed))
                return true;
        }
        leave_idle(c);
    }
    atomic_fetch_sub_explicit(&shared_memory, c->idle_memory, memory_order_relaxed);
    return false;
}

static codec *take(ccodecs_kind kind, int32_t level) {
    cache *cache = thread_cache();
    codec *c = cache ? cache->idle[kind] : NULL;
    if (!c || !fits(c, level)) return take_shared(kind, level);
    cache->idle[kind] = NULL;
    cache->memory -= c->idle_memory;
    leave_idle(c);
    return c;
}

codec *codec_acquire(ccodecs_kind kind, int32_t level, int64_t length) {
    if (kind < 0 || kind >= CCODECS_KINDS) return NULL;
    const codec_type *type = types[kind];
    codec *c = take(kind, level);
    if (c) {
        count(&reused, 1);
    } else {
        c = type->create(level);
        if (!c) return NULL;
        c->type = type;
        c->kind = kind;
        count(&created, 1);
    }
    c->level = level;
    c->whole_count = 0;
    if (type->begin(c, level, length)) return c;
    destroy(c);
    return NULL;
}

void codec_release(codec *c) {
    if (c->type->end) c->type->end(c);
    if (c->scratch_size > SCRATCH_LIMIT) {
        free(c->scratch);
        c->scratch = NULL;
        c->scratch_size = 0;
    }
    c->whole_count = 0;
    c->idle_memory = codec_memory(c);
    if (c->idle_memory > CONTEXT_LIMIT) return destroy(c);

    cache *cache = thread_cache();
    if (cache) {
        // The one used last is the one whose memory is in the processor's cache.
        codec *earlier = cache->idle[c->kind];
        size_t others = cache->memory - (earlier ? earlier->idle_memory : 0);
        if (others + c->idle_memory <= THREAD_LIMIT) {
            cache->idle[c->kind] = c;
            cache->memory = others + c->idle_memory;
            count(&idle_memory, c->idle_memory);
            if (!earlier) return;
            leave_idle(earlier);
            c = earlier;
        }
    }
    if (!give_shared(c)) destroy(c);
}

void codec_pool_counts(ccodecs_counts *counts) {
    counts->created = atomic_load_explicit(&created, memory_order_relaxed);
    counts->reused = atomic_load_explicit(&reused, memory_order_relaxed);
    counts->destroyed = atomic_load_explicit(&destroyed, memory_order_relaxed);
    counts->idle_memory = atomic_load_explicit(&idle_memory, memory_order_relaxed);
}
