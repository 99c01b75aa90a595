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
    void *_Nullable instance;
} modswift_slot;

// The size of a table as the ABI began: it may have grown since.
static inline uint32_t modswift_least_table_size(void) { return offsetof(swift_httpd_plugin_table, prepare_input); }
// What a slot is for a plugin's table: one of an older toolkit ends earlier.
static inline modswift_slot modswift_slot_of(const swift_httpd_plugin_table *_Nonnull t, void *_Nullable instance) {
    size_t end = offsetof(swift_httpd_plugin_table, prepare_input) + sizeof(t->prepare_input);
    return (modswift_slot){t->output, t->input, t->size < end ? NULL : t->prepare_input, instance};
}
// Sets a slot; `index` is below MODSWIFT_SLOTS.
__attribute__((visibility("hidden"))) void modswift_set_slot(int index, modswift_slot slot);
__attribute__((visibility("hidden"))) ap_out_filter_func _Nonnull modswift_output_function(int index);
__attribute__((visibility("hidden"))) ap_in_filter_func _Nonnull modswift_input_function(int index);
__attribute__((visibility("hidden"))) ap_init_filter_func _Nonnull modswift_prepare_function(int index);

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

// Indexed by SWIFT_HTTPD_PHASE_*.
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
} modswift_protocol;

// A connection that speaks such a protocol.
typedef struct modswift_connection {
    const modswift_protocol *_Nonnull protocol;
    void *_Nullable session;
    // Whether httpd knows that the connection speaks the protocol.
    int is_switched;
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
