// SPDX-License-Identifier: Apache-2.0
//
// What only C can give mod_swift: its module record, and a supply of distinct filter functions.
#ifndef CMODSWIFT_H
#define CMODSWIFT_H
#include "CHTTPD.h"
#include "CPlugin.h"
#if __has_include(<apache2/http_vhost.h>)
#include <apache2/http_vhost.h>
#else
#include <httpd/http_vhost.h>
#endif

extern module AP_MODULE_DECLARE_DATA swift_module;
static inline module *_Nonnull modswift_module(void) { return &swift_module; }

// --- Filter slots ----------------------------------------------------------------------------------
//
// Under mod_filter a filter function cannot see under which name it runs, so each bound NAME needs a function
// of its own. A slot is a pair of those; what it runs is set while the configuration is read.
#define MODSWIFT_SLOTS 256

typedef struct modswift_slot {
    int (*_Nullable output)(void *_Nullable instance, void *_Nullable filter, void *_Nullable brigade);
    int (*_Nullable input)(void *_Nullable instance, void *_Nullable filter, void *_Nullable brigade, int mode,
                           int block, int64_t count);
    int (*_Nullable prepare_input)(void *_Nullable instance, void *_Nullable filter);
    int (*_Nullable prepare_output)(void *_Nullable instance, void *_Nullable filter);
    void *_Nullable instance;
    // Whether the filter also belongs in front of what httpd answers itself.
    int is_for_error_pages;
} modswift_slot;

// What a slot is for a plugin's table: one of an older toolkit ends earlier.
static inline modswift_slot modswift_slot_of(const swift_httpd_plugin_table *_Nonnull t, uint32_t filter_flags,
                                             void *_Nullable instance) {
    size_t end = offsetof(swift_httpd_plugin_table, prepare_input) + sizeof(t->prepare_input);
    return (modswift_slot){t->output, t->input, t->size < end ? NULL : t->prepare_input,
                           swift_httpd_prepares_output(t, filter_flags) ? t->prepare_output : NULL, instance,
                           (filter_flags & SWIFT_HTTPD_FILTER_ERROR_PAGES) != 0};
}
// Sets a slot; `index` is below MODSWIFT_SLOTS.
__attribute__((visibility("hidden"))) void modswift_set_slot(int index, modswift_slot slot);
__attribute__((visibility("hidden"))) ap_out_filter_func _Nonnull modswift_output_function(int index);
__attribute__((visibility("hidden"))) ap_in_filter_func _Nonnull modswift_input_function(int index);
__attribute__((visibility("hidden"))) ap_init_filter_func _Nonnull modswift_prepare_input_function(int index);
__attribute__((visibility("hidden"))) ap_init_filter_func _Nonnull modswift_prepare_output_function(int index);
// Whether httpd finds a slot's function under the name that it was registered by, and not a filter of another module.
__attribute__((visibility("hidden"))) int modswift_has_name(int index, const char *_Nonnull name, int is_output);
// The output filter that httpd finds under a name, if it is a slot's that also belongs in front of what httpd answers itself.
__attribute__((visibility("hidden"))) ap_filter_rec_t *_Nullable modswift_error_page_filter(const char *_Nonnull name);

// Whether a directive stands outside of virtual hosts and sections.
static inline int modswift_is_global(cmd_parms *_Nonnull cmd) { return !ap_check_cmd_context(cmd, GLOBAL_ONLY); }

// --- Hooks -----------------------------------------------------------------------------------------

// Registers the hooks that a kind of registration needs. For the time in which plugins are loaded: httpd sorts its
// hooks after that.
__attribute__((visibility("hidden"))) void modswift_hook(unsigned int kind, unsigned int phase);

// --- Configuration ---------------------------------------------------------------------------------

typedef struct modswift_binding {
    const swift_httpd_plugin_table *_Nonnull table;
    const swift_httpd_registration *_Nonnull registration;
} modswift_binding;

// Registers the hook of a phase in which handlers run for every request.
__attribute__((visibility("hidden"))) void modswift_hook_every(unsigned int phase);
// Makes a handler one that runs for every request, while the configuration lasts; false if the phase is unknown.
__attribute__((visibility("hidden"))) int modswift_every_add(apr_pool_t *_Nonnull configuration,
                                                            modswift_binding binding);
