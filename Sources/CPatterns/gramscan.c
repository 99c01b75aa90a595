// SPDX-License-Identifier: Apache-2.0
//
// Where a few texts are to be found, 32 places of the subject are looked at together for what may be a gram of them. Else every
// second byte is looked at, or one of more if the texts are long enough, in a bitmap that fits the fastest cache: each text is
// then known by as many grams that follow one another, so that one of them is met.
//
// Nobody can foretell which places are some, and a branch that goes the other way takes as long as a dozen of steps: so places
// are noted first, without a branch, and dealt with afterwards.
#include "gramtable.h"
#ifdef __x86_64__
#include <immintrin.h>
#endif

enum {
    /// Places of the subject that are looked at before those are dealt with that are in the bitmap.
    BLOCK = 512,
    /// The same where many are looked at at once, in groups.
    GROUP = 64,
    GROUPS = 32,
    /// Places in front of the last one of a gram: for a group, and for what is looked at behind a gram.
    WIDE = GROUP + MOST_DEPTH - GRAM,
    /// Occurrences that are told together.
    MOST_TOLD = 128,
};

static uint64_t load_long(const uint8_t *bytes) {
    uint64_t words;
    memcpy(&words, bytes, sizeof words);
    return words;
}

/// Whether a text of more than eight bytes, of which the first eight stand there, stands there.
static bool ends_alike(const text *t, const uint8_t *bytes) {
    if (t->ignores_case) {
        for (size_t i = sizeof(uint64_t); i < t->count; i++)
            if (small(t->bytes[i]) != small(bytes[i])) return false;
        return true;
    }
    size_t last = t->count - sizeof(uint64_t);
    for (size_t i = sizeof(uint64_t); i < last; i += sizeof(uint64_t))
        if (load_long(t->bytes + i) != load_long(bytes + i)) return false;
    return load_long(t->bytes + last) == load_long(bytes + last);
}

/// Whether a text stands at the beginning of some bytes.
static bool begins(const needle *n, const uint8_t *bytes, size_t count) {
    const text *t = n->text;
    if (t->count > count) return false;
    if (count >= sizeof(uint64_t)) {
        if (((load_long(bytes) | n->fold) & n->mask) != n->head) return false;
        return t->count <= sizeof(uint64_t) || ends_alike(t, bytes);
    }
    for (size_t i = 0; i < t->count; i++)
        if (t->ignores_case ? small(t->bytes[i]) != small(bytes[i]) : t->bytes[i] != bytes[i]) return false;
    return true;
}

typedef struct scan {
    const grams *g;
    const uint8_t *subject;
    size_t count, from;
    uint64_t told[MOST_TOLD];
    size_t told_count;
    grams_taker *take;
    void *context;
} scan;

static bool tell(scan *s) {
    size_t count = s->told_count;
    s->told_count = 0;
    return count == 0 || s->take(s->context, s->told, count);
}

/// Notes the texts that have the gram which is at a place. Returns whether to go on.
static bool look(scan *s, size_t place) {
    const grams *g = s->g;
    uint32_t gram = gram_at(g, s->subject + place), slot = hash(gram) >> g->slot_shift;
    uint32_t i = g->slots[slot], end = g->slots[slot + 1];
    if (end - i > MOST_TOLD - s->told_count && !tell(s)) return false;
    for (; i < end; i++) {
        const entry *e = &g->entries[i];
        if (e->gram != gram || place - s->from < e->offset) continue;
        size_t start = place - e->offset;
        if (!begins(&g->needles[e->text], s->subject + start, s->count - start)) continue;
        s->told[s->told_count++] = (uint64_t)start << 32 | e->text;
    }
    return true;
}

/// Notes the next places whose grams are in the bitmap, and moves on. Returns how many.
///
/// Not inlined: the compiler makes more steps of it where it knows what is done with the number.
__attribute__((noinline)) static size_t next_places(const grams *g, const uint8_t *subject, size_t *from, size_t end,
                                                    size_t places[BLOCK]) {
    // What does not change is kept at hand: where places are stored, something else of the same type might.
    const uint32_t fold = g->fold;
    const size_t step = g->step;
    size_t found = 0, next = *from, left = (end - next - 1) / step + 1;
#pragma clang loop unroll_count(4)
    for (size_t i = left < BLOCK ? left : BLOCK; i > 0; i--, next += step) {
        uint32_t key = hash(load(subject + next) | fold);
        // No branch: nobody can foretell it.
        places[found] = next;
        found += g->bitmap[key / 64] >> key % 64 & 1;
    }
    *from = next;
    return found;
}

#ifdef __x86_64__
/// Places that stand together, and which of them may be some.
typedef struct group {
    uint64_t some;
    uint32_t start;
} group;

/// Notes the next groups of 32 places where `depth` bytes have both halves in common with the gram of a bucket, and moves on.
/// Returns how many.
__attribute__((target("avx2"), always_inline)) static inline size_t next_groups(
    const grams *g, const uint8_t *subject, size_t *from, size_t end, group groups[GROUPS], int depth) {
    const __m256i half = _mm256_set1_epi8(15);
    __m256i low[GRAM], high[GRAM];
    for (int j = 0; j < depth; j++) {
        low[j] = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)g->low[j]));
        high[j] = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)g->high[j]));
    }
    size_t found = 0, next = *from;
    for (; end - next >= 32 && found < GROUPS; next += 32) {
        __m256i buckets = _mm256_set1_epi8(-1);
        for (int j = 0; j < depth; j++) {
            __m256i bytes = _mm256_loadu_si256((const __m256i *)(subject + next + j));
            __m256i lows = _mm256_shuffle_epi8(low[j], _mm256_and_si256(bytes, half));
            __m256i highs = _mm256_shuffle_epi8(high[j], _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half));
            buckets = _mm256_and_si256(buckets, _mm256_and_si256(lows, highs));
        }
        uint32_t none = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(buckets, _mm256_setzero_si256()));
        groups[found] = (group){~none, (uint32_t)next};
        found += ~none != 0;
    }
    *from = next;
    return found;
}

