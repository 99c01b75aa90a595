// SPDX-License-Identifier: Apache-2.0
#include "CHTTPD.h"
#include <dlfcn.h>

void chttpd_pin(const void *address) {
    Dl_info info;
    if (dladdr(address, &info) && info.dli_fname) {
        // The handle is not closed on purpose: RTLD_NODELETE holds from here on.
        (void)dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
    }
}