// The handlers of a phase, as modswift_binding; NULL if there are none.
__attribute__((visibility("hidden"))) const apr_array_header_t *_Nullable modswift_every(unsigned int phase);
// Runs them.
__attribute__((visibility("hidden"))) int modswift_run_every(request_rec *_Nonnull r, unsigned int phase);
// Registers the filter and the hooks that run them when a response's header is about to leave.
__attribute__((visibility("hidden"))) void modswift_hook_response_header(void);
// Registers the hook that puts output filters in front of what httpd answers itself.
__attribute__((visibility("hidden"))) void modswift_hook_error_pages(void);

// Indexed by SWIFT_HTTPD_PHASE_*: those that a directive can bind.
#define MODSWIFT_PHASES 5
typedef struct modswift_handlers {
    int count;
    const modswift_binding *_Nullable list;
} modswift_handlers;

typedef struct modswift_directory {
    modswift_handlers phases[MODSWIFT_PHASES];
    // Values begin with '+'; '-' stands for an option that was removed.
    apr_table_t *_Nullable options;
} modswift_directory;
static inline modswift_handlers *_Nonnull modswift_phase(modswift_directory *_Nonnull d, unsigned int phase) {
    return &d->phases[phase < MODSWIFT_PHASES ? phase : 0];
}

// A protocol bound to a host or to a listener.
typedef struct modswift_protocol {
    const swift_httpd_plugin_table *_Nullable table;
    void *_Nullable instance;
    const char *_Nullable token;
    // Its number among those that are bound.
    uint32_t number;
    // Where it is counted, from 1 on; 0 if it is not.
    uint32_t row;
    // `Plugin.implementation`.
    const char *_Nullable name;
} modswift_protocol;

// A connection that speaks such a protocol.
typedef struct modswift_connection {
    const modswift_protocol *_Nonnull protocol;
    void *_Nullable session;
    // Whether httpd knows that the connection speaks the protocol.
    int is_switched;
    // Whether TLS was on when the connection was accepted.
    int is_secure;
    // Whether the plugin was called.
    int is_started;
    // Whether it is one too many, and has to be closed.
    int is_refused;
    // Whether it begins with a header of the PROXY protocol that is not read yet.
    int awaits_proxy;
    // The part of that header which came so far.
    unsigned char *_Nullable preamble;
    uint32_t preamble_count;
    // The host that the client named, if it is not that of the address.
    server_rec *_Nullable host;
    // The place in the table of live connections; NULL if that is full.
    struct modswift_live *_Nullable live;
    // Whether it counts as open, whether as waiting, and whether it is known what became of it: see tally.c.
    int is_counted;
    int is_waiting;
    int is_settled;
} modswift_connection;

// The configuration as httpd read it, without files that are read per request.
static inline const ap_directive_t *_Nullable modswift_configuration_tree(void) { return ap_conftree; }
// Tells the administrator what is wrong with the configuration, as httpd does: on the terminal if there is one.
static inline void modswift_refuse(const server_rec *_Nullable s, const char *_Nonnull text) {
    ap_log_error_("swift", 0, swift_module.module_index, APLOG_STARTUP | APLOG_CRIT, 0, s, "%s", text);
}
// The host that a connection to an address belongs to before it has named one.
__attribute__((visibility("hidden"))) const server_rec *_Nullable modswift_host_of(const server_addr_rec *_Nonnull a,
                                                                                  server_rec *_Nonnull main_server);

// --- Live connections ------------------------------------------------------------------------------

#define HIDDEN __attribute__((visibility("hidden")))

// Enters a connection into the table, until its pool ends. `handshake`: nanoseconds for TLS to be set up, or 0.
HIDDEN void modswift_live_enter(conn_rec *_Nonnull c, modswift_connection *_Nonnull connection, int64_t handshake);
// The handshake is over.
HIDDEN void modswift_live_start(modswift_connection *_Nonnull connection);
// What mod_swift offers to plugins: see swift_httpd_host_services.
HIDDEN int64_t modswift_live_now(void);
HIDDEN void *_Nullable modswift_live_link(void *_Nullable c, uint64_t *_Nullable number);
HIDDEN int64_t modswift_live_drain_until(void *_Nullable link);
HIDDEN void modswift_live_deadline(void *_Nullable link, int64_t at);
HIDDEN void modswift_live_wait(void *_Nullable link, int direction, int64_t until);
HIDDEN void modswift_live_wake(uint64_t number);
HIDDEN int modswift_live_linger(void *_Nullable link, int64_t nanoseconds);
HIDDEN int modswift_live_park(void *_Nullable link, int direction);
// Makes the rows that mod_status shows of reactors.
HIDDEN void modswift_board_make(void);
HIDDEN void modswift_board_show(void *_Nullable link, const char *_Nullable text);
// Starts the thread that attends to waiting connections, until `child` ends. Connections may go on for so many
// nanoseconds when the child is told to end.
HIDDEN void modswift_ticker_start(apr_pool_t *_Nonnull child, int64_t drain_nanoseconds);

