// SPDX-License-Identifier: Apache-2.0
#include "blocks.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/// What counts as large.
#define LARGE (64u << 10)
/// A block is given back when so many contexts in a row did without it.
#define ROUNDS 8

typedef struct block {
    struct block *next;
    size_t size;
    unsigned round;  // in which it was last used
    bool is_used;
    _Alignas(max_align_t) unsigned char bytes[];
} block;

void *blocks_allocate(void *argument, size_t size) {
    blocks *b = argument;
    block *best = NULL;
    for (block *candidate = b->first; candidate; candidate = candidate->next) {
        // One that is far too large would be missing where it is needed.
        if (candidate->is_used || candidate->size < size || candidate->size / 2 > size) continue;
        if (!best || candidate->size < best->size) best = candidate;
    }
    if (!best) {
        if (size > SIZE_MAX - sizeof *best) return NULL;
        best = malloc(sizeof *best + size);
        if (!best) return NULL;
        best->size = size;
        best->next = b->first;
        b->first = best;
        b->memory += sizeof *best + size;
    }
    best->is_used = true;
    best->round = b->round;
    return best->bytes;
}

static void remove_unused(blocks *b, unsigned age) {
    for (block **link = &b->first; *link;) {
        block *candidate = *link;
        if (candidate->is_used || b->round - candidate->round < age) {
            link = &candidate->next;
            continue;
        }
        *link = candidate->next;
        b->memory -= sizeof *candidate + candidate->size;
        free(candidate);
    }
}

void blocks_free(void *argument, void *address) {
    blocks *b = argument;
    if (!address) return;
    block *freed = (block *)((unsigned char *)address - offsetof(block, bytes));
    freed->is_used = false;
    if (!b->shrinks || b->is_ending || freed->size < LARGE) return;
    for (block **link = &b->first; *link; link = &(*link)->next) {
        if (*link != freed) continue;
        *link = freed->next;
        b->memory -= sizeof *freed + freed->size;
        free(freed);
        return;
    }
}

void blocks_begin_end(blocks *b) { b->is_ending = true; }

void blocks_end_round(blocks *b) {
    remove_unused(b, ROUNDS);
    b->round++;
    b->is_ending = false;
}

void blocks_destroy(blocks *b) { remove_unused(b, 0); }
