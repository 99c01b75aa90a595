// SPDX-License-Identifier: Apache-2.0
//
// Literals found by four of their bytes. vectorscan takes some hundred nanoseconds for each match, and a page may have
// thousands: this takes a tenth of that, for the sets that most pages are rewritten with.
#ifndef CPATTERNS_GRAMS_H
#define CPATTERNS_GRAMS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

typedef struct text {
    uint8_t *bytes;
    size_t count;
    bool ignores_case;
} text;

/// Nothing of it changes once it is made: many threads may use one.
typedef struct grams grams;

/// Takes some places where texts begin: each the start in the high half and the number of the text in the low one. Returns
/// whether the scan is to go on.
typedef bool grams_taker(void *context, const uint64_t *places, size_t count);

/// For texts that stay where they are until it is freed. Null where memory runs out, and for texts that vectorscan is better
/// at: very many, very short or very long ones, and those that differ too late. Narrow ones leave the widest steps of this
/// machine alone.
grams *grams_make(const text *texts, uint32_t count, bool is_narrow);
void grams_free(grams *g);

/// Tells of all places where a text begins, at or after `from`, and ends inside the subject: about in their order.
void grams_scan(const grams *g, const uint8_t *subject, size_t count, size_t from, grams_taker *take, void *context);

#pragma GCC visibility pop
#endif