// Counts connections in memory that the children share, until `configuration` ends.
HIDDEN void modswift_census_make(apr_pool_t *_Nonnull configuration);
// Enters a connection of a protocol, until its pool ends; false if that would be one too many. 0 stands for no limit.
HIDDEN int modswift_census_enter(conn_rec *_Nonnull c, uint32_t protocol, int64_t most, int64_t most_per_address);

// What is counted of each protocol.
enum {
    // Connections that the protocol took.
    TALLY_ACCEPTED,
    // Connections that were closed before that.
    TALLY_REFUSED,
    // Connections that a deadline ended, before or after that.
    TALLY_TIMED_OUT,
    TALLY_FRAMES,
    TALLY_BYTES_IN,
    TALLY_BYTES_OUT,
    TALLY_SUMS,
};
// Begins to give rows to the protocols of a configuration, if it has any; the parent does.
HIDDEN void modswift_tally_prepare(int has_protocols);
// The row for a protocol and the place where it is bound; 0 if there are too many.
HIDDEN uint32_t modswift_tally_row(const char *_Nonnull name, const char *_Nonnull place);
// Makes this process one that has connections.
HIDDEN void modswift_tally_child(void);
// A connection is open, until it is closed or its pool ends.
HIDDEN void modswift_tally_enter(conn_rec *_Nonnull c, modswift_connection *_Nonnull connection);
// What became of a new connection: accepted, refused or timed out. The first one holds.
HIDDEN void modswift_tally_settle(modswift_connection *_Nonnull connection, int sum);
// What a connection did since it told last: see swift_httpd_host_services.
HIDDEN void modswift_tally_count(void *_Nullable link, uint64_t frames, uint64_t bytes_in, uint64_t bytes_out,
                                 int has_timed_out);

// Begins to give places to the counters of a configuration.
HIDDEN void modswift_counters_begin(void);
// What mod_swift offers to plugins: see swift_httpd_host_services.
HIDDEN uint32_t modswift_counter(const char *_Nullable plugin, const char *_Nullable name);
HIDDEN void modswift_counter_add(uint32_t counter, uint64_t count);
HIDDEN uint64_t modswift_counter_sum(uint32_t counter);

// Forgets who receives what comes by channels: httpd reads its configuration anew.
HIDDEN void modswift_channels_begin(void);
// What mod_swift offers to plugins: see swift_httpd_host_services.
HIDDEN uint32_t modswift_channel(const char *_Nullable plugin, const char *_Nullable name,
                                 swift_httpd_receive _Nullable receive, void *_Nullable context);
HIDDEN int modswift_channel_send(uint32_t channel, uint64_t child, const void *_Nullable bytes, uint64_t count);
HIDDEN uint64_t modswift_channel_own_child(void);
HIDDEN uint64_t modswift_channel_capacity(void);
// Waits, for some milliseconds at most, until this child has received what is in its socket already.
HIDDEN void modswift_channel_catch_up(void);

// Begins to take requests for caches; `configuration` is the pool of the one that is being read.
HIDDEN void modswift_caches_begin(apr_pool_t *_Nonnull configuration);
// What is wrong with the caches that the configuration asks for, or NULL.
HIDDEN const char *_Nullable modswift_caches_check(void);
// What mod_swift offers to plugins: see swift_httpd_host_services.
HIDDEN const char *_Nullable modswift_cache(const swift_httpd_cache_request *_Nullable request,
                                            uint32_t *_Nullable number);
HIDDEN int modswift_cache_begin(uint32_t number, int exclusively, void *_Nullable *_Nullable session);
HIDDEN void modswift_cache_end(void *_Nullable session);
HIDDEN int modswift_cache_store(void *_Nullable session, const void *_Nullable key, uint64_t key_length,
                                const void *_Nullable object, uint64_t length, int64_t expires);
