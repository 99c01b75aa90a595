// SPDX-License-Identifier: Apache-2.0
//
// The plugin ABI: all that mod_swift and a plugin know of each other.
//
// Each plugin carries its own copy of the Swift toolkit; Swift types never cross this line. A plugin
// exports one function, `swift_httpd_plugin_NAME`, for a file called libNAME.so. The host calls it with
// its table of services; it answers with a table of what the plugin offers. Both tables begin with the
// ABI version and their own size, so that either side can refuse the other before it reads further, and
// fields may be appended without a new version.
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
};

// Request phases, in the order in which httpd runs them. Values are never reused.
enum {
    SWIFT_HTTPD_PHASE_ACCESS = 1,
    SWIFT_HTTPD_PHASE_FIXUP = 2,
    SWIFT_HTTPD_PHASE_HANDLER = 3,
    SWIFT_HTTPD_PHASE_LOG = 4,
};

// Services of the host, which hold what must be one per process.
typedef struct swift_httpd_host_services {
    uint32_t abi;
    uint32_t size;
    // The value of `SwiftOption key` for a request_rec, or NULL. Lives as long as the request.
    const char *(*option)(void *request, const char *key);
} swift_httpd_host_services;

// One thing that a plugin offers.
typedef struct swift_httpd_registration {
    uint32_t kind;
    uint32_t phase;
    const char *name;
    // For a protocol: its token in `Listen port token`, or NULL.
    const char *token;
    // For a filter: its ap_filter_type, and its AP_FILTER_PROTO_* flags for mod_filter.
    uint32_t filter_type;
    uint32_t filter_flags;
    // The plugin's own reference; handed back in `configure` and `request`.
    void *context;
} swift_httpd_registration;

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
    // Just before a request's handler runs, for each of its input filters: an httpd return code. Not in tables that end
    // before it.
    int (*prepare_input)(void *instance, void *filter);
} swift_httpd_plugin_table;

// What the entry function takes and returns, by value: no pointer appears in a plugin's source.
typedef struct swift_httpd_host_reference { uint64_t token; } swift_httpd_host_reference;
typedef struct swift_httpd_table_reference { uint64_t token; } swift_httpd_table_reference;

#endif
