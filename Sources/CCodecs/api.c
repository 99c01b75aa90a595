// SPDX-License-Identifier: Apache-2.0
#include "codec.h"
#include <stdlib.h>
#include <string.h>

ccodecs_handle ccodecs_open(ccodecs_kind kind, int32_t level, int64_t length) {
    ccodecs_handle none = {0, 0};
    codec *c = codec_acquire(kind, level, length);
    if (!c) return none;
    ccodecs_handle handle = codec_slot_open(c);
    if (handle.generation == 0) codec_release(c);
    return handle;
}

void ccodecs_close(ccodecs_handle handle) {
    codec *c = codec_slot_close(handle);
    if (c) codec_release(c);
}

ccodecs_step ccodecs_run(ccodecs_handle handle, ccodecs_operation operation, const uint8_t *input, size_t input_count,
                         uint8_t *output, size_t output_count) {
    // An empty span may have no address, which not every library takes.
    static const uint8_t nothing[1];
    codec *c = codec_slot_find(handle);
    if (!c || !c->type->run || !output || output_count == 0) return codec_failed();
    if (operation == CCODECS_METADATA && c->kind != CCODECS_ENCODE_BROTLI) return codec_failed();
    return c->type->run(c, operation, input ? input : nothing, input ? input_count : 0, output, output_count);
}

size_t ccodecs_whole(ccodecs_handle handle, const uint8_t *input, size_t input_count) {
    static const uint8_t nothing[1];
    codec *c = codec_slot_find(handle);
    if (!c || !c->type->whole) return 0;
    if (!input) {
        input = nothing;
        input_count = 0;
    }
    size_t room = c->type->bound(c, input_count);
    if (room < input_count) return 0;
    if (room > c->scratch_size) {
        uint8_t *fresh = malloc(room);
        if (!fresh) return 0;
        free(c->scratch);
        c->scratch = fresh;
        c->scratch_size = room;
    }
    c->whole_count = c->type->whole(c, input, input_count, c->scratch, c->scratch_size);
    return c->whole_count;
}

size_t ccodecs_take(ccodecs_handle handle, size_t offset, uint8_t *output, size_t output_count) {
    codec *c = codec_slot_find(handle);
    if (!c || !output || offset >= c->whole_count) return 0;
    size_t count = c->whole_count - offset;
    if (count > output_count) count = output_count;
    memcpy(output, c->scratch + offset, count);
    return count;
}

size_t ccodecs_memory(ccodecs_handle handle) {
    codec *c = codec_slot_find(handle);
    return c ? codec_memory(c) : 0;
}

ccodecs_counts ccodecs_count(void) {
    ccodecs_counts counts = {0};
    codec_pool_counts(&counts);
    counts.open = codec_slots_in_use();
    return counts;
}
