// SPDX-License-Identifier: Apache-2.0
#include "CHTTPD.h"

const void *chttpd_find(const void *in, size_t n, const void *what, size_t m) { return memmem(in, n, what, m); }
