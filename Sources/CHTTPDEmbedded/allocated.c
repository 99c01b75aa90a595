// SPDX-License-Identifier: Apache-2.0
#include "CHTTPDEmbedded.h"
#include <malloc.h>

size_t chttpd_embedded_allocated(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}
