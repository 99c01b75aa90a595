// SPDX-License-Identifier: Apache-2.0
//
// Raw DEFLATE of whole bodies: twice as fast as zlib at the same size, but it cannot stream.
#include "codec.h"
#include <libdeflate.h>
#include <stdlib.h>

typedef struct libdeflate_codec {
    codec head;
    struct libdeflate_compressor *compressor;
    int level;
} libdeflate_codec;

static codec *create(int32_t level) {
    libdeflate_codec *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    c->level = level < 1 ? 1 : level > 12 ? 12 : level;
    c->compressor = libdeflate_alloc_compressor(c->level);
    if (c->compressor) return &c->head;
    free(c);
    return NULL;
}

static bool begin(codec *head, int32_t level, int64_t length) {
    (void)head;
    (void)level;
    (void)length;
    return true;
}

static size_t bound(codec *head, size_t count) {
    return libdeflate_deflate_compress_bound(((libdeflate_codec *)head)->compressor, count);
}

static size_t whole(codec *head, const uint8_t *input, size_t count, uint8_t *output, size_t room) {
    return libdeflate_deflate_compress(((libdeflate_codec *)head)->compressor, input, count, output, room);
}

static size_t memory(const codec *head) {
    // What version 1.14 allocates; it has no function that tells.
    int level = ((const libdeflate_codec *)head)->level;
    return sizeof(libdeflate_codec) + (level == 1 ? 208u << 10 : level < 10 ? 668u << 10 : 9u << 20);
}

static void destroy(codec *head) {
    libdeflate_free_compressor(((libdeflate_codec *)head)->compressor);
    free(head);
}

const codec_type codec_libdeflate = {.create = create,
                                     .begin = begin,
                                     .bound = bound,
                                     .whole = whole,
                                     .memory = memory,
                                     .destroy = destroy,
                                     .has_fixed_level = true};
