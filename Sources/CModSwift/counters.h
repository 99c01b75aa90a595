// SPDX-License-Identifier: Apache-2.0
//
// The counters of plugins, in memory that all processes share.
#ifndef MODSWIFT_COUNTERS_H
#define MODSWIFT_COUNTERS_H
#include "CModSwift.h"

// The most counters of all plugins together.
#define COUNTERS 256

// What one counter says.
typedef struct counter_reading {
    const char *plugin;
    const char *name;
    uint64_t count;
} counter_reading;

// Reads the counter of an index below COUNTERS; false if the present configuration has none there.
__attribute__((visibility("hidden"))) int counter_read(int index, counter_reading *reading);
#endif
