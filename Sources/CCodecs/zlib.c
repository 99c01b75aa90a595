// SPDX-License-Identifier: Apache-2.0
//
// Raw DEFLATE that streams, as small as mod_deflate's.
#include "codec.h"
#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>

/// zlib's own default: 16 K symbols to a block, and 256 KB instead of 384.
#define MEMORY_LEVEL 8

typedef struct zlib_codec {
    codec head;
    z_stream stream;
    int level;
} zlib_codec;

static int own_level(int32_t level) { return level < 1 ? 1 : level > 9 ? 9 : level; }

static codec *create(int32_t level) {
    zlib_codec *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    c->level = own_level(level);
    if (deflateInit2(&c->stream, c->level, Z_DEFLATED, -15, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK) {
        free(c);
        return NULL;
    }
    return &c->head;
}

static bool begin(codec *head, int32_t level, int64_t length) {
    zlib_codec *c = (zlib_codec *)head;
    (void)length;
    if (deflateReset(&c->stream) != Z_OK) return false;
    if (c->level == own_level(level)) return true;
    c->level = own_level(level);
    return deflateParams(&c->stream, c->level, Z_DEFAULT_STRATEGY) == Z_OK;
}

static ccodecs_step run(codec *head, ccodecs_operation operation, const uint8_t *input, size_t input_count,
                        uint8_t *output, size_t output_count) {
    z_stream *s = &((zlib_codec *)head)->stream;
    uint32_t in = codec_part(input_count), out = codec_part(output_count);
    int how = in < input_count || operation == CCODECS_PROCESS ? Z_NO_FLUSH
              : operation == CCODECS_FLUSH                     ? Z_SYNC_FLUSH
                                                               : Z_FINISH;
    s->next_in = input;
    s->avail_in = in;
    s->next_out = output;
    s->avail_out = out;
    int result = deflate(s, how);
    ccodecs_step step = {in - s->avail_in, out - s->avail_out, CCODECS_MORE};
    // Nothing to do, which a call for output that was just complete amounts to.
    bool idle = result == Z_BUF_ERROR;
    if (result != Z_OK && result != Z_STREAM_END && !idle) step.state = CCODECS_FAILED;
    if (result == Z_STREAM_END || (how == Z_SYNC_FLUSH && (idle || s->avail_out > 0))) step.state = CCODECS_DONE;
    return step;
}

static size_t memory(const codec *head) {
    (void)head;
    // As zconf.h has it, for a window of 2^15, and the state.
    return sizeof(zlib_codec) + (1u << 17) + (1u << (MEMORY_LEVEL + 9)) + 6 * 1024;
}

static void destroy(codec *head) {
    (void)deflateEnd(&((zlib_codec *)head)->stream);
    free(head);
}

const codec_type codec_zlib = {.create = create, .begin = begin, .run = run, .memory = memory, .destroy = destroy};
