// SPDX-License-Identifier: Apache-2.0
#include "CModSwift.h"
#include <apr_hooks.h>

// All of these are in Sources/mod_swift.
extern int modswift_check_config(apr_pool_t *p, apr_pool_t *log, apr_pool_t *temporary, server_rec *s);
extern int modswift_run_phase(request_rec *r, unsigned int phase);
extern int modswift_run_handler(request_rec *r);
extern int modswift_accept_connection(conn_rec *c);
extern int modswift_process_connection(conn_rec *c);
extern void modswift_child_init(apr_pool_t *child, server_rec *s);
extern int modswift_propose_protocol(conn_rec *c, request_rec *r, server_rec *s, const apr_array_header_t *offers,
                                     apr_array_header_t *proposals);
extern int modswift_switch_protocol(conn_rec *c, request_rec *r, server_rec *s, const char *protocol);
extern const char *modswift_get_protocol(const conn_rec *c);

// These are in live.c and ticker.c.
extern void modswift_live_suspend(conn_rec *c, request_rec *r);
extern void modswift_live_resume(conn_rec *c, request_rec *r);
extern int modswift_live_pre_close(conn_rec *c);
extern void modswift_ticker_child_stopping(apr_pool_t *child, int graceful);

// These are in tally.c and status.c.
extern void modswift_tally_suspend(conn_rec *c, request_rec *r);
extern void modswift_tally_resume(conn_rec *c, request_rec *r);
extern int modswift_tally_pre_close(conn_rec *c);
extern void modswift_tally_child_status(server_rec *s, pid_t process, ap_generation_t generation, int slot,
                                        mpm_child_status status);
extern int modswift_status_handler(request_rec *r);

// These are in caches.c.
extern int modswift_caches_pre_config(apr_pool_t *configuration, apr_pool_t *log, apr_pool_t *temporary);
extern int modswift_caches_post_config(apr_pool_t *configuration, apr_pool_t *log, apr_pool_t *temporary, server_rec *s);
extern void modswift_caches_child_init(apr_pool_t *child, server_rec *s);

// One trampoline per hook. Most requests have nothing to do with Swift, even where a plugin is loaded: they turn back
// here, after a test or two.

static int run_phase(request_rec *r, unsigned int phase) {
    modswift_directory *d = chttpd_dir_config(r, &swift_module);
    return d && d->phases[phase].count ? modswift_run_phase(r, phase) : DECLINED;
}
static int access_checker(request_rec *r) { return run_phase(r, SWIFT_HTTPD_PHASE_ACCESS); }
static int fixups(request_rec *r) { return run_phase(r, SWIFT_HTTPD_PHASE_FIXUP); }
static int log_transaction(request_rec *r) { return run_phase(r, SWIFT_HTTPD_PHASE_LOG); }

static int handler(request_rec *r) {
    // The first letter alone turns nearly all away: a file's handler is its type.
    if (!r->handler || r->handler[0] != 's') return DECLINED;
    if (strcmp(r->handler, "swift") == 0) return modswift_run_handler(r);
    return strcmp(r->handler, "swift-status") == 0 ? modswift_status_handler(r) : DECLINED;
}

static const char *get_protocol(const conn_rec *c) {
    return chttpd_conn_config(c, &swift_module) ? modswift_get_protocol(c) : NULL;
}

// What touches a session, or the table of live connections, is not to be interrupted by the end of the process.
static int accept_connection(conn_rec *c) {
    chttpd_hold_signals();
    int result = modswift_accept_connection(c);
    chttpd_release_signals();
    return result;
}
static int process_connection(conn_rec *c) {
    chttpd_hold_signals();
    int result = modswift_process_connection(c);
    chttpd_release_signals();
    return result;
}
static int switch_protocol(conn_rec *c, request_rec *r, server_rec *s, const char *protocol) {
    chttpd_hold_signals();
    int result = modswift_switch_protocol(c, r, s, protocol);
    chttpd_release_signals();
    return result;
}
static int pre_close(conn_rec *c) {
    chttpd_hold_signals();
    int result = modswift_live_pre_close(c);
    chttpd_release_signals();
    return result;
}

// Called whenever httpd loads the module.
void modswift_register_hooks(apr_pool_t *p) {
    chttpd_pin((const void *)(intptr_t)&modswift_register_hooks);
    modswift_counters_begin();
    modswift_caches_begin(p);
    ap_hook_pre_config(modswift_caches_pre_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(modswift_caches_post_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(modswift_caches_child_init, NULL, NULL, APR_HOOK_MIDDLE);
    modswift_channels_begin();
    ap_hook_check_config(modswift_check_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_handler(handler, NULL, NULL, APR_HOOK_MIDDLE);
}

static void hook_phase(unsigned int phase) {
    switch (phase) {
    case SWIFT_HTTPD_PHASE_ACCESS:
        // A handler may look at anything, so that each URL which an internal redirect or a sub-request leads to is a
        // new question. PER_CONF would let it pass wherever the same sections hold.
        ap_hook_check_access(access_checker, NULL, NULL, APR_HOOK_MIDDLE, AP_AUTH_INTERNAL_PER_URI);
        break;
    case SWIFT_HTTPD_PHASE_FIXUP: ap_hook_fixups(fixups, NULL, NULL, APR_HOOK_MIDDLE); break;
    case SWIFT_HTTPD_PHASE_LOG: ap_hook_log_transaction(log_transaction, NULL, NULL, APR_HOOK_MIDDLE); break;
    default: break;
    }
}

static void hook_connections(void) {
    // TLS is set up, and the request timeouts are in place, before a protocol of ours starts.
    static const char *const before[] = {"mod_ssl.c", "mod_reqtimeout.c", NULL};
    ap_hook_process_connection(accept_connection, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_process_connection(process_connection, before, NULL, APR_HOOK_MIDDLE);
    ap_hook_suspend_connection(modswift_live_suspend, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_resume_connection(modswift_live_resume, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_pre_close_connection(pre_close, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_suspend_connection(modswift_tally_suspend, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_resume_connection(modswift_tally_resume, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_pre_close_connection(modswift_tally_pre_close, NULL, NULL, APR_HOOK_MIDDLE);
    modswift_board_make();
    ap_hook_child_status(modswift_tally_child_status, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(modswift_child_init, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_stopping(modswift_ticker_child_stopping, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_protocol_propose(modswift_propose_protocol, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_protocol_switch(switch_protocol, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_protocol_get(get_protocol, NULL, NULL, APR_HOOK_MIDDLE);
}

void modswift_hook(unsigned int kind, unsigned int phase) {
    // Other modules order their hooks by this name; while httpd reads directives it is whose was loaded last.
    const char *current = apr_hook_debug_current;
    apr_hook_debug_current = swift_module.name;
    if (kind == SWIFT_HTTPD_PHASE) hook_phase(phase);
    if (kind == SWIFT_HTTPD_EVERY_REQUEST) modswift_hook_every(phase);
    if (kind == SWIFT_HTTPD_PROTOCOL) hook_connections();
    if (kind == SWIFT_HTTPD_OUTPUT_FILTER) modswift_hook_error_pages();
    apr_hook_debug_current = current;
}
