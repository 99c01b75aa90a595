// SPDX-License-Identifier: Apache-2.0
#include "blocks.h"
#include "codec.h"
#include <brotli/encode.h>
#include <stdlib.h>

/// mod_brotli's: what an open response holds grows with it, and pages gain little from more.
#define STREAM_WINDOW 18
#define WINDOW_LIMIT 22
#define STRONG_QUALITY 7

typedef struct brotli_codec {
    codec head;
    blocks memory;
    BrotliEncoderState *state;
} brotli_codec;

static codec *create(int32_t level) {
    (void)level;
    brotli_codec *c = calloc(1, sizeof *c);
    return c ? &c->head : NULL;
}

static void end(codec *head) {
    brotli_codec *c = (brotli_codec *)head;
    if (!c->state) return;
    blocks_begin_end(&c->memory);
    BrotliEncoderDestroyInstance(c->state);
    c->state = NULL;
    blocks_end_round(&c->memory);
}

static bool begin(codec *head, int32_t level, int64_t length) {
    brotli_codec *c = (brotli_codec *)head;
    c->state = BrotliEncoderCreateInstance(blocks_allocate, blocks_free, &c->memory);
    if (!c->state) return false;
    uint32_t quality = level < 0 ? 0 : level > BROTLI_MAX_QUALITY ? BROTLI_MAX_QUALITY : (uint32_t)level;
    int most = quality < STRONG_QUALITY ? STREAM_WINDOW : WINDOW_LIMIT;
    uint32_t window = (uint32_t)codec_window(length, BROTLI_MIN_WINDOW_BITS, most);
    uint32_t hint = length < 0 ? 0 : length > (1 << 30) ? 1u << 30 : (uint32_t)length;
    return BrotliEncoderSetParameter(c->state, BROTLI_PARAM_QUALITY, quality) &&
           BrotliEncoderSetParameter(c->state, BROTLI_PARAM_LGWIN, window) &&
           BrotliEncoderSetParameter(c->state, BROTLI_PARAM_SIZE_HINT, hint);
}

static ccodecs_step run(codec *head, ccodecs_operation operation, const uint8_t *input, size_t input_count,
                        uint8_t *output, size_t output_count) {
    BrotliEncoderState *state = ((brotli_codec *)head)->state;
    static const BrotliEncoderOperation operations[] = {BROTLI_OPERATION_PROCESS, BROTLI_OPERATION_FLUSH,
                                                        BROTLI_OPERATION_FINISH, BROTLI_OPERATION_EMIT_METADATA};
    size_t in = input_count, out = output_count;
    if (!state || !BrotliEncoderCompressStream(state, operations[operation], &in, &input, &out, &output, NULL))
        return codec_failed();
    bool is_done = operation != CCODECS_PROCESS && in == 0 && !BrotliEncoderHasMoreOutput(state) &&
                   (operation != CCODECS_FINISH || BrotliEncoderIsFinished(state));
    return (ccodecs_step){input_count - in, output_count - out, is_done ? CCODECS_DONE : CCODECS_MORE};
}

static size_t memory(const codec *head) { return sizeof(brotli_codec) + ((const brotli_codec *)head)->memory.memory; }

static void destroy(codec *head) {
    end(head);
    blocks_destroy(&((brotli_codec *)head)->memory);
    free(head);
}

const codec_type codec_brotli = {
    .create = create, .begin = begin, .run = run, .memory = memory, .end = end, .destroy = destroy};
