// SPDX-License-Identifier: Apache-2.0
//
// Handles: a slot, and the slot's generation, which goes up when it is opened and when it is closed, and is odd while
// it is open. Slots are never freed, so a stale handle reads memory that is there, and finds another generation.
#include "codec.h"
#include <stdatomic.h>
#include <stdlib.h>

#define BLOCK_SLOTS 256
#define BLOCKS 4096

typedef struct slot {
    _Atomic uint32_t generation;
    _Atomic uint32_t next;  // on the free list: the number of the next slot, 0 for none
    codec *codec;
} slot;

static _Atomic(slot *) blocks[BLOCKS];
/// Slots that were never used begin here. Numbers start at 1.
static _Atomic uint32_t fresh = 1;
/// The first free slot in the low half; in the high half a count, so that a change back to the same slot shows.
static _Atomic uint64_t free_list;
static _Atomic uint64_t in_use;

static slot *slot_at(uint32_t number) {
    if (number == 0 || number / BLOCK_SLOTS >= BLOCKS) return NULL;
    slot *block = atomic_load_explicit(&blocks[number / BLOCK_SLOTS], memory_order_acquire);
    return block ? &block[number % BLOCK_SLOTS] : NULL;
}

static uint32_t pop(void) {
    uint64_t head = atomic_load_explicit(&free_list, memory_order_acquire);
    for (;;) {
        uint32_t number = (uint32_t)head;
        slot *first = slot_at(number);
        if (!first) return 0;
        uint64_t rest = ((head >> 32) + 1) << 32 | atomic_load_explicit(&first->next, memory_order_relaxed);
        if (atomic_compare_exchange_weak_explicit(&free_list, &head, rest, memory_order_acq_rel, memory_order_acquire))
            return number;
    }
}

static void push(uint32_t number, slot *s) {
    uint64_t head = atomic_load_explicit(&free_list, memory_order_relaxed);
    uint64_t whole;
    do {
        atomic_store_explicit(&s->next, (uint32_t)head, memory_order_relaxed);
        whole = ((head >> 32) + 1) << 32 | number;
    } while (!atomic_compare_exchange_weak_explicit(&free_list, &head, whole, memory_order_acq_rel, memory_order_relaxed));
}

static uint32_t take_fresh(void) {
    uint32_t number = atomic_load_explicit(&fresh, memory_order_relaxed);
    do {
        if (number >= (uint32_t)BLOCK_SLOTS * BLOCKS) return 0;
    } while (!atomic_compare_exchange_weak_explicit(&fresh, &number, number + 1, memory_order_relaxed,
                                                    memory_order_relaxed));
    _Atomic(slot *) *place = &blocks[number / BLOCK_SLOTS];
    if (!atomic_load_explicit(place, memory_order_acquire)) {
        slot *block = calloc(BLOCK_SLOTS, sizeof *block), *none = NULL;
        if (!block) return 0;  // the number is lost, which memory that ran out can bear
        if (!atomic_compare_exchange_strong_explicit(place, &none, block, memory_order_acq_rel, memory_order_acquire))
            free(block);
    }
    return number;
}

ccodecs_handle codec_slot_open(codec *c) {
    ccodecs_handle none = {0, 0};
    uint32_t number = pop();
    if (number == 0) number = take_fresh();
    slot *s = slot_at(number);
    if (!s) return none;
    s->codec = c;
    uint32_t generation = atomic_load_explicit(&s->generation, memory_order_relaxed) + 1;
    atomic_store_explicit(&s->generation, generation, memory_order_release);
    atomic_fetch_add_explicit(&in_use, 1, memory_order_relaxed);
    return (ccodecs_handle){number, generation};
}

codec *codec_slot_find(ccodecs_handle handle) {
    slot *s = slot_at(handle.slot);
    if (!s || (handle.generation & 1) == 0) return NULL;
    return atomic_load_explicit(&s->generation, memory_order_acquire) == handle.generation ? s->codec : NULL;
}

codec *codec_slot_close(ccodecs_handle handle) {
    codec *c = codec_slot_find(handle);
    if (!c) return NULL;
    slot *s = slot_at(handle.slot);
    uint32_t generation = handle.generation;
    if (!atomic_compare_exchange_strong_explicit(&s->generation, &generation, generation + 1, memory_order_acq_rel,
                                                 memory_order_relaxed))
        return NULL;
    s->codec = NULL;
    push(handle.slot, s);
    atomic_fetch_sub_explicit(&in_use, 1, memory_order_relaxed);
    return c;
}

uint64_t codec_slots_in_use(void) { return atomic_load_explicit(&in_use, memory_order_relaxed); }
