// SPDX-License-Identifier: Apache-2.0
//
// The plugin ABI: all that mod_swift and a plugin know of each other.
//
// Each plugin carries its own copy of the Swift toolkit; Swift types never cross this line. A plugin
// exports one function, `swift_httpd_plugin_NAME`, for a file called libNAME.so. The host calls it with
// its table of services; it answers with a table of what the plugin offers. Both tables begin with the
// ABI version and their own size, so that either side can refuse the other before it reads further, and
// fields may be appended without a new version: who reads them looks at the size first.
//
// Strings in a plugin's table are immortal. httpd's objects pass as void *, so that the ABI needs no
// header of httpd.
#ifndef SWIFT_HTTPD_PLUGIN_H
#define SWIFT_HTTPD_PLUGIN_H
#include <stddef.h>
#include <stdint.h>

#define SWIFT_HTTPD_PLUGIN_ABI 1u

// What a registration is. Values are never reused.
enum {
    SWIFT_HTTPD_OUTPUT_FILTER = 1,
    SWIFT_HTTPD_INPUT_FILTER = 2,
    SWIFT_HTTPD_PROTOCOL = 3,
    SWIFT_HTTPD_PHASE = 4,
    // A handler that runs for every request, with no directive. Only for hosts with SWIFT_HTTPD_RUNS_EVERY_REQUEST.
    SWIFT_HTTPD_EVERY_REQUEST = 5,
};

// Request phases, in the order in which httpd runs them. Values are never reused.
enum {
    SWIFT_HTTPD_PHASE_ACCESS = 1,
    SWIFT_HTTPD_PHASE_FIXUP = 2,
    SWIFT_HTTPD_PHASE_HANDLER = 3,
    SWIFT_HTTPD_PHASE_LOG = 4,
    // Just before a response's header leaves. For SWIFT_HTTPD_EVERY_REQUEST only; the return code means nothing.
    SWIFT_HTTPD_PHASE_RESPONSE_HEADER = 5,
};

// What a host can do beyond its services.
enum { SWIFT_HTTPD_RUNS_EVERY_REQUEST = 1 };

// A filter's flag for the host: `prepare_output` is to be called.
enum { SWIFT_HTTPD_FILTER_PREPARES = 1 << 30 };
// An output filter's flag for the host: where SetOutputFilter names it, it also belongs in front of what httpd answers
// itself in place of a response. A host that does not know the flag leaves such answers alone.
enum { SWIFT_HTTPD_FILTER_ERROR_PAGES = 1 << 29 };
// A note of the request that the host makes when it has put such filters there.
#define SWIFT_HTTPD_NOTE_ERROR_PAGE "swift-error-page"

// What a plugin wants of a cache that the server's processes share. A host looks at `size` before it reads a field.
typedef struct swift_httpd_cache_request {
    uint32_t size;
    // Not 0 if the provider is looked for when all of the configuration was read, not at once.
    uint32_t is_deferred;
    // The plugin's name, and a provider of socache with its arguments: together they are which cache it is.
    const char *plugin;
    const char *provider;
    const char *arguments;
    // Hints for the provider; 0 for its own choice. The interval between two searches for what has expired: microseconds.
    uint64_t key_length;
    uint64_t object_size;
    int64_t expiry_interval;
} swift_httpd_cache_request;

// Called with a key and an object; what it answers ends the listing if it is not 0.
typedef int (*swift_httpd_cache_visitor)(void *context, const void *key, uint64_t key_length, const void *object,
                                         uint64_t length);

// What the host can say of a cache, beside statuses of APR. Values are never reused.
enum {
    // There is no such cache in this process.
    SWIFT_HTTPD_CACHE_ABSENT = -1,
    // The caller holds its lock already.
    SWIFT_HTTPD_CACHE_HELD = -2,
    // The cache does not take an object of this size under a key of this length.
    SWIFT_HTTPD_CACHE_TOO_LARGE = -3,
    // The visitor ended the listing.
    SWIFT_HTTPD_CACHE_ENDED = -4,
    // No object is there under the key.
    SWIFT_HTTPD_CACHE_MISSING = -5,
    // The provider cannot list.
    SWIFT_HTTPD_CACHE_UNLISTED = -6,
};

// What a channel between the children of the server tells its receiver. Values are never reused.
enum {
    SWIFT_HTTPD_CHANNEL_MESSAGE = 1,
    SWIFT_HTTPD_CHANNEL_JOINED = 2,
    SWIFT_HTTPD_CHANNEL_LEFT = 3,
};

