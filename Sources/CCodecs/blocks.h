// SPDX-License-Identifier: Apache-2.0
//
// Memory for a library that cannot reset its contexts: what it frees is kept for the next one.
#ifndef BLOCKS_H
#define BLOCKS_H
#include <stdbool.h>
#include <stddef.h>

#pragma GCC visibility push(hidden)

typedef struct blocks {
    struct block *first;
    size_t memory;
    unsigned round;
    /// Whether large blocks are given back at once, except at the end of a context: those that a buffer outgrew.
    bool shrinks;
    bool is_ending;
} blocks;

/// The allocation functions that brotli takes; `argument` is the blocks.
void *blocks_allocate(void *argument, size_t size);
void blocks_free(void *argument, void *address);
/// A context is about to end: what it frees from here on serves the next one.
void blocks_begin_end(blocks *b);
/// It has ended: gives back what none of the last ones needed.
void blocks_end_round(blocks *b);
void blocks_destroy(blocks *b);

#pragma GCC visibility pop
#endif
