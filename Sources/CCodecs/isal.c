// SPDX-License-Identifier: Apache-2.0
//
// Raw DEFLATE that streams, ten times as fast as zlib's and a fourth larger.
#include "codec.h"
#include <isa-l/igzip_lib.h>
#include <stdlib.h>
#include <string.h>

typedef struct isal_codec {
    codec head;
    struct isal_zstream stream;
    uint8_t *level_memory;
    uint32_t level_memory_size;
} isal_codec;

static int own_level(int32_t level) { return level < 0 ? 0 : level > 3 ? 3 : level; }

static codec *create(int32_t level) {
    static const uint32_t sizes[] = {ISAL_DEF_LVL0_DEFAULT, ISAL_DEF_LVL1_DEFAULT, ISAL_DEF_LVL2_DEFAULT,
                                     ISAL_DEF_LVL3_DEFAULT};
    isal_codec *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    c->level_memory_size = sizes[own_level(level)];
    if (c->level_memory_size > 0) {
        c->level_memory = malloc(c->level_memory_size);
        if (!c->level_memory) {
            free(c);
            return NULL;
        }
    }
    isal_deflate_init(&c->stream);
    return &c->head;
}

static bool begin(codec *head, int32_t level, int64_t length) {
    isal_codec *c = (isal_codec *)head;
    (void)length;
    isal_deflate_reset(&c->stream);
    c->stream.gzip_flag = IGZIP_DEFLATE;
    c->stream.level = (uint32_t)own_level(level);
    c->stream.level_buf = c->level_memory;
    c->stream.level_buf_size = c->level_memory_size;
    c->stream.end_of_stream = 0;
    c->stream.flush = NO_FLUSH;
    return true;
}

static ccodecs_step run(codec *head, ccodecs_operation operation, const uint8_t *input, size_t input_count,
                        uint8_t *output, size_t output_count) {
    struct isal_zstream *s = &((isal_codec *)head)->stream;
    uint32_t in = codec_part(input_count), out = codec_part(output_count);
    bool is_last = in == input_count;
    s->next_in = (uint8_t *)input;  // it only reads
    s->avail_in = in;
    s->next_out = output;
    s->avail_out = out;
    s->flush = is_last && operation == CCODECS_FLUSH ? SYNC_FLUSH : NO_FLUSH;
    s->end_of_stream = is_last && operation == CCODECS_FINISH;
    if (isal_deflate(s) != COMP_OK) return codec_failed();
    ccodecs_step step = {in - s->avail_in, out - s->avail_out, CCODECS_MORE};
    if (s->flush == SYNC_FLUSH && s->avail_in == 0 && s->avail_out > 0) step.state = CCODECS_DONE;
    if (s->end_of_stream && s->internal_state.state == ZSTATE_END) step.state = CCODECS_DONE;
    // The span ends with the call.
    s->next_in = NULL;
    s->next_out = NULL;
    return step;
}

static size_t memory(const codec *head) {
    return sizeof(isal_codec) + ((const isal_codec *)head)->level_memory_size;
}

static void destroy(codec *head) {
    free(((isal_codec *)head)->level_memory);
    free(head);
}

const codec_type codec_isal = {.create = create,
                               .begin = begin,
                               .run = run,
                               .memory = memory,
                               .destroy = destroy,
                               .has_fixed_level = true};
