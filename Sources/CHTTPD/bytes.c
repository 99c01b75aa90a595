// SPDX-License-Identifier: Apache-2.0
#include "CHTTPD.h"

const void *chttpd_find(const void *in, size_t n, const void *what, size_t m) { return memmem(in, n, what, m); }

// Comparing whole texts again and again must stay cheap: above this, memmem, whose time is linear.
#define LONGEST 256

// The rest of `in`, from `at`, by memmem; `found` places are known already.
static size_t find_rest(const char *in, size_t n, const char *what, size_t m, size_t at, size_t *places, size_t most,
                        size_t found) {
    while (found < most && at < n) {
        const char *place = memmem(in + at, n - at, what, m);
        if (!place) break;
        places[found++] = (size_t)(place - in);
        at = (size_t)(place - in) + m;
    }
    return found;
}

#if defined(__x86_64__)
#include <immintrin.h>

// Looks at `2 * WIDTH` places at once: those where both chosen bytes are right are compared in full. No load goes
// beyond the end of `in`; the last few places are memmem's.
#define FIND(NAME, TARGET, VECTOR, WIDTH, SET, LOAD, EQUAL, AND, MASK)                                          \
    __attribute__((target(TARGET))) static size_t NAME(const char *in, size_t n, const char *what, size_t m,   \
                                                       size_t a, size_t b, size_t at, size_t *places,           \
                                                       size_t most) {                                           \
        const VECTOR first = SET(what[a]), second = SET(what[b]);                                               \
        const size_t reach = (a > b ? a : b) + 2 * WIDTH;                                                       \
        size_t next = at, found = 0;                                                                            \
        for (; n - at >= reach; at += 2 * WIDTH) {                                                              \
            const char *here = in + at;                                                                         \
            VECTOR low = AND(EQUAL(LOAD((const VECTOR *)(here + a)), first),                                    \
                             EQUAL(LOAD((const VECTOR *)(here + b)), second));                                  \
            VECTOR high = AND(EQUAL(LOAD((const VECTOR *)(here + WIDTH + a)), first),                           \
                              EQUAL(LOAD((const VECTOR *)(here + WIDTH + b)), second));                         \
            uint64_t mask = (uint64_t)(unsigned)MASK(high) << WIDTH | (unsigned)MASK(low);                      \
            for (; mask; mask &= mask - 1) {                                                                    \
                size_t place = at + (size_t)__builtin_ctzll(mask);                                              \
                if (n - place < m) return found;                                                                \
                if (place < next || memcmp(in + place, what, m) != 0) continue;                                 \
                places[found++] = place;                                                                        \
                if (found == most) return found;                                                                \
                next = place + m;                                                                               \
            }                                                                                                   \
        }                                                                                                       \
        return find_rest(in, n, what, m, at > next ? at : next, places, most, found);                           \
    }

FIND(find_avx2, "avx2", __m256i, 32, _mm256_set1_epi8, _mm256_loadu_si256, _mm256_cmpeq_epi8, _mm256_and_si256,
     _mm256_movemask_epi8)
FIND(find_sse2, "sse2", __m128i, 16, _mm_set1_epi8, _mm_loadu_si128, _mm_cmpeq_epi8, _mm_and_si128, _mm_movemask_epi8)

size_t chttpd_find_each(const void *in, size_t n, const void *what, size_t m, size_t a, size_t b, size_t at,
                        size_t *places, size_t most) {
    if (most == 0 || m == 0 || at > n || n - at < m) return 0;
    if (m > LONGEST || a >= m || b >= m) return find_rest(in, n, what, m, at, places, most, 0);
    return __builtin_cpu_supports("avx2") ? find_avx2(in, n, what, m, a, b, at, places, most)
                                          : find_sse2(in, n, what, m, a, b, at, places, most);
}
#else
size_t chttpd_find_each(const void *in, size_t n, const void *what, size_t m, size_t a, size_t b, size_t at,
                        size_t *places, size_t most) {
    return m == 0 || at > n ? 0 : find_rest(in, n, what, m, at, places, most, 0);
}
#endif
