// SPDX-License-Identifier: Apache-2.0
#include "codec.h"
#include <stdlib.h>
#include <zstd.h>

/// RFC 9659: a client need not take a window above 8 MB.
#define WINDOW_LIMIT 23
/// The window of a stream whose length is not known, below levels that are asked for by number to be strong: it is
/// what an open response holds, and pages gain little from more.
#define STREAM_WINDOW 19
#define STRONG_LEVEL 9

typedef struct zstd_codec {
    codec head;
    ZSTD_CCtx *context;
} zstd_codec;

static codec *create(int32_t level) {
    (void)level;
    zstd_codec *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    c->context = ZSTD_createCCtx();
    if (c->context) return &c->head;
    free(c);
    return NULL;
}

static bool begin(codec *head, int32_t level, int64_t length) {
    ZSTD_CCtx *context = ((zstd_codec *)head)->context;
    if (ZSTD_isError(ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters))) return false;
    if (level < 1) level = 1;
    if (level > ZSTD_maxCLevel()) level = ZSTD_maxCLevel();
    // The length may turn out to be wrong, so it is not pledged: it only keeps window and tables small.
    int most = level < STRONG_LEVEL ? STREAM_WINDOW : level < 20 ? 0 : WINDOW_LIMIT;
    int window = most == 0 && length < 0 ? 0 : codec_window(length, 10, most == 0 ? WINDOW_LIMIT : most);
    return !ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)) &&
           !ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window));
}

static ccodecs_step run(codec *head, ccodecs_operation operation, const uint8_t *input, size_t input_count,
                        uint8_t *output, size_t output_count) {
    ZSTD_inBuffer in = {input, input_count, 0};
    ZSTD_outBuffer out = {output, output_count, 0};
    ZSTD_EndDirective how = operation == CCODECS_PROCESS ? ZSTD_e_continue
                            : operation == CCODECS_FLUSH ? ZSTD_e_flush
                                                         : ZSTD_e_end;
    size_t left = ZSTD_compressStream2(((zstd_codec *)head)->context, &out, &in, how);
    if (ZSTD_isError(left)) return codec_failed();
    bool is_done = how != ZSTD_e_continue && left == 0;
    return (ccodecs_step){in.pos, out.pos, is_done ? CCODECS_DONE : CCODECS_MORE};
}

static size_t bound(codec *head, size_t count) {
    (void)head;
    return ZSTD_compressBound(count);
}

static size_t whole(codec *head, const uint8_t *input, size_t count, uint8_t *output, size_t room) {
    ZSTD_CCtx *context = ((zstd_codec *)head)->context;
    // The whole is its own window, so what saves memory in a stream would only cost bytes here.
    size_t result = ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 0);
    if (count > (1u << WINDOW_LIMIT)) result = ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, WINDOW_LIMIT);
    if (ZSTD_isError(result)) return 0;
    result = ZSTD_compress2(context, output, room, input, count);
    return ZSTD_isError(result) ? 0 : result;
}

static size_t memory(const codec *head) {
    return sizeof(zstd_codec) + ZSTD_sizeof_CCtx(((const zstd_codec *)head)->context);
}

static void destroy(codec *head) {
    (void)ZSTD_freeCCtx(((zstd_codec *)head)->context);
    free(head);
}

const codec_type codec_zstd = {.create = create,
                               .begin = begin,
                               .run = run,
                               .bound = bound,
                               .whole = whole,
                               .memory = memory,
                               .destroy = destroy};