HIDDEN int modswift_cache_retrieve(void *_Nullable session, const void *_Nullable key, uint64_t key_length,
                                   const void *_Nullable *_Nullable object, uint64_t *_Nullable length);
HIDDEN int modswift_cache_remove(void *_Nullable session, const void *_Nullable key, uint64_t key_length);
HIDDEN int modswift_cache_list(void *_Nullable session, void *_Nullable context,
                               swift_httpd_cache_visitor _Nullable visitor);

// Whether a TLS connection is one still, and set up. mod_ssl turns itself off when a client speaks HTTP to it.
HIDDEN int modswift_is_set_up(conn_rec *_Nonnull c);
// An offer of a client, and the proposal to take it.
static inline const char *_Nullable modswift_offer(const apr_array_header_t *_Nonnull offers, int index) {
    return index >= 0 && index < offers->nelts ? APR_ARRAY_IDX(offers, index, const char *) : NULL;
}
static inline void modswift_propose(apr_array_header_t *_Nonnull proposals, const char *_Nullable token) {
    if (token && ap_array_str_index(proposals, token, 0) < 0) APR_ARRAY_PUSH(proposals, const char *) = token;
}
// Whether a request can be upgraded: HTTP/1.1, and no body.
HIDDEN int modswift_may_leave_http(const request_rec *_Nonnull r);
// Takes a request that was upgraded out of its connection's way.
HIDDEN void modswift_leave_http(request_rec *_Nonnull r);
// Makes the MPM run the connection of an upgraded request again when the client has sent something, and the ticker
// attend to it before.
HIDDEN void modswift_return_when_readable(modswift_connection *_Nonnull connection, conn_rec *_Nonnull c);
// Makes a connection that of a host which the client named: its log, its time limits, its sections.
HIDDEN void modswift_adopt_host(conn_rec *_Nonnull c, server_rec *_Nonnull host);
// Looks at what came before anybody reads it: a number of bytes, 0 at the end, -1 if there is nothing yet, else -2.
HIDDEN int modswift_peek(conn_rec *_Nonnull c, void *_Nonnull bytes, uint32_t count);
// Takes bytes that were looked at; false if that failed.
HIDDEN int modswift_take(conn_rec *_Nonnull c, uint32_t count);
// Makes a client known by another address; false if it is none.
HIDDEN int modswift_set_client(conn_rec *_Nonnull c, const char *_Nonnull address, uint16_t port);
// Whether reading from the client would not block.
HIDDEN int modswift_is_readable(conn_rec *_Nonnull c);

// --- DSOs ------------------------------------------------------------------------------------------

// Which file a path leads to: false if to none.
__attribute__((visibility("hidden"))) int modswift_identify(const char *_Nonnull path, uint64_t *_Nonnull device,
                                                           uint64_t *_Nonnull inode);
// NULL if there is a folder at `path` that files can be looked for in, else what is wrong with it.
__attribute__((visibility("hidden"))) const char *_Nullable modswift_check_folder(const char *_Nonnull path);
// NULL if the file at `path` is a whole ELF file, else what is wrong with it, for an administrator. The dynamic
// loader takes the size on trust, and a file that was cut short kills the process.
__attribute__((visibility("hidden"))) const char *_Nullable modswift_check_dso(const char *_Nonnull path);
// Opens a DSO for good. NULL on failure, with the reason in `error`.
__attribute__((visibility("hidden"))) void *_Nullable modswift_open_dso(const char *_Nonnull path,
                                                                       const char *_Nullable *_Nonnull error);
typedef swift_httpd_table_reference (*modswift_entry)(swift_httpd_host_reference);
// Calls the entry function of a plugin. False if there is none of that name.
__attribute__((visibility("hidden"))) int modswift_call_entry(void *_Nonnull dso, const char *_Nonnull symbol,
                                                              swift_httpd_host_reference host,
                                                              swift_httpd_table_reference *_Nonnull result);
// The path of the DSO that this function is in.
__attribute__((visibility("hidden"))) const char *_Nullable modswift_own_path(void);

// The token of the `Listen` line that a connection came in by; NULL if it had none.
__attribute__((visibility("hidden"))) const char *_Nullable modswift_listen_token(const conn_rec *_Nonnull c);

#endif
