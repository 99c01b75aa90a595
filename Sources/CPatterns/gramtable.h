// SPDX-License-Identifier: Apache-2.0
//
// What `grams.c` makes ready, and `gramscan.c` looks into.
#ifndef CPATTERNS_GRAMTABLE_H
#define CPATTERNS_GRAMTABLE_H
#include "grams.h"
#include <string.h>

#pragma GCC visibility push(hidden)

enum {
    GRAM = 4,
    /// So many bytes are looked at from a gram's place on where texts are told apart by six bits of each, if all have as many.
    MOST_DEPTH = 6,
    LONGEST_STEP = 8,
    HASH_BITS = 16,
    /// So many texts may have a gram in common, or one that is looked up at the same place.
    MOST_SHARED = 8,
    /// What may be compared at each place of a subject that is made of beginnings of a text.
    LONGEST_TEXT = 256,
    /// So many texts are told apart by the halves of their bytes, and so many by six bits of each.
    MOST_FILTERED = 32,
    MOST_FILTERED_WIDE = 255,
    /// The needle behind those of so many texts: it is nowhere.
    NO_NEEDLE = MOST_FILTERED_WIDE,
    FIRST_BITS = 10,
};

/// A gram of a text.
typedef struct entry {
    uint32_t gram, text;
    /// Where in the text it is.
    uint32_t offset;
} entry;

/// A text, so that one comparison tells most others from it.
typedef struct needle {
    /// Its first eight bytes, or all if there are fewer: what is set in those of the subject before they are compared, which of
    /// their bits count, and what they must be.
    uint64_t fold, mask, head;
    const text *text;
    /// Where in it its gram is, if it has one, and the next of those that are looked up at the same place.
    uint32_t offset;
    uint8_t next;
} needle;

struct grams {
    needle *needles;
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
    /// Whether three bytes tell them apart: there are no more texts than buckets.
    bool few;
    /// By some bits of a gram, the first of the needles that have such a one.
    uint8_t first[1 << FIRST_BITS];
    uint8_t low[GRAM][16], high[GRAM][16];
    /// Whether still more of them are, how many bytes from the gram's place on, and the same for six bits of each.
    bool is_wide;
    uint32_t depth;
    uint8_t six[MOST_DEPTH][64];
};

static inline uint32_t load(const uint8_t *bytes) {
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

static inline uint32_t hash(uint32_t gram) { return gram * 0x9E3779B1u >> (32 - HASH_BITS); }

static inline uint32_t gram_at(const grams *g, const uint8_t *bytes) { return load(bytes) | g->fold; }

static inline uint8_t small(uint8_t byte) { return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte; }

#pragma GCC visibility pop
#endif
