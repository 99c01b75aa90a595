// SPDX-License-Identifier: Apache-2.0
//
// How a child sends. What a station takes at once is sent by the thread that has it; the rest waits in a queue per
// station, in order, until the thread of the child gets rid of it. A message to all is there once, whoever it waits for.
//
// A message that is larger than a packet goes in parts, one after the other: nothing else from this process comes
// between them, so the receiver has at most one unfinished message per sender.
#include "stations.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>

// So many packets at a time, for who waits for the lock.
#define BATCH 16
// What a letter takes beside its bytes, roughly.
#define LETTER_COST 64

typedef struct message {
    uint32_t uses;
    uint32_t channel;
    uint64_t count;
    unsigned char bytes[];
} message;

typedef struct letter {
    struct letter *next;
    message *message;
} letter;

typedef struct outbox {
    letter *first, *last;
    // Whom all of them are for.
    uint64_t to;
    uint64_t cost;
    // How much of the first one was sent.
    uint64_t sent;
    // Whether messages were dropped since half of the room was free, and how many.
    int is_full;
    uint64_t missed;
} outbox;

// What was achieved: all, part because the socket is full, part because the system is short of something, part because
// others are to have their turn.
enum { SENT, BUSY, SHORT, MORE };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int is_open;
static outbox boxes[STATIONS];
// Of messages, not letters.
static uint64_t cost_of_all;
static atomic_int letter_count;

// --- One station, with the lock held -----------------------------------------------------------------

static int send_parts(uint32_t place, uint64_t to, uint32_t channel, const unsigned char *bytes, uint64_t count,
                      uint64_t *sent) {
    packet_head head = {.from = atomic_load(&own_child), .to = to, .total = count, .kind = PACKET_MESSAGE,
                        .channel = channel, .place = (uint32_t)own_place};
    for (int packets = 0;; packets++) {
        if (packets == BATCH) return MORE;
        size_t part = count - *sent < PART ? count - *sent : PART;
        struct iovec pieces[2] = {{&head, sizeof head}, {(void *)(bytes + *sent), part}};
        struct msghdr packet = {.msg_iov = pieces, .msg_iovlen = part ? 2 : 1};
        head.offset = *sent;
        ssize_t result = sendmsg(station_sender(place), &packet, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (result < 0 && errno == EINTR) continue;
        if (result < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return BUSY;
        if (result < 0 && (errno == ENOBUFS || errno == ENOMEM)) return SHORT;
        // Anything else says that the server is no more, and nobody to send to.
        *sent += part;
        if (*sent >= count) return SENT;
    }
}

static void release(message *message) {
    if (--message->uses > 0) return;
    cost_of_all -= message->count + LETTER_COST;
    free(message);
}

static void drop_first(outbox *box) {
    letter *letter = box->first;
    message *message = letter->message;
    box->first = letter->next;
    box->sent = 0;
    box->cost -= message->count + LETTER_COST;
    atomic_fetch_sub(&letter_count, 1);
    free(letter);
    release(message);
}

static void forget(outbox *box) {
    while (box->first) drop_first(box);
    box->is_full = 0;
    box->missed = 0;
}

static int has_room(const outbox *box, uint64_t count, uint64_t sent) {
    // A message that was begun must be finished.
    if (sent > 0) return 1;
    return (!box->first || box->cost + count <= CAPACITY) && cost_of_all + count <= CAPACITY_OF_ALL;
}

static message *copy_of(uint32_t channel, const void *bytes, uint64_t count) {
    message *made = malloc(sizeof *made + count);
    if (!made) return NULL;
    made->uses = 1;
    made->channel = channel;
    made->count = count;
    if (count) memcpy(made->bytes, bytes, count);
    cost_of_all += count + LETTER_COST;
    return made;
}

// Sends to a station or leaves it in its queue; false if it takes no more. `shared`: the message, once it had to wait.
static int post(uint32_t place, uint64_t to, uint32_t channel, const void *bytes, uint64_t count, message **shared) {
    outbox *box = &boxes[place];
    uint64_t sent = 0;
    if (box->to != to) forget(box);
    box->to = to;
    if (!box->first) {
        int result;
        do result = send_parts(place, to, channel, bytes, count, &sent);
        while (result == MORE);
        if (result == SENT) return 1;
    }
    letter *added = has_room(box, count, sent) ? malloc(sizeof *added) : NULL;
    if (added && !*shared) *shared = copy_of(channel, bytes, count);
    if (!added || !*shared) {
        free(added);
        box->missed++;
        return 0;
    }
    added->next = NULL;
    added->message = *shared;
    (*shared)->uses++;
    if (box->first)
        box->last->next = added;
    else {
        box->first = added;
        box->sent = sent;
    }
    box->last = added;
    box->cost += count + LETTER_COST;
    atomic_fetch_add(&letter_count, 1);
    return 1;
}

// --- The process -------------------------------------------------------------------------------------

// Under prefork a child is ended from inside a handler of a signal, which must not find the lock held by the thread that
// it interrupted.
static void enter(sigset_t *before) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, before);
    pthread_mutex_lock(&lock);
}

