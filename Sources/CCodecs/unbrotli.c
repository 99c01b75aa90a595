// SPDX-License-Identifier: Apache-2.0
#include "blocks.h"
#include "codec.h"
#include <brotli/decode.h>
#include <stdlib.h>

typedef struct unbrotli_codec {
    codec head;
    blocks memory;
    BrotliDecoderState *state;
} unbrotli_codec;

static codec *create(int32_t level) {
    (void)level;
    unbrotli_codec *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    // The window grows with what was decoded, up to 16 MB.
    c->memory.shrinks = true;
    return &c->head;
}

static void end(codec *head) {
    unbrotli_codec *c = (unbrotli_codec *)head;
    if (!c->state) return;
    blocks_begin_end(&c->memory);
    BrotliDecoderDestroyInstance(c->state);
    c->state = NULL;
    blocks_end_round(&c->memory);
}

static bool begin(codec *head, int32_t level, int64_t length) {
    unbrotli_codec *c = (unbrotli_codec *)head;
    (void)level;
    (void)length;
    c->state = BrotliDecoderCreateInstance(blocks_allocate, blocks_free, &c->memory);
    return c->state != NULL;
}

static ccodecs_step run(codec *head, ccodecs_operation operation, const uint8_t *input, size_t input_count,
                        uint8_t *output, size_t output_count) {
    BrotliDecoderState *state = ((unbrotli_codec *)head)->state;
    size_t in = input_count, out = output_count;
    (void)operation;
    if (!state) return codec_failed();
    if (BrotliDecoderIsFinished(state))
        return (ccodecs_step){0, 0, input_count > 0 ? CCODECS_TRAILING : CCODECS_DONE};
    BrotliDecoderResult result = BrotliDecoderDecompressStream(state, &in, &input, &out, &output, NULL);
    ccodecs_step step = {input_count - in, output_count - out, CCODECS_MORE};
    if (result == BROTLI_DECODER_RESULT_ERROR) {
        // The codes from here on down are of memory, and of the library's own state.
        bool is_own = BrotliDecoderGetErrorCode(state) <= BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MODES;
        step.state = is_own ? CCODECS_FAILED : CCODECS_CORRUPT;
    } else if (result == BROTLI_DECODER_RESULT_SUCCESS) {
        step.state = in > 0 ? CCODECS_TRAILING : CCODECS_DONE;
    }
    return step;
}

static size_t memory(const codec *head) {
    return sizeof(unbrotli_codec) + ((const unbrotli_codec *)head)->memory.memory;
}

static void destroy(codec *head) {
    end(head);
    blocks_destroy(&((unbrotli_codec *)head)->memory);
    free(head);
}

const codec_type codec_brotli_decoder = {
    .create = create, .begin = begin, .run = run, .memory = memory, .end = end, .destroy = destroy};
