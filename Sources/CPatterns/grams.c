// SPDX-License-Identifier: Apache-2.0
//
// A gram is four bytes of a text that stand together. Where a few texts are to be found, 32 places of the subject are
// looked at together for what may be a gram of them. Else every second byte is looked at, or one of more if the texts are long
// enough, in a bitmap that fits the fastest cache: each text is then known by as many grams that follow one another, so that
// one of them is met.
#include "grams.h"
#include <stdlib.h>
#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

enum {
    GRAM = 4,
    LONGEST_STEP = 8,
    /// What may be compared at each place of a subject that is made of beginnings of a text.
    LONGEST_TEXT = 256,
    HASH_BITS = 16,
    /// With more, too many places are in the bitmap.
    MOST_GRAMS = 4096,
    /// So many texts may have a gram in common, or one that is looked up at the same place.
    MOST_SHARED = 8,
    /// Places of the subject that are looked at before those are dealt with that are in the bitmap.
    BLOCK = 512,
    /// So many texts are told apart by the halves of their bytes.
    MOST_FILTERED = 32,
    BUCKETS = 8,
};

/// A gram of a text.
typedef struct entry {
    uint32_t gram, text;
    /// Where in the text it is.
    uint32_t offset;
} entry;

struct grams {
    const text *texts;
    /// Set in each gram, so that small letters and capitals look alike; 0 if they must not.
    uint32_t fold;
    /// The number of grams of each text, and how far the places are from each other that are looked at.
    uint32_t step;
    /// In the order of their slots: those of one stand from `slots[slot]` up to the next one.
    entry *entries;
    uint32_t *slots;
    uint32_t slot_shift;
    uint64_t bitmap[(1 << HASH_BITS) / 64];
    /// Whether many places are looked at at once: for each byte of a gram and each half of it, the buckets of the texts that
    /// have it there.
    bool filters;
    /// Whether three bytes tell them apart: each text has a bucket of its own.
    bool few;
    uint8_t low[GRAM][16], high[GRAM][16];
};

static uint32_t load(const uint8_t *bytes) {
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

static uint64_t load_long(const uint8_t *bytes) {
    uint64_t words;
    memcpy(&words, bytes, sizeof words);
    return words;
}

static uint32_t hash(uint32_t gram) { return gram * 0x9E3779B1u >> (32 - HASH_BITS); }

static uint32_t gram_at(const grams *g, const uint8_t *bytes) { return load(bytes) | g->fold; }

/// How many grams there are that look like those of a text from a place on.
static size_t shared(const grams *g, const uint32_t *counts, const text *t, size_t base) {
    size_t most = 0;
    for (size_t i = 0; i < g->step; i++) {
        size_t count = counts[hash(gram_at(g, t->bytes + base + i)) >> g->slot_shift];
        if (count > most) most = count;
    }
    return most;
}

/// Chooses the grams of each text: those that the fewest others have. Returns whether there are few enough.
static bool choose(grams *g, uint32_t count, uint32_t *counts, entry *chosen) {
    for (uint32_t i = 0; i < count; i++) {
        const text *t = &g->texts[i];
        size_t best = 0, least = SIZE_MAX;
        for (size_t base = 0; base + GRAM + g->step - 1 <= t->count && least > 0; base++) {
            size_t others = shared(g, counts, t, base);
            if (others < least) {
                least = others;
                best = base;
            }
        }
        if (least >= MOST_SHARED) return false;
        for (uint32_t j = 0; j < g->step; j++) {
            uint32_t gram = gram_at(g, t->bytes + best + j);
            *chosen++ = (entry){gram, i, (uint32_t)best + j};
            counts[hash(gram) >> g->slot_shift]++;
        }
    }
    return true;
}

/// Puts the entries in the order of their slots.
static void arrange(grams *g, uint32_t slots, uint32_t *counts, const entry *chosen, size_t count) {
    uint32_t sum = 0;
    for (uint32_t i = 0; i < slots; i++) {
        g->slots[i] = sum;
        sum += counts[i];
        counts[i] = g->slots[i];
    }
    g->slots[slots] = sum;
    for (size_t i = 0; i < count; i++) {
        uint32_t key = hash(chosen[i].gram);
        g->entries[counts[key >> g->slot_shift]++] = chosen[i];
        g->bitmap[key / 64] |= UINT64_C(1) << key % 64;
    }
}

static int by_gram(const void *a, const void *b) {
    return memcmp(&((const entry *)a)->gram, &((const entry *)b)->gram, sizeof(uint32_t));
}

/// Divides the texts, of which each has one gram, among the buckets: those that look alike come together.
static void divide(grams *g, entry *chosen, uint32_t count) {
    qsort(chosen, count, sizeof *chosen, by_gram);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t bytes[GRAM], bucket = (uint8_t)(1u << (i * BUCKETS / count));
        memcpy(bytes, &chosen[i].gram, sizeof bytes);
        for (int j = 0; j < GRAM; j++) {
            g->low[j][bytes[j] & 15] |= bucket;
            g->high[j][bytes[j] >> 4] |= bucket;
        }
    }
}

