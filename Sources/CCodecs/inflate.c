// SPDX-License-Identifier: Apache-2.0
//
// gzip (RFC 1952), zlib's container (RFC 1950), and raw DEFLATE where "deflate" was misunderstood.
#include "codec.h"
#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>

#define RAW (-15)
#define ZLIB 15
#define GZIP (15 + 16)

typedef enum phase {
    START,      // nothing was read
    FIRST,      // deflate: the first byte is held, and the second tells the container
    INSIDE,     // of a stream, or of a gzip member
    BOUNDARY,   // behind one
} phase;

typedef struct inflate_codec {
    codec head;
    z_stream stream;
    phase phase;
    uint8_t first;
    bool has_first;  // it is still to be fed
} inflate_codec;

static codec *create(int32_t level) {
    (void)level;
    inflate_codec *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    if (inflateInit2(&c->stream, GZIP) == Z_OK) return &c->head;
    free(c);
    return NULL;
}

static bool begin(codec *head, int32_t level, int64_t length) {
    inflate_codec *c = (inflate_codec *)head;
    (void)level;
    (void)length;
    c->phase = START;
    c->has_first = false;
    return inflateReset2(&c->stream, GZIP) == Z_OK;
}

/// One call of zlib's.
static ccodecs_step inflate_some(inflate_codec *c, const uint8_t *input, size_t input_count, uint8_t *output,
                                 size_t output_count) {
    z_stream *s = &c->stream;
    uint32_t in = codec_part(input_count), out = codec_part(output_count);
    s->next_in = input;
    s->avail_in = in;
    s->next_out = output;
    s->avail_out = out;
    int result = inflate(s, Z_NO_FLUSH);
    ccodecs_step step = {in - s->avail_in, out - s->avail_out, CCODECS_MORE};
    switch (result) {
        case Z_OK:
        case Z_BUF_ERROR:
            break;
        case Z_STREAM_END:
            c->phase = BOUNDARY;
            step.state = CCODECS_DONE;
            break;
        case Z_MEM_ERROR:
            step.state = CCODECS_FAILED;
            break;
        default:
            step.state = CCODECS_CORRUPT;
            break;
    }
    return step;
}

static ccodecs_step run_gzip(codec *head, ccodecs_operation operation, const uint8_t *input, size_t input_count,
                             uint8_t *output, size_t output_count) {
    inflate_codec *c = (inflate_codec *)head;
    (void)operation;
    ccodecs_step sum = {0, 0, c->phase == BOUNDARY ? CCODECS_DONE : CCODECS_MORE};
    while (sum.produced < output_count) {
        if (c->phase != INSIDE) {
            if (sum.consumed == input_count) return sum;
            if (input[sum.consumed] != 0x1f) {
                sum.state = c->phase == BOUNDARY ? CCODECS_TRAILING : CCODECS_CORRUPT;
                return sum;
            }
            if (inflateReset2(&c->stream, GZIP) != Z_OK) return codec_failed();
            c->phase = INSIDE;
        }
        ccodecs_step step = inflate_some(c, input + sum.consumed, input_count - sum.consumed, output + sum.produced,
                                         output_count - sum.produced);
        sum.consumed += step.consumed;
        sum.produced += step.produced;
        sum.state = step.state;
        // Nothing is left to read, or nothing came of it: then there is nothing to write either.
        if (step.state != CCODECS_DONE && (step.state != CCODECS_MORE || step.consumed + step.produced == 0)) return sum;
    }
    // At a boundary with input left, the output being full, the stream is not at its end.
    if (sum.consumed < input_count) sum.state = CCODECS_MORE;
    return sum;
}

/// Browsers' rule: what begins like zlib's container (RFC 1950, 2.2) is that, all else is raw.
static bool is_zlib(uint8_t first, uint8_t second) {
    return (first & 0x0f) == 8 && (first >> 4) <= 7 && (first * 256 + second) % 31 == 0;
}

static ccodecs_step run_deflate(codec *head, ccodecs_operation operation, const uint8_t *input, size_t input_count,
                                uint8_t *output, size_t output_count) {
    inflate_codec *c = (inflate_codec *)head;
    size_t before = 0;
    (void)operation;
    if (c->phase == START && input_count > 0) {
        c->first = input[0];
        c->has_first = true;
        c->phase = FIRST;
        before = 1;
    }
    if (c->phase == FIRST && before < input_count) {
        if (inflateReset2(&c->stream, is_zlib(c->first, input[before]) ? ZLIB : RAW) != Z_OK) return codec_failed();
        c->phase = INSIDE;
    }
    if (c->phase == START || c->phase == FIRST) return (ccodecs_step){before, 0, CCODECS_MORE};
    if (c->phase == BOUNDARY) {
        bool has_more = before < input_count;
        return (ccodecs_step){0, 0, has_more ? CCODECS_TRAILING : CCODECS_DONE};
    }
    if (c->has_first) {
        // No byte by itself is a stream, so the output is not touched.
        c->has_first = false;
        ccodecs_step step = inflate_some(c, &c->first, 1, output, output_count);
        if (step.state != CCODECS_MORE || step.consumed != 1) return (ccodecs_step){before, 0, CCODECS_CORRUPT};
    }
    ccodecs_step step = inflate_some(c, input + before, input_count - before, output, output_count);
    step.consumed += before;
    if (step.state == CCODECS_DONE && step.consumed < input_count) step.state = CCODECS_TRAILING;
    return step;
}

static size_t memory(const codec *head) {
    (void)head;
    return sizeof(inflate_codec) + (40u << 10);
}

static void destroy(codec *head) {
    (void)inflateEnd(&((inflate_codec *)head)->stream);
    free(head);
}

const codec_type codec_gzip_decoder = {
    .create = create, .begin = begin, .run = run_gzip, .memory = memory, .destroy = destroy};
const codec_type codec_deflate_decoder = {
    .create = create, .begin = begin, .run = run_deflate, .memory = memory, .destroy = destroy};
