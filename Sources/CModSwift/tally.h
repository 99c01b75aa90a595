// SPDX-License-Identifier: Apache-2.0
//
// The counts of each protocol, in memory that all processes share.
#ifndef MODSWIFT_TALLY_H
#define MODSWIFT_TALLY_H
#include "live.h"

// The most protocols that are counted, each where it is bound.
#define TALLY_ROWS 128
#define TALLY_NAME 192

// What one row says.
typedef struct tally_reading {
    const char *name;
    const char *place;
    // Whether the protocol is bound there still.
    int is_present;
    uint64_t open;
    uint64_t waiting;
    uint64_t sums[TALLY_SUMS];
} tally_reading;

// Reads the row of an index below TALLY_ROWS; false if there is none.
__attribute__((visibility("hidden"))) int tally_read(int row, tally_reading *reading);
#endif