// What became of a message to other children. Values are never reused.
enum {
    SWIFT_HTTPD_SEND_ACCEPTED = 0,
    // At least one child does not take what it is sent, and misses this.
    SWIFT_HTTPD_SEND_FULL = 1,
    SWIFT_HTTPD_SEND_TOO_LARGE = 2,
    // There is no such child.
    SWIFT_HTTPD_SEND_GONE = 3,
    // This process is none of the children that send to each other.
    SWIFT_HTTPD_SEND_UNAVAILABLE = 4,
};

// Receives one of SWIFT_HTTPD_CHANNEL_* from or about a child; the bytes are lent for the call. Called on one thread of
// the child at a time, and must not block.
typedef void (*swift_httpd_receive)(void *context, uint32_t kind, uint64_t child, const void *bytes, uint64_t count);

// Services of the host, which hold what must be one per process.
typedef struct swift_httpd_host_services {
    uint32_t abi;
    uint32_t size;
    // The value of `SwiftOption key` for a request_rec, or NULL. Lives as long as the request.
    const char *(*option)(void *request, const char *key);

    // The table of live connections and its clock; from here on since the second revision of ABI 1.

    // Nanoseconds of a clock that only goes forward.
    int64_t (*now)(void);
    // The place of a connection in the table: a reference that lives as long as the connection, and a number that is
    // never that of another connection. NULL if it has none.
    void *(*link)(void *connection, uint64_t *number);
    // When the child ends, or INT64_MAX while it does not.
    int64_t (*drain_until)(void *link);
    // When `attend` is to be called, if the connection waits in the MPM then. INT64_MAX for never.
    void (*deadline)(void *link, int64_t at);
    // Blocks until the connection can be read (0) or written (1), is woken, the child begins to end, or `until` has
    // come. For neither: 2.
    void (*wait)(void *link, int direction, int64_t until);
    // Makes the connection look for what was left for it: `attend` is called, or `wait` returns. From any thread.
    void (*wake)(uint64_t number);
    // False. Plugins of the second revision ask it whether to keep the connection.
    int (*linger)(void *link, int64_t nanoseconds);

    // From here on since the third revision of ABI 1.

    // Says that the connection is going to wait in the MPM, for one of SWIFT_HTTPD_WAIT_*; true if `serve` is going to
    // be called when the wait is over, false if the MPM runs the connection again. Only after true may it wait for
    // neither. Not in tables that end before it.
    int (*park)(void *link, int direction);
    // What a connection did since it told last, for the server's status: frames and bytes of the client, bytes to the
    // client, and whether a deadline ended it.
    void (*count)(void *link, uint64_t frames, uint64_t bytes_in, uint64_t bytes_out, int has_timed_out);
    // Says what the connection is about at the moment, during `serve`.
    void (*show)(void *link, const char *text);

    // Numbers for the server's status page. Not in tables that end before them.

    // The place of a plugin's counter, or 0; asked for while httpd reads its configuration.
    uint32_t (*counter)(const char *plugin, const char *name);
    // Counts up. Nothing for place 0. From any thread and child.
    void (*add)(uint32_t counter, uint64_t count);

    // What the host can do: SWIFT_HTTPD_RUNS_EVERY_REQUEST. Not in tables that end before it.
    uint64_t features;

    // Objects that the server's processes share, from here on since the sixth revision of ABI 1. A host has all of these
    // or none.

    // The number of a cache, asked for while httpd reads its configuration; an error text if it cannot be had.
    const char *(*cache)(const swift_httpd_cache_request *request, uint32_t *number);
    // Begins to use a cache, on the thread that is going to use it: with its lock if `exclusively`, and anyway if its
    // provider needs that. The session is to be given back by `cache_end`, which leaves the lock.
    int (*cache_begin)(uint32_t number, int exclusively, void **session);
    void (*cache_end)(void *session);
    // Stores an object until a time in microseconds since 1970.
    int (*cache_store)(void *session, const void *key, uint64_t key_length, const void *object, uint64_t length,
                       int64_t expires);
    // Finds an object, which is there until the session is used again or ends.
    int (*cache_retrieve)(void *session, const void *key, uint64_t key_length, const void **object, uint64_t *length);
    int (*cache_remove)(void *session, const void *key, uint64_t key_length);
    // Shows all objects, in no order. The visitor must not use the session.
    int (*cache_list)(void *session, void *context, swift_httpd_cache_visitor visitor);

    // Messages between the children of the server, and what counters say. Not in tables that end before them.

    // The place of a plugin's channel, or 0; asked for while httpd reads its configuration. Children of the same server
    // find each other's channels by these names. `context` stays as long as the process.
    uint32_t (*channel)(const char *plugin, const char *name, swift_httpd_receive receive, void *context);
    // Sends to one child, or, for 0, to all others: one of SWIFT_HTTPD_SEND_*. From any thread, never blocks.
    int (*send)(uint32_t channel, uint64_t child, const void *bytes, uint64_t count);
    // The number of this child, which no other process of this server ever has; 0 if it is none that sends and receives.
    uint64_t (*own_child)(void);
    // How many messages this process may have waiting for one child, in bytes; also the size of the largest message.
    uint64_t (*channel_capacity)(void);
    // The sum of a counter over all children; 0 for place 0.
    uint64_t (*counted)(uint32_t counter);
    // Waits, for some milliseconds at most, until this child has received what others had sent it when it was called.
    void (*catch_up)(void);
} swift_httpd_host_services;

