// SPDX-License-Identifier: Apache-2.0
//
// A gram is four bytes of a text that stand together. Here is chosen by which of them each text is found.
#include "gramtable.h"
#include <stdlib.h>

enum {
    /// With more, too many places are in the bitmap.
    MOST_GRAMS = 4096,
    BUCKETS = 8,
};

/// How many of a thousand bytes of HTML in English are this one, where they are two or more.
static const uint8_t weights[256] = {
    ['\n'] = 15, [' '] = 92, ['"'] = 28, ['#'] = 4,  ['&'] = 3,  [','] = 2,  ['-'] = 4,  ['.'] = 18, ['/'] = 29, ['2'] = 2,
    [':'] = 2,   [';'] = 3,  ['<'] = 40, ['='] = 15, ['>'] = 40, ['A'] = 4,  ['C'] = 2,  ['D'] = 3,  ['L'] = 2,  ['M'] = 2,
    ['P'] = 2,   ['S'] = 4,  ['T'] = 3,  ['_'] = 5,  ['a'] = 52, ['b'] = 7,  ['c'] = 28, ['d'] = 34, ['e'] = 80, ['f'] = 15,
    ['g'] = 12,  ['h'] = 33, ['i'] = 42, ['k'] = 3,  ['l'] = 38, ['m'] = 25, ['n'] = 32, ['o'] = 40, ['p'] = 19, ['q'] = 2,
    ['r'] = 41,  ['s'] = 38, ['t'] = 64, ['u'] = 16, ['v'] = 8,  ['w'] = 5,  ['x'] = 4,  ['y'] = 7,
};

static uint32_t weight(uint8_t byte) { return weights[byte] > 0 ? weights[byte] : 1; }

/// How often the bytes of a text that are looked at may be expected to stand together, beside others.
static uint64_t commonness(const grams *g, const text *t, size_t base) {
    uint64_t product = 1;
    for (uint32_t i = 0; i < g->depth; i++) product *= weight(t->bytes[base + i] | (uint8_t)g->fold);
    return product;
}

/// How many grams there are that look like those of a text from a place on.
static size_t shared(const grams *g, const uint32_t *counts, const text *t, size_t base) {
    size_t most = 0;
    for (size_t i = 0; i < g->step; i++) {
        size_t count = counts[hash(gram_at(g, t->bytes + base + i)) >> g->slot_shift];
        if (count > most) most = count;
    }
    return most;
}

