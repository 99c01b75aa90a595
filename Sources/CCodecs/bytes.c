// SPDX-License-Identifier: Apache-2.0
//
// ISA-L's checksums cost a tenth of zlib's.
#include "CCodecs.h"
#include <errno.h>
#include <isa-l/crc.h>
#include <isa-l/crc64.h>
#include <isa-l/igzip_lib.h>
#include <sys/random.h>

uint32_t ccodecs_crc32(uint32_t checksum, const uint8_t *bytes, size_t count) {
    return count == 0 ? checksum : crc32_gzip_refl(checksum, bytes, count);
}

uint32_t ccodecs_adler32(uint32_t checksum, const uint8_t *bytes, size_t count) {
    return count == 0 ? checksum : isal_adler32(checksum, bytes, count);
}

uint64_t ccodecs_crc64(uint64_t checksum, const uint8_t *bytes, size_t count) {
    return count == 0 ? checksum : crc64_ecma_refl(checksum, bytes, count);
}

int ccodecs_random(uint8_t *bytes, size_t count) {
    while (count > 0) {
        ssize_t got = getrandom(bytes, count, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return 0;
        bytes += got;
        count -= (size_t)got;
    }
    return 1;
}
