// SPDX-License-Identifier: Apache-2.0
#include "codec.h"
#include <stdlib.h>
#include <zstd.h>

/// RFC 9659: no sender may use a window above 8 MB.
#define WINDOW_LIMIT 23
#define MAGIC 0xFD2FB528u
#define SKIPPABLE 0x184D2A50u

typedef struct unzstd_codec {
    codec head;
    ZSTD_DCtx *context;
    uint8_t magic[4];
    uint8_t magic_count;
    bool is_inside;  // of a frame, behind its magic number
    bool had_frame;
} unzstd_codec;

static codec *create(int32_t level) {
    (void)level;
    unzstd_codec *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    c->context = ZSTD_createDCtx();
    if (c->context) return &c->head;
    free(c);
    return NULL;
}

static bool begin(codec *head, int32_t level, int64_t length) {
    unzstd_codec *c = (unzstd_codec *)head;
    (void)level;
    (void)length;
    c->magic_count = 0;
    c->is_inside = c->had_frame = false;
    return !ZSTD_isError(ZSTD_DCtx_reset(c->context, ZSTD_reset_session_and_parameters)) &&
           !ZSTD_isError(ZSTD_DCtx_setParameter(c->context, ZSTD_d_windowLogMax, WINDOW_LIMIT));
}

static bool begins_frame(const uint8_t *bytes) {
    uint32_t magic = bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
    return magic == MAGIC || (magic & 0xFFFFFFF0u) == SKIPPABLE;
}

/// Takes the magic number of the next frame. The library would take those of its early formats too, whose decoders
/// nobody looks after.
static ccodecs_state read_magic(unzstd_codec *c, const uint8_t *input, size_t input_count, size_t *consumed) {
    while (c->magic_count < 4 && *consumed < input_count) c->magic[c->magic_count++] = input[(*consumed)++];
    if (c->magic_count == 0) return c->had_frame ? CCODECS_DONE : CCODECS_MORE;
    if (c->magic_count < 4) return CCODECS_MORE;
    if (!begins_frame(c->magic)) return c->had_frame ? CCODECS_TRAILING : CCODECS_CORRUPT;
    uint8_t unused;
    ZSTD_inBuffer in = {c->magic, 4, 0};
    ZSTD_outBuffer out = {&unused, 0, 0};
    size_t hint = ZSTD_decompressStream(c->context, &out, &in);
    if (ZSTD_isError(hint) || in.pos != 4) return CCODECS_CORRUPT;
    c->magic_count = 0;
    c->is_inside = true;
    return CCODECS_MORE;
}

static ccodecs_step run(codec *head, ccodecs_operation operation, const uint8_t *input, size_t input_count,
                        uint8_t *output, size_t output_count) {
    unzstd_codec *c = (unzstd_codec *)head;
    ccodecs_step step = {0, 0, CCODECS_MORE};
    (void)operation;
    while (step.produced < output_count) {
        if (!c->is_inside) {
            step.state = read_magic(c, input, input_count, &step.consumed);
            if (!c->is_inside) return step;
        }
        ZSTD_inBuffer in = {input, input_count, step.consumed};
        ZSTD_outBuffer out = {output, output_count, step.produced};
        size_t hint = ZSTD_decompressStream(c->context, &out, &in);
        bool is_idle = in.pos == step.consumed && out.pos == step.produced;
        step.consumed = in.pos;
        step.produced = out.pos;
        step.state = CCODECS_MORE;
        if (ZSTD_isError(hint)) {
            step.state = CCODECS_CORRUPT;
            return step;
        }
        if (hint == 0) {
            c->is_inside = false;
            c->had_frame = true;
            if (step.consumed == input_count) step.state = CCODECS_DONE;
        } else if (is_idle) {
            return step;
        }
    }
    return step;
}

static size_t memory(const codec *head) {
    return sizeof(unzstd_codec) + ZSTD_sizeof_DCtx(((const unzstd_codec *)head)->context);
}

static void destroy(codec *head) {
    (void)ZSTD_freeDCtx(((unzstd_codec *)head)->context);
    free(head);
}

const codec_type codec_zstd_decoder = {
    .create = create, .begin = begin, .run = run, .memory = memory, .destroy = destroy};