__attribute__((target("avx2"))) static size_t next_of_few(const grams *g, const uint8_t *subject, size_t *from,
                                                          size_t end, group groups[GROUPS]) {
    return next_groups(g, subject, from, end, groups, 3);
}

__attribute__((target("avx2"))) static size_t next_of_many(const grams *g, const uint8_t *subject, size_t *from,
                                                           size_t end, group groups[GROUPS]) {
    return next_groups(g, subject, from, end, groups, GRAM);
}

/// The same for groups of 64 places where six bits of `depth` bytes are in common.
__attribute__((target("avx512f,avx512bw,avx512vbmi"), always_inline)) static inline size_t next_wide_groups(
    const grams *g, const uint8_t *subject, size_t *from, size_t end, group groups[GROUPS], int depth) {
    __m512i bits[MOST_DEPTH];
    for (int j = 0; j < depth; j++) bits[j] = _mm512_loadu_si512(g->six[j]);
    size_t found = 0, next = *from;
    for (; end - next >= WIDE && found < GROUPS; next += GROUP) {
        __m512i buckets = _mm512_permutexvar_epi8(_mm512_loadu_si512(subject + next), bits[0]);
        for (int j = 1; j < depth; j++)
            buckets = _mm512_and_si512(buckets, _mm512_permutexvar_epi8(_mm512_loadu_si512(subject + next + j), bits[j]));
        uint64_t some = _mm512_test_epi8_mask(buckets, buckets);
        groups[found] = (group){some, (uint32_t)next};
        found += some != 0;
    }
    *from = next;
    return found;
}

__attribute__((target("avx512f,avx512bw,avx512vbmi"))) static size_t next_of_wide(
    const grams *g, const uint8_t *subject, size_t *from, size_t end, group groups[GROUPS]) {
    if (g->depth == GRAM) return next_wide_groups(g, subject, from, end, groups, GRAM);
    if (g->depth == GRAM + 1) return next_wide_groups(g, subject, from, end, groups, GRAM + 1);
    return next_wide_groups(g, subject, from, end, groups, MOST_DEPTH);
}

/// Notes the texts that have their gram at a place, where no text reaches beyond the subject. Returns whether to go on.
static inline bool look_inside(scan *s, size_t start) {
    const grams *g = s->g;
    uint8_t number = g->first[hash(gram_at(g, s->subject + start)) >> (HASH_BITS - FIRST_BITS)];
    do {
        const needle *n = &g->needles[number];
        size_t begin = start - n->offset;
        bool is_there = ((load_long(s->subject + begin) | n->fold) & n->mask) == n->head;
        if (is_there && n->text->count > sizeof(uint64_t)) is_there = ends_alike(n->text, s->subject + begin);
        if (s->told_count == MOST_TOLD && !tell(s)) return false;
        // No branch: nobody can foretell it.
        s->told[s->told_count] = (uint64_t)begin << 32 | number;
        s->told_count += is_there;
        number = n->next;
    } while (number != NO_NEEDLE);
    return true;
}

/// Looks at the places of groups. Returns whether to go on.
static bool look_at_groups(scan *s, const group *groups, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t start = groups[i].start;
        bool is_inside = start - s->from >= LONGEST_TEXT && s->count - start >= LONGEST_TEXT + GROUP;
        uint64_t some = groups[i].some;
        do {
            size_t next = start + (size_t)__builtin_ctzll(some);
            if (is_inside) {
                if (!look_inside(s, next)) return false;
            } else if (!look(s, next)) {
                return false;
            }
            some &= some - 1;
        } while (some);
    }
    return true;
}

/// Looks at places as long as there are groups of them. Returns whether to go on.
static bool scan_groups(scan *s, size_t *from, size_t end) {
    group groups[GROUPS];
    while (end - *from >= WIDE) {
        size_t count = s->g->is_wide ? next_of_wide(s->g, s->subject, from, end, groups)
                       : s->g->few   ? next_of_few(s->g, s->subject, from, end, groups)
                                     : next_of_many(s->g, s->subject, from, end, groups);
        if (!look_at_groups(s, groups, count)) return false;
    }
    return true;
}
#endif

void grams_scan(const grams *g, const uint8_t *subject, size_t count, size_t from, grams_taker *take, void *context) {
    if (count < GRAM) return;
    scan s;
    s.g = g;
    s.subject = subject;
    s.count = count;
    s.from = from;
    s.told_count = 0;
    s.take = take;
    s.context = context;
    size_t end = count - GRAM + 1;
#ifdef __x86_64__
    if (g->filters && from < end && !scan_groups(&s, &from, end)) return;
#endif
    size_t places[BLOCK];
    while (from < end) {
        size_t found = next_places(g, subject, &from, end, places);
        for (size_t i = 0; i < found; i++)
            if (!look(&s, places[i])) return;
    }
    tell(&s);
}
