// SPDX-License-Identifier: Apache-2.0
#include "CHTTPD.h"

const void *chttpd_find(const void *in, size_t n, const void *what, size_t m) { return memmem(in, n, what, m); }

// Comparing whole texts again and again must stay cheap: above this, memmem, whose time is linear.
#define LONGEST 256

#if defined(__x86_64__)
#include <immintrin.h>

// Looks at `WIDTH` places at once: those where both chosen bytes are right are compared in full. No load goes beyond
// the end of `in`; the last few places are memmem's.
#define FIND(NAME, TARGET, VECTOR, WIDTH, SET, LOAD, EQUAL, AND, MASK)                                          \
    __attribute__((target(TARGET))) static const void *NAME(const char *in, size_t n, const char *what,        \
                                                            size_t m, size_t a, size_t b) {                    \
        const VECTOR first = SET(what[a]), second = SET(what[b]);                                               \
        size_t at = 0;                                                                                          \
        for (; n - at >= (a > b ? a : b) + WIDTH; at += WIDTH) {                                                \
            VECTOR found = AND(EQUAL(LOAD((const VECTOR *)(in + at + a)), first),                               \
                               EQUAL(LOAD((const VECTOR *)(in + at + b)), second));                             \
            for (unsigned mask = (unsigned)MASK(found); mask; mask &= mask - 1) {                               \
                size_t place = at + (size_t)__builtin_ctz(mask);                                                \
                if (n - place < m) return NULL;                                                                 \
                if (memcmp(in + place, what, m) == 0) return in + place;                                        \
            }                                                                                                   \
        }                                                                                                       \
        return memmem(in + at, n - at, what, m);                                                                \
    }

FIND(find_avx2, "avx2", __m256i, 32, _mm256_set1_epi8, _mm256_loadu_si256, _mm256_cmpeq_epi8, _mm256_and_si256,
     _mm256_movemask_epi8)
FIND(find_sse2, "sse2", __m128i, 16, _mm_set1_epi8, _mm_loadu_si128, _mm_cmpeq_epi8, _mm_and_si128, _mm_movemask_epi8)

const void *chttpd_find_by(const void *in, size_t n, const void *what, size_t m, size_t a, size_t b) {
    if (m < 2 || m > LONGEST || a >= m || b >= m || n < m) return memmem(in, n, what, m);
    return __builtin_cpu_supports("avx2") ? find_avx2(in, n, what, m, a, b) : find_sse2(in, n, what, m, a, b);
}
#else
const void *chttpd_find_by(const void *in, size_t n, const void *what, size_t m, size_t a, size_t b) {
    return memmem(in, n, what, m);
}
#endif