static bool can_filter(void) {
#ifdef __x86_64__
    return __builtin_cpu_supports("avx2");
#else
    return false;
#endif
}

grams *grams_make(const text *texts, uint32_t count) {
    size_t shortest = SIZE_MAX, longest = 0;
    bool folds = false;
    for (uint32_t i = 0; i < count; i++) {
        if (texts[i].count < shortest) shortest = texts[i].count;
        if (texts[i].count > longest) longest = texts[i].count;
        folds |= texts[i].ignores_case;
    }
    if (count == 0 || shortest < GRAM || longest > LONGEST_TEXT || count > MOST_GRAMS) return NULL;
    // A look at place after place is worth it for many texts alone.
    if (count <= MOST_FILTERED && !can_filter()) return NULL;
    grams *g = calloc(1, sizeof *g);
    if (!g) return NULL;
    g->texts = texts;
    size_t step = shortest - GRAM + 1;
    if (step > LONGEST_STEP) step = LONGEST_STEP;
    while (step * count > MOST_GRAMS) step--;
    g->filters = count <= MOST_FILTERED;
    if (g->filters) step = 1;
    g->few = count <= BUCKETS;
    g->step = (uint32_t)step;
    g->fold = folds ? 0x20202020 : 0;
    size_t total = count * step;
    uint32_t bits = 4;
    while ((size_t)1 << bits < 2 * total) bits++;
    g->slot_shift = HASH_BITS - bits;
    uint32_t slots = 1u << bits;
    uint32_t *counts = calloc(slots, sizeof *counts);
    entry *chosen = calloc(total, sizeof *chosen);
    g->entries = calloc(total, sizeof *g->entries);
    g->slots = calloc(slots + 1, sizeof *g->slots);
    bool done = counts && chosen && g->entries && g->slots && choose(g, count, counts, chosen);
    if (done) arrange(g, slots, counts, chosen, total);
    if (done && g->filters) divide(g, chosen, count);
    free(counts);
    free(chosen);
    if (done) return g;
    grams_free(g);
    return NULL;
}

void grams_free(grams *g) {
    if (!g) return;
    free(g->entries);
    free(g->slots);
    free(g);
}

static uint8_t small(uint8_t byte) { return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte; }

/* Of at least four bytes: a call of the library takes longer than to compare so few. */
static bool same(const uint8_t *a, const uint8_t *b, size_t count) {
    if (count < sizeof(uint64_t)) return load(a) == load(b) && load(a + count - 4) == load(b + count - 4);
    for (size_t i = 0; i + 8 < count; i += 8)
        if (load_long(a + i) != load_long(b + i)) return false;
    return load_long(a + count - 8) == load_long(b + count - 8);
}

static bool equal(const text *t, const uint8_t *bytes) {
    if (!t->ignores_case) return same(t->bytes, bytes, t->count);
    for (size_t i = 0; i < t->count; i++)
        if (small(t->bytes[i]) != small(bytes[i])) return false;
    return true;
}

typedef struct scan {
    const uint8_t *subject;
    size_t count, from;
    grams_taker *take;
    void *context;
} scan;

