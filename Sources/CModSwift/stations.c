// SPDX-License-Identifier: Apache-2.0
//
// The sockets and the table live as long as the server's parent, whatever is restarted meanwhile: so the children of one
// generation reach those of the next. Nothing of it has a name by which another process could find it.
//
// The sockets are of the kind that keeps packets apart and has no short limit on their number, as datagrams have
// (net.unix.max_dgram_qlen). Every process has all the ends that are sent to, and each child the end that it receives
// from; the parent has both, so that a station with nobody at it is never broken.
#include "stations.h"
#include "shared.h"
#include <apr_hooks.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define LEAST_STATIONS 64
#define SOCKET_BUFFER (1 << 20)

station_table *stations;
_Atomic uint64_t own_child;
int own_place = -1;
uint32_t missed_counter;
server_rec *own_server;

static int senders[STATIONS], receivers[STATIONS];
static uint32_t station_count;
static int has_hooks;

// Who receives in this process, by the present configuration.
static struct {
    swift_httpd_receive receive;
    void *context;
} channel_receivers[CHANNELS];

extern void modswift_bus_child(apr_pool_t *child, server_rec *s);

// --- The parent ------------------------------------------------------------------------------------

// Twice as many as there can be children: those of the last generation end one by one. They must leave room among the
// process's descriptors.
static uint32_t wanted_stations(void) {
    struct rlimit limit;
    int children = 0;
    if (ap_mpm_query(AP_MPMQ_HARD_LIMIT_DAEMONS, &children) != APR_SUCCESS || children < 1) children = 1;
    uint64_t wanted = (uint64_t)children * 2;
    if (wanted < LEAST_STATIONS) wanted = LEAST_STATIONS;
    if (wanted > STATIONS) wanted = STATIONS;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && wanted > limit.rlim_cur / 4) wanted = limit.rlim_cur / 4;
    return (uint32_t)wanted;
}

static int make_pair(int *sender, int *receiver) {
    int pair[2], size = SOCKET_BUFFER;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0) return 0;
    // More packets pass before somebody has to wait; how many does not matter otherwise.
    if (setsockopt(pair[0], SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size) != 0)
        (void)setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    *sender = pair[0];
    *receiver = pair[1];
    return 1;
}

static int make_stations(apr_pool_t *p, apr_pool_t *log, apr_pool_t *temporary, server_rec *s) {
    (void)p, (void)log, (void)temporary;
    // Not for the reading before the first, nor twice.
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG || !stations || station_count > 0) return OK;
    uint32_t wanted = wanted_stations();
    while (station_count < wanted && make_pair(&senders[station_count], &receivers[station_count])) station_count++;
    if (station_count < wanted)
        ap_log_error_("swift", 0, swift_module.module_index, APLOG_WARNING, errno, s,
                      "only %u of %u sockets for messages between children could be made: children beyond that send "
                      "and receive none; raise the limit on open files",
                      station_count, wanted);
    return OK;
}

static void child_status(server_rec *s, pid_t process, ap_generation_t generation, int slot, mpm_child_status status) {
    (void)s, (void)generation, (void)slot;
    if (!stations || status != MPM_CHILD_EXITED) return;
    for (uint32_t i = 0; i < station_end(); i++) {
        // Before the number can become another process's. A child that ended in order has no station any more.
        if (atomic_load(&stations->stations[i].process) != (int32_t)process) continue;
        atomic_store(&stations->stations[i].holder, 0);
        atomic_store(&stations->stations[i].process, 0);
        station_announce();
    }
}

// --- Channels --------------------------------------------------------------------------------------

void modswift_channels_begin(void) {
    memset(channel_receivers, 0, sizeof channel_receivers);
    has_hooks = 0;
}

