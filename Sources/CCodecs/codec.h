// SPDX-License-Identifier: Apache-2.0
//
// What the pool knows of a context, and what each library's file provides.
#ifndef CODEC_H
#define CODEC_H
#include "CCodecs.h"
#include <stdbool.h>

#pragma GCC visibility push(hidden)

typedef struct codec codec;

typedef struct codec_type {
    /// Allocates a context; `begin` follows.
    codec *(*create)(int32_t level);
    /// Starts a stream, in a new or a used context.
    bool (*begin)(codec *c, int32_t level, int64_t length);
    /// Goes on with it; NULL if the kind only does whole bodies.
    ccodecs_step (*run)(codec *c, ccodecs_operation operation, const uint8_t *input, size_t input_count, uint8_t *output,
                        size_t output_count);
    /// The most that a body of this length can become; NULL if the kind does not do whole bodies.
    size_t (*bound)(codec *c, size_t count);
    /// Encodes a body into memory of that size. 0 is a failure.
    size_t (*whole)(codec *c, const uint8_t *input, size_t count, uint8_t *output, size_t room);
    /// The bytes that the context holds, itself included.
    size_t (*memory)(const codec *c);
    /// Gives back what is held for the stream that ended; may be NULL.
    void (*end)(codec *c);
    void (*destroy)(codec *c);
    /// Whether a context is bound to the level that it was made for.
    bool has_fixed_level;
} codec_type;

/// The head of each context.
struct codec {
    const codec_type *type;
    ccodecs_kind kind;
    int32_t level;
    /// The result of `whole`.
    uint8_t *scratch;
    size_t scratch_size, whole_count;
    /// What the pool counted it as.
    size_t idle_memory;
};

extern const codec_type codec_zlib, codec_isal, codec_libdeflate, codec_zstd, codec_brotli;
extern const codec_type codec_gzip_decoder, codec_deflate_decoder, codec_zstd_decoder, codec_brotli_decoder;

static inline ccodecs_step codec_failed(void) { return (ccodecs_step){0, 0, CCODECS_FAILED}; }

/// Several libraries count in 32 bits, and one call need not do all.
static inline uint32_t codec_part(size_t count) { return count > (1u << 30) ? 1u << 30 : (uint32_t)count; }

/// The window, as a power of two from 2^least to 2^most, that a body of this length fills; `most` if it is not known.
static inline int codec_window(int64_t length, int least, int most) {
    int window = least;
    if (length < 0) return most;
    while (window < most && ((int64_t)1 << window) < length) window++;
    return window;
}

// --- pool.c ------------------------------------------------------------------------------------------------------

codec *codec_acquire(ccodecs_kind kind, int32_t level, int64_t length);
void codec_release(codec *c);
size_t codec_memory(const codec *c);
void codec_pool_counts(ccodecs_counts *counts);

// --- slots.c -----------------------------------------------------------------------------------------------------

ccodecs_handle codec_slot_open(codec *c);
codec *codec_slot_find(ccodecs_handle handle);
/// Ends the handle; NULL if it was not open.
codec *codec_slot_close(ccodecs_handle handle);
uint64_t codec_slots_in_use(void);

#pragma GCC visibility pop
#endif