/// Tells of the texts that have the gram which is at a place. Returns whether to go on.
static bool look(const grams *g, const scan *s, size_t place) {
    uint32_t gram = gram_at(g, s->subject + place);
    uint32_t slot = hash(gram) >> g->slot_shift;
    for (uint32_t i = g->slots[slot]; i < g->slots[slot + 1]; i++) {
        const entry *e = &g->entries[i];
        if (e->gram != gram || place - s->from < e->offset) continue;
        size_t start = place - e->offset;
        const text *t = &g->texts[e->text];
        if (t->count > s->count - start || !equal(t, s->subject + start)) continue;
        if (!s->take(s->context, e->text, start)) return false;
    }
    return true;
}

/// Notes the next places whose grams are in the bitmap, and moves on. Returns how many.
static size_t next_places(const grams *g, const uint8_t *subject, size_t *place, size_t end, size_t places[BLOCK]) {
    size_t found = 0, next = *place, left = (end - next - 1) / g->step + 1;
    for (size_t i = left < BLOCK ? left : BLOCK; i > 0; i--, next += g->step) {
        uint32_t key = hash(gram_at(g, subject + next));
        // No branch: nobody can foretell it.
        places[found] = next;
        found += g->bitmap[key / 64] >> key % 64 & 1;
    }
    *place = next;
    return found;
}

#ifdef __x86_64__
/// The same, 32 places at once: those where `depth` bytes have both halves in common with the gram of a bucket.
__attribute__((target("avx2"), always_inline)) static inline size_t next_filtered(
    const grams *g, const uint8_t *subject, size_t *place, size_t end, size_t places[BLOCK], int depth) {
    const __m256i half = _mm256_set1_epi8(15), fold = _mm256_set1_epi32((int)g->fold);
    __m256i low[GRAM], high[GRAM];
    for (int j = 0; j < depth; j++) {
        low[j] = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)g->low[j]));
        high[j] = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)g->high[j]));
    }
    size_t found = 0, next = *place;
    for (; end - next >= 32 && found <= BLOCK - 32; next += 32) {
        __m256i buckets = _mm256_set1_epi8(-1);
        for (int j = 0; j < depth; j++) {
            __m256i bytes = _mm256_or_si256(_mm256_loadu_si256((const __m256i *)(subject + next + j)), fold);
            __m256i lows = _mm256_shuffle_epi8(low[j], _mm256_and_si256(bytes, half));
            __m256i highs = _mm256_shuffle_epi8(high[j], _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half));
            buckets = _mm256_and_si256(buckets, _mm256_and_si256(lows, highs));
        }
        uint32_t none = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(buckets, _mm256_setzero_si256()));
        for (uint32_t some = ~none; some; some &= some - 1) places[found++] = next + (size_t)__builtin_ctz(some);
    }
    *place = next;
    return found;
}

__attribute__((target("avx2"))) static size_t next_of_few(const grams *g, const uint8_t *subject, size_t *place,
                                                          size_t end, size_t places[BLOCK]) {
    return next_filtered(g, subject, place, end, places, 3);
}

__attribute__((target("avx2"))) static size_t next_of_many(const grams *g, const uint8_t *subject, size_t *place,
                                                           size_t end, size_t places[BLOCK]) {
    return next_filtered(g, subject, place, end, places, GRAM);
}
#endif

void grams_scan(const grams *g, const uint8_t *subject, size_t count, size_t from, grams_taker *take, void *context) {
    scan s = {subject, count, from, take, context};
    if (count < GRAM) return;
    size_t end = count - GRAM + 1, places[BLOCK];
    for (size_t place = from; place < end;) {
        size_t found;
#ifdef __x86_64__
        if (g->filters && end - place >= 32)
            found = g->few ? next_of_few(g, subject, &place, end, places)
                           : next_of_many(g, subject, &place, end, places);
        else
#endif
            found = next_places(g, subject, &place, end, places);
        for (size_t i = 0; i < found; i++)
            if (!look(g, &s, places[i])) return;
    }
}