static void leave(const sigset_t *before) {
    pthread_mutex_unlock(&lock);
    pthread_sigmask(SIG_SETMASK, before, NULL);
}

int modswift_channel_send(uint32_t channel, uint64_t child, const void *bytes, uint64_t count) {
    int result = child ? SWIFT_HTTPD_SEND_GONE : SWIFT_HTTPD_SEND_ACCEPTED;
    uint64_t full_child = 0;
    message *shared = NULL;
    sigset_t before;
    if (channel == 0 || channel > CHANNELS || (count && !bytes)) return SWIFT_HTTPD_SEND_UNAVAILABLE;
    if (count > CAPACITY) return SWIFT_HTTPD_SEND_TOO_LARGE;
    enter(&before);
    if (!is_open) result = SWIFT_HTTPD_SEND_UNAVAILABLE;
    for (uint32_t i = 0; is_open && i < station_end(); i++) {
        uint64_t holder = station_holder(i);
        if (holder == 0 || (child ? holder != child : holder == atomic_load(&own_child))) continue;
        if (post(i, holder, channel, bytes, count, &shared)) {
            if (child) result = SWIFT_HTTPD_SEND_ACCEPTED;
            continue;
        }
        modswift_counter_add(missed_counter, 1);
        if (!boxes[i].is_full) full_child = holder;
        boxes[i].is_full = 1;
        result = SWIFT_HTTPD_SEND_FULL;
    }
    int has_waiting = shared != NULL;
    if (shared) release(shared);
    leave(&before);
    if (has_waiting) bus_poke();
    if (full_child)
        ap_log_error_("swift", 0, swift_module.module_index, APLOG_WARNING, 0, own_server,
                      "child %" APR_UINT64_T_FMT " does not take the messages that it is sent: it misses what comes until "
                      "half of what waits for it is gone",
                      full_child);
    return result;
}

void outbox_open(void) {
    sigset_t before;
    enter(&before);
    is_open = 1;
    leave(&before);
}

void outbox_close(int64_t until) {
    // Threads of the MPM may go on to send while the child ends.
    while (pthread_mutex_trylock(&lock) != 0) {
        if (chttpd_now() >= until) return;
        apr_sleep(1000);
    }
    is_open = 0;
    pthread_mutex_unlock(&lock);
}

void outbox_forget(uint32_t place) {
    pthread_mutex_lock(&lock);
    if (boxes[place].to != station_holder(place)) forget(&boxes[place]);
    pthread_mutex_unlock(&lock);
}

static int flush(uint32_t place, uint64_t *missed) {
    outbox *box = &boxes[place];
    int result = SENT;
    pthread_mutex_lock(&lock);
    if (box->to != station_holder(place)) forget(box);
    for (int i = 0; i < BATCH && box->first && result == SENT; i++) {
        const message *message = box->first->message;
        result = send_parts(place, box->to, message->channel, message->bytes, message->count, &box->sent);
        if (result == SENT) drop_first(box);
    }
    if (result == SENT && box->first) result = MORE;
    if (box->is_full && box->cost <= CAPACITY / 2) {
        *missed = box->missed;
        box->is_full = 0;
        box->missed = 0;
    }
    pthread_mutex_unlock(&lock);
    return result;
}

uint32_t outbox_flush(uint32_t *waiting, int *retry) {
    uint32_t count = 0;
    *retry = 0;
    for (uint32_t i = 0; atomic_load(&letter_count) > 0 && i < station_end(); i++) {
        uint64_t missed = 0;
        int result;
        do result = flush(i, &missed);
        while (result == MORE);
        if (result == BUSY) waiting[count++] = i;
        if (result == SHORT) *retry = 1;
        if (missed > 0)
            ap_log_error_("swift", 0, swift_module.module_index, APLOG_NOTICE, 0, own_server,
                          "the child at station %u takes messages again; it missed %" APR_UINT64_T_FMT, i, missed);
    }
    return count;
}
