// SPDX-License-Identifier: Apache-2.0
//
// Memory that all processes of the server share, and who of them is there.
#ifndef MODSWIFT_SHARED_H
#define MODSWIFT_SHARED_H
#include <stddef.h>
#include <stdint.h>

// Zeroed memory that children inherit, or NULL. What is never touched takes no room.
__attribute__((visibility("hidden"))) void *shared_make(size_t size);
// Whether a process of the server is no more.
__attribute__((visibility("hidden"))) int shared_is_gone(int32_t process);
#endif