static void hook(void) {
    const char *current = apr_hook_debug_current;
    if (has_hooks) return;
    has_hooks = 1;
    apr_hook_debug_current = swift_module.name;
    ap_hook_post_config(make_stations, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(modswift_bus_child, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_status(child_status, NULL, NULL, APR_HOOK_MIDDLE);
    apr_hook_debug_current = current;
}

uint32_t modswift_channel(const char *plugin, const char *name, swift_httpd_receive receive, void *context) {
    if (!plugin || !name || !receive) return 0;
    if (!stations) stations = shared_make(sizeof *stations);
    for (uint32_t i = 0; stations && i < CHANNELS; i++) {
        size_t most = sizeof stations->channels[i].name;
        char *known = stations->channels[i].plugin;
        // A place is never another channel's: children of the last generation go on using it.
        if (known[0] && strncmp(known, plugin, most - 1) != 0) continue;
        if (known[0] && strncmp(stations->channels[i].name, name, most - 1) != 0) continue;
        apr_cpystrn(known, plugin, most);
        apr_cpystrn(stations->channels[i].name, name, most);
        channel_receivers[i].receive = receive;
        channel_receivers[i].context = context;
        missed_counter = modswift_counter("mod_swift", "messages that a child missed");
        hook();
        return i + 1;
    }
    return 0;
}

void channel_deliver(uint32_t channel, uint32_t kind, uint64_t child, const void *bytes, uint64_t count) {
    for (uint32_t i = 0; i < CHANNELS; i++) {
        if ((channel && channel != i + 1) || !channel_receivers[i].receive) continue;
        channel_receivers[i].receive(channel_receivers[i].context, kind, child, bytes, count);
    }
}

// --- Children --------------------------------------------------------------------------------------

// What was sent to the one who had the station before.
static void drain(int receiver) {
    char bytes[1];
    while (recv(receiver, bytes, sizeof bytes, MSG_DONTWAIT | MSG_TRUNC) > 0 || errno == EINTR) continue;
}

int station_claim(void) {
    const int32_t self = (int32_t)getpid();
    for (uint32_t i = 0; i < station_count; i++) {
        station *found = &stations->stations[i];
        int32_t process = atomic_load(&found->process);
        if (process != 0 && process != self && !shared_is_gone(process)) continue;
        if (!atomic_compare_exchange_strong(&found->process, &process, self)) continue;
        atomic_store(&found->holder, 0);
        drain(receivers[i]);
        uint32_t end = station_end();
        while (end < i + 1 && !atomic_compare_exchange_weak(&stations->end, &end, i + 1)) continue;
        own_place = (int)i;
        // Numbers grow, so that of two who had the same station it is known who was first.
        atomic_store(&own_child, atomic_fetch_add(&stations->last_child, 1) + 1);
        atomic_store(&found->holder, atomic_load(&own_child));
        for (uint32_t other = 0; other < station_count; other++) {
            if (other == i || receivers[other] < 0) continue;
            close(receivers[other]);
            receivers[other] = -1;
        }
        return 1;
    }
    return 0;
}

void station_release(void) {
    int32_t self = (int32_t)getpid();
    if (own_place < 0) return;
    station *own = &stations->stations[own_place];
    atomic_store(&own->holder, 0);
    (void)atomic_compare_exchange_strong(&own->process, &self, 0);
    atomic_store(&own_child, 0);
    station_announce();
}

void station_announce(void) {
    packet_head head = {.from = atomic_load(&own_child), .kind = PACKET_NEWS};
    for (uint32_t i = 0; i < station_end(); i++) {
        head.to = station_holder(i);
        if (head.to == 0 || head.to == head.from) continue;
        (void)!send(senders[i], &head, sizeof head, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
}

int station_sender(uint32_t place) { return senders[place]; }
int station_receiver(void) { return own_place < 0 ? -1 : receivers[own_place]; }
uint64_t modswift_channel_own_child(void) { return atomic_load(&own_child); }
uint64_t modswift_channel_capacity(void) { return CAPACITY; }
