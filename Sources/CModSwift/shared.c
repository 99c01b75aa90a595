// SPDX-License-Identifier: Apache-2.0
#include "shared.h"
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>

void *shared_make(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

int shared_is_gone(int32_t process) { return kill(process, 0) < 0 && errno == ESRCH; }
