// SPDX-License-Identifier: Apache-2.0
//
// zlib, ISA-L, libdeflate, brotli and zstd behind one set of functions that Swift imports as safe: bytes are spans, and
// a context is a handle whose slot is looked up and compared on each call, so that no misuse reaches freed memory.
#ifndef CCODECS_H
#define CCODECS_H
#include <lifetimebound.h>
#include <ptrcheck.h>
#include <stddef.h>
#include <stdint.h>

#define CCODECS_NAME(name) __attribute__((swift_name(name)))

#pragma GCC visibility push(hidden)

// What Swift makes of them unwraps the address of a span that may not be null, and an empty span has none: so input is
// nullable, and output is never an empty span.

/// What a context is for. DEFLATE is raw (RFC 1951) when encoded; decoding reads the containers too.
typedef enum __attribute__((enum_extensibility(closed))) ccodecs_kind : int32_t {
    CCODECS_ENCODE_DEFLATE CCODECS_NAME("encodeDeflate"),        // zlib
    CCODECS_ENCODE_DEFLATE_FAST CCODECS_NAME("encodeDeflateFast"),   // ISA-L
    CCODECS_ENCODE_DEFLATE_WHOLE CCODECS_NAME("encodeDeflateWhole"),  // libdeflate; ccodecs_whole only
    CCODECS_ENCODE_ZSTD CCODECS_NAME("encodeZstd"),
    CCODECS_ENCODE_BROTLI CCODECS_NAME("encodeBrotli"),
    CCODECS_DECODE_GZIP CCODECS_NAME("decodeGzip"),     // members until the input ends
    CCODECS_DECODE_DEFLATE CCODECS_NAME("decodeDeflate"),  // zlib's container, or none
    CCODECS_DECODE_ZSTD CCODECS_NAME("decodeZstd"),     // frames until the input ends
    CCODECS_DECODE_BROTLI CCODECS_NAME("decodeBrotli"),
} ccodecs_kind;

#define CCODECS_KINDS 9

/// What an encoder is to do with the input of a call. A decoder knows only PROCESS.
typedef enum __attribute__((enum_extensibility(closed))) ccodecs_operation : int32_t {
    CCODECS_PROCESS CCODECS_NAME("process"),
    CCODECS_FLUSH CCODECS_NAME("flush"),
    CCODECS_FINISH CCODECS_NAME("finish"),
    /// brotli: the whole input is a metadata block.
    CCODECS_METADATA CCODECS_NAME("metadata"),
} ccodecs_operation;

typedef enum __attribute__((enum_extensibility(closed))) ccodecs_state : int32_t {
    /// All input is taken unless the output is full; then there may be more to come with no input at all.
    CCODECS_MORE CCODECS_NAME("more"),
    /// Encoder: flushed or finished. Decoder: all input is taken, and the stream may end here.
    CCODECS_DONE CCODECS_NAME("done"),
    /// Decoder: this is not what the coding looks like.
    CCODECS_CORRUPT CCODECS_NAME("corrupt"),
    /// Decoder: the stream was whole, and there is more behind it.
    CCODECS_TRAILING CCODECS_NAME("trailing"),
    /// No memory, a handle that is not open, or a call that makes no sense for the kind.
    CCODECS_FAILED CCODECS_NAME("failed"),
} ccodecs_state;

typedef struct ccodecs_step {
    size_t consumed, produced;
    ccodecs_state state;
} ccodecs_step;

/// An open context; generation 0 is never open.
typedef struct ccodecs_handle {
    uint32_t slot, generation;
} ccodecs_handle;

/// Takes a context out of the pool, or makes one. `length` is that of the whole body, or -1. Not open on failure.
ccodecs_handle ccodecs_open(ccodecs_kind kind, int32_t level, int64_t length);

/// Gives a context back to the pool, whatever state it is in. A handle that is not open is ignored.
void ccodecs_close(ccodecs_handle handle);

/// Goes on with the stream.
ccodecs_step ccodecs_run(ccodecs_handle handle, ccodecs_operation operation,
                         const uint8_t *__counted_by(input_count) _Nullable input __noescape, size_t input_count,
                         uint8_t *__counted_by(output_count) _Nonnull output __noescape, size_t output_count);

/// Encodes a whole body into the context's own memory. Returns the length of the result; 0 is a failure.
size_t ccodecs_whole(ccodecs_handle handle, const uint8_t *__counted_by(input_count) _Nullable input __noescape,
                     size_t input_count);

/// Copies from what ccodecs_whole made, beginning at `offset`. Returns the number of bytes.
size_t ccodecs_take(ccodecs_handle handle, size_t offset, uint8_t *__counted_by(output_count) _Nonnull output __noescape,
                    size_t output_count);

/// The memory of an open context in bytes.
size_t ccodecs_memory(ccodecs_handle handle);

/// What all pools of the process have done.
typedef struct ccodecs_counts {
    uint64_t created;      // contexts allocated
    uint64_t reused;       // contexts taken out of a pool
    uint64_t destroyed;    // contexts freed
    uint64_t idle_memory;  // bytes in pools
    uint64_t open;         // handles
} ccodecs_counts;

ccodecs_counts ccodecs_count(void);

uint32_t ccodecs_crc32(uint32_t checksum, const uint8_t *__counted_by(count) _Nullable bytes __noescape, size_t count);
uint32_t ccodecs_adler32(uint32_t checksum, const uint8_t *__counted_by(count) _Nullable bytes __noescape, size_t count);
uint64_t ccodecs_crc64(uint64_t checksum, const uint8_t *__counted_by(count) _Nullable bytes __noescape, size_t count);

/// Fills the bytes from the system's source of random numbers. Returns 0 if that fails.
int ccodecs_random(uint8_t *__counted_by(count) _Nonnull bytes __noescape, size_t count);

#pragma GCC visibility pop
#endif