// What `attend` answers.
enum {
    SWIFT_HTTPD_ATTENDED = 0,
    // Call it again when the connection can be written.
    SWIFT_HTTPD_WHEN_WRITABLE = 1,
    // The connection is over: make the MPM run it.
    SWIFT_HTTPD_RUN = 2,
    // The same, without regard to what the client has not taken.
    SWIFT_HTTPD_ABORT = 3,
};

// What a connection waits for.
enum {
    SWIFT_HTTPD_WAIT_READ = 0,
    SWIFT_HTTPD_WAIT_WRITE = 1,
    // Neither reading nor writing: a deadline, or to be woken.
    SWIFT_HTTPD_WAIT_NEITHER = 2,
    // Whichever comes first: to be served again soon.
    SWIFT_HTTPD_WAIT_EITHER = 3,
};

// What `serve` answers: SWIFT_HTTPD_RUN, or this and one of SWIFT_HTTPD_WAIT_*.
enum { SWIFT_HTTPD_SERVED = 16 };

// One thing that a plugin offers.
typedef struct swift_httpd_registration {
    uint32_t kind;
    uint32_t phase;
    const char *name;
    // For a protocol: its token in `Listen port token`, or NULL.
    const char *token;
    // For a filter: its ap_filter_type, and its AP_FILTER_PROTO_* flags for mod_filter, with those of the host's own.
    uint32_t filter_type;
    uint32_t filter_flags;
    // The plugin's own reference; handed back in `configure` and `request`.
    void *context;
} swift_httpd_registration;

// Settings of a protocol that are the host's business. Values are never reused.
enum {
    // Nanoseconds in which TLS must be set up; 0 for no limit.
    SWIFT_HTTPD_SETTING_HANDSHAKE = 1,
    // The most open connections, of all children together; 0 for no limit.
    SWIFT_HTTPD_SETTING_CONNECTIONS = 2,
    // The same from one address.
    SWIFT_HTTPD_SETTING_ADDRESS = 3,
    // Not 0 if connections begin with a header of the PROXY protocol.
    SWIFT_HTTPD_SETTING_PROXY = 4,
};

typedef struct swift_httpd_option {
    const char *key;
    const char *value;
} swift_httpd_option;