/// Chooses the grams of each text: those that the fewest others have, and if each has one alone, the rarest of those. Returns
/// whether there are few enough.
static bool choose(grams *g, uint32_t count, uint32_t *counts, entry *chosen) {
    for (uint32_t i = 0; i < count; i++) {
        const text *t = g->needles[i].text;
        size_t best = 0, least = SIZE_MAX;
        uint64_t rarest = 0;
        for (size_t base = 0; base + g->depth + g->step - 1 <= t->count && (least > 0 || g->filters); base++) {
            size_t others = shared(g, counts, t, base);
            uint64_t common = g->filters ? commonness(g, t, base) : 0;
            if (others < least || (others == least && common < rarest)) {
                least = others;
                best = base;
                rarest = common;
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

/// A text to be given to a bucket.
typedef struct share {
    uint64_t commonness;
    const uint8_t *bytes;
} share;

static int by_commonness(const void *a, const void *b) {
    uint64_t first = ((const share *)a)->commonness, second = ((const share *)b)->commonness;
    return first > second ? -1 : first < second;
}

/// What the buckets have: for each byte that is looked at which of them have it, and how common those of each are together.
typedef struct shares {
    uint8_t seen[MOST_DEPTH][256];
    uint16_t sums[BUCKETS][MOST_DEPTH];
} shares;

/// How much more common what a bucket lets through becomes with one more text.
static double more_with(const grams *g, const shares *s, int bucket, const uint8_t *bytes) {
    double before = 1, after = 1;
    for (uint32_t j = 0; j < g->depth; j++) {
        uint8_t byte = bytes[j] | (uint8_t)g->fold;
        bool has = s->seen[j][byte] >> bucket & 1;
        before *= s->sums[bucket][j];
        after *= s->sums[bucket][j] + (has ? 0u : weight(byte));
    }
    return after - before;
}

/// Divides the texts, of which each has one gram, among the buckets: so that the bytes of those that come together, in whatever
/// mixture, are rare. The most common ones choose first.
static bool divide(grams *g, const entry *chosen, uint32_t count) {
    share *texts = calloc(count, sizeof *texts);
    if (!texts) return false;
    for (uint32_t i = 0; i < count; i++) {
        const text *t = g->needles[chosen[i].text].text;
        texts[i] = (share){commonness(g, t, chosen[i].offset), t->bytes + chosen[i].offset};
    }
    qsort(texts, count, sizeof *texts, by_commonness);
    shares s = {{{0}}, {{0}}};
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *bytes = texts[i].bytes;
        double least = 0;
        int best = -1;
        for (int k = 0; k < BUCKETS; k++) {
            double more = more_with(g, &s, k, bytes);
            if (best < 0 || more < least) {
                least = more;
                best = k;
            }
        }
        uint8_t bucket = (uint8_t)(1u << best);
        for (uint32_t j = 0; j < g->depth; j++) {
            uint8_t byte = bytes[j] | (uint8_t)g->fold, capital = g->fold ? byte & ~0x20 : byte;
            if (!(s.seen[j][byte] & bucket)) s.sums[best][j] += weight(byte);
            s.seen[j][byte] |= bucket;
            g->six[j][byte & 63] |= bucket;
            g->six[j][capital & 63] |= bucket;
            if (j >= GRAM) continue;
            g->low[j][byte & 15] |= bucket;
            g->high[j][byte >> 4] |= bucket;
            g->high[j][capital >> 4] |= bucket;
        }
    }
    free(texts);
    return true;
}

static needle needle_of(const text *t) {
    uint8_t fold[sizeof(uint64_t)] = {0}, mask[sizeof fold] = {0}, head[sizeof fold] = {0};
    for (size_t i = 0; i < sizeof fold && i < t->count; i++) {
        mask[i] = 0xFF;
        head[i] = t->ignores_case ? small(t->bytes[i]) : t->bytes[i];
        // A byte that has this bit set is then a small letter where it is either of them, and nowhere else.
        if (t->ignores_case && head[i] >= 'a' && head[i] <= 'z') fold[i] = 0x20;
    }
    needle n = {.text = t};
    memcpy(&n.fold, fold, sizeof fold);
    memcpy(&n.mask, mask, sizeof mask);
    memcpy(&n.head, head, sizeof head);
    return n;
}

/// Finds the texts, of which each has one gram, by some bits of that.
static void number(grams *g, const entry *chosen, uint32_t count) {
    memset(g->first, NO_NEEDLE, sizeof g->first);
    g->needles[NO_NEEDLE] = (needle){.fold = UINT64_MAX, .mask = UINT64_MAX, .head = 0, .next = NO_NEEDLE};
    for (uint32_t i = 0; i < count; i++) {
        needle *n = &g->needles[chosen[i].text];
        uint8_t *first = &g->first[hash(chosen[i].gram) >> (HASH_BITS - FIRST_BITS)];
        n->offset = chosen[i].offset;
        n->next = *first;
        *first = (uint8_t)chosen[i].text;
    }
}

static bool can_filter(void) {
#ifdef __x86_64__
    return __builtin_cpu_supports("avx2");
#else
    return false;
#endif
}

static bool can_filter_wide(void) {
#ifdef __x86_64__
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi");
#else
    return false;
#endif
}

grams *grams_make(const text *texts, uint32_t count, bool is_narrow) {
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
    size_t step = shortest - GRAM + 1;
    if (step > LONGEST_STEP) step = LONGEST_STEP;
    while (step * count > MOST_GRAMS) step--;
    g->is_wide = !is_narrow && can_filter_wide();
    g->filters = count <= (g->is_wide ? MOST_FILTERED_WIDE : MOST_FILTERED);
    if (g->filters) step = 1;
    g->depth = GRAM;
    if (g->filters && g->is_wide) g->depth = shortest < MOST_DEPTH ? (uint32_t)shortest : MOST_DEPTH;
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
    g->needles = calloc(g->filters ? NO_NEEDLE + 1 : count, sizeof *g->needles);
    if (g->needles)
        for (uint32_t i = 0; i < count; i++) g->needles[i] = needle_of(&texts[i]);
    bool done = counts && chosen && g->entries && g->slots && g->needles && choose(g, count, counts, chosen);
    if (done) arrange(g, slots, counts, chosen, total);
    if (done && g->filters) {
        number(g, chosen, count);
        done = divide(g, chosen, count);
    }
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
    free(g->needles);
    free(g);
}
