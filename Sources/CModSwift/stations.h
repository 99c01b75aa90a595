// SPDX-License-Identifier: Apache-2.0
//
// Stations: where the children of one server receive messages from each other.
//
// `stations.c` has what all processes share: the sockets, made by the parent before it forks, and the table of who
// receives at which. `outbox.c` is how a child sends, `bus.c` the thread that receives.
#ifndef MODSWIFT_STATIONS_H
#define MODSWIFT_STATIONS_H
#include "CModSwift.h"
#include <stdatomic.h>

#define MILLISECOND INT64_C(1000000)
// The most channels of all plugins together.
#define CHANNELS 256
// At most so many bytes wait in one process for one child, which is also the size of the largest message.
#define CAPACITY ((uint64_t)16 << 20)
// The same for all children together.
#define CAPACITY_OF_ALL (4 * CAPACITY)
// The part of a message that goes in one packet: far below what the kernel lets any socket hold.
#define PART 32768
#define STATIONS 1024

enum {
    // Look at the table: somebody came or went.
    PACKET_NEWS,
    PACKET_MESSAGE,
};

// What is in front of each packet. Sender and receiver are the same code: a module is never unmapped, nor loaded twice.
typedef struct packet_head {
    uint64_t from;
    // Whom it is for: a station may have changed hands.
    uint64_t to;
    // The message's size, and where in it the packet's part begins.
    uint64_t total, offset;
    uint32_t kind;
    uint32_t channel;
    // The sender's station.
    uint32_t place;
    uint32_t unused;
} packet_head;

// Who receives at a station.
typedef struct station {
    // The child's number, and 0 while nobody does.
    _Alignas(64) _Atomic uint64_t holder;
    // Whose it is: set before `holder` and reset after it.
    _Atomic int32_t process;
} station;

typedef struct station_table {
    _Atomic uint64_t last_child;
    // No station from here on was ever anybody's.
    _Atomic uint32_t end;
    station stations[STATIONS];
    struct {
        char plugin[96];
        char name[96];
    } channels[CHANNELS];
} station_table;

#define LOCAL __attribute__((visibility("hidden")))

// NULL as long as no plugin has a channel.
extern LOCAL station_table *stations;
// This child's number and station; 0 and -1 in a process that has none.
extern LOCAL _Atomic uint64_t own_child;
extern LOCAL int own_place;
// Whose log it is.
extern LOCAL server_rec *own_server;
// The counter of messages that were dropped.
extern LOCAL uint32_t missed_counter;

// Who receives at a station that was ever used, or 0.
static inline uint64_t station_holder(uint32_t place) { return atomic_load(&stations->stations[place].holder); }
static inline uint32_t station_end(void) { return atomic_load(&stations->end); }

// Takes a station for this process; false if there is none.
LOCAL int station_claim(void);
// Gives it back, and tells the others.
LOCAL void station_release(void);
// Tells everybody else to look at the table; those who cannot be told at once look by themselves within a second.
LOCAL void station_announce(void);
// Where to send to a station, and where to receive at the own one.
LOCAL int station_sender(uint32_t place);
LOCAL int station_receiver(void);

// Hands an event to the receiver of a channel.
LOCAL void channel_deliver(uint32_t channel, uint32_t kind, uint64_t child, const void *bytes, uint64_t count);

// --- Sending ---------------------------------------------------------------------------------------

// Begins and ends to take messages. `until`: how long it may wait for a thread that sends.
LOCAL void outbox_open(void);
LOCAL void outbox_close(int64_t until);
// Sends what waits, as far as the sockets take it. Fills `waiting` with the places that take no more, at most STATIONS,
// and says how many; `*retry` is set if a place has to be tried again soon although its socket may seem ready.
LOCAL uint32_t outbox_flush(uint32_t *waiting, int *retry);
// Forgets what waits for a child that is gone.
LOCAL void outbox_forget(uint32_t place);

// --- The thread of the child -----------------------------------------------------------------------

// Makes the thread look at what waits to be sent.
LOCAL void bus_poke(void);
#endif