typedef struct swift_httpd_plugin_table {
    uint32_t abi;
    uint32_t size;
    const char *name;
    const char *toolkit_version;
    // httpd's `module` record of the plugin.
    void *module;
    uint64_t count;
    const swift_httpd_registration *registrations;
    // Checks the options of a filter or protocol and makes an instance that lives as long as `pool`.
    // `bound_name` is the filter's NAME or the protocol's host. Returns an error text or NULL.
    const char *(*configure)(void *context, void *pool, const char *bound_name, const swift_httpd_option *options,
                             uint64_t count, void **instance);
    // Runs a request phase: an httpd return code.
    int (*request)(void *context, void *request);
    // Filters: an apr_status_t.
    int (*output)(void *instance, void *filter, void *brigade);
    int (*input)(void *instance, void *filter, void *brigade, int mode, int block, int64_t count);
    // Runs a connection until it is done or waits in the MPM. `*session` is the plugin's, NULL at first.
    int (*connection)(void *instance, void *connection, void **session);

    // From here on since the second revision of ABI 1.

    // The connection waits in the MPM, and nobody else touches it during the call: does what is due, without reading.
    uint32_t (*attend)(void *instance, void *connection, void *session);
    // The connection ends. Nothing is called for it afterwards.
    void (*end)(void *instance, void *connection, void *session);
    // One of SWIFT_HTTPD_SETTING_*.
    int64_t (*setting)(void *instance, uint32_t which);
    // Makes the session of a connection without running it; false if the protocol does not want the connection.
    int (*begin)(void *instance, void *connection, void **session);
    // Just before a request's handler runs, for each of its input filters: an httpd return code. Not in tables that end
    // before it.
    int (*prepare_input)(void *instance, void *filter);
    // The connection waits in the MPM, nobody else touches it during the call, and what it waited for is there: goes on
    // with it until it has to wait again. Not in tables that end before it.
    uint32_t (*serve)(void *instance, void *connection, void *session);

    // From here on since the fourth revision of ABI 1.

    // Just before a request's handler runs, for each of its output filters with SWIFT_HTTPD_FILTER_PREPARES: an httpd
    // return code. Not in tables that end before it.
    int (*prepare_output)(void *instance, void *filter);
} swift_httpd_plugin_table;

// The size of a plugin's table in the first revision: the least that a host accepts.
static inline uint32_t swift_httpd_table_minimum(void) { return offsetof(swift_httpd_plugin_table, attend); }

// Whether a host has a table of live connections.
static inline int swift_httpd_has_links(const swift_httpd_host_services *host) {
    return host->size >= offsetof(swift_httpd_host_services, linger) + sizeof(host->linger);
}
// Whether a host counts what connections do.
static inline int swift_httpd_has_count(const swift_httpd_host_services *host) {
    return host->size >= offsetof(swift_httpd_host_services, count) + sizeof(host->count);
}
// Whether a host has counters for plugins.
static inline int swift_httpd_has_counters(const swift_httpd_host_services *host) {
    return host->size >= offsetof(swift_httpd_host_services, add) + sizeof(host->add);
}
// Whether a host carries messages between children, and reads counters.
static inline int swift_httpd_has_channels(const swift_httpd_host_services *host) {
    return host->size >= offsetof(swift_httpd_host_services, catch_up) + sizeof(host->catch_up);
}
// Whether a host runs handlers for every request.
static inline int swift_httpd_runs_every_request(const swift_httpd_host_services *host) {
    return host->size >= offsetof(swift_httpd_host_services, features) + sizeof(host->features) &&
           (host->features & SWIFT_HTTPD_RUNS_EVERY_REQUEST);
}
// Whether a host has caches that the server's processes share.
static inline int swift_httpd_has_caches(const swift_httpd_host_services *host) {
    return host->size >= offsetof(swift_httpd_host_services, cache_list) + sizeof(host->cache_list);
}
// Whether a host shows what connections that it serves do.
static inline int swift_httpd_has_show(const swift_httpd_host_services *host) {
    return host->size >= offsetof(swift_httpd_host_services, show) + sizeof(host->show);
}
// Whether a plugin's connections can be attended to.
static inline int swift_httpd_can_attend(const swift_httpd_plugin_table *table) {
    return table->size >= offsetof(swift_httpd_plugin_table, begin) + sizeof(table->begin);
}

// Whether a plugin's connections can be served while they wait in the MPM.
static inline int swift_httpd_can_serve(const swift_httpd_plugin_table *table) {
    return table->size >= offsetof(swift_httpd_plugin_table, serve) + sizeof(table->serve);
}
// Whether a plugin's output filter is to look at requests before their handlers run.
static inline int swift_httpd_prepares_output(const swift_httpd_plugin_table *table, uint32_t filter_flags) {
    return (filter_flags & SWIFT_HTTPD_FILTER_PREPARES) &&
           table->size >= offsetof(swift_httpd_plugin_table, prepare_output) + sizeof(table->prepare_output);
}
// Whether a host serves connections that wait in the MPM.
static inline int swift_httpd_can_park(const swift_httpd_host_services *host) {
    return host->size >= offsetof(swift_httpd_host_services, park) + sizeof(host->park);
}

// What the entry function takes and returns, by value: no pointer appears in a plugin's source.
typedef struct swift_httpd_host_reference { uint64_t token; } swift_httpd_host_reference;
typedef struct swift_httpd_table_reference { uint64_t token; } swift_httpd_table_reference;

#endif
