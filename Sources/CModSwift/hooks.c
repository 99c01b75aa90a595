// SPDX-License-Identifier: Apache-2.0
#include "CModSwift.h"

// All of these are in Sources/mod_swift.
extern int modswift_post_config(apr_pool_t *p, apr_pool_t *log, apr_pool_t *temporary, server_rec *s);
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

static int access_checker(request_rec *r) { return modswift_run_phase(r, SWIFT_HTTPD_PHASE_ACCESS); }
static int fixups(request_rec *r) { return modswift_run_phase(r, SWIFT_HTTPD_PHASE_FIXUP); }
static int log_transaction(request_rec *r) { return modswift_run_phase(r, SWIFT_HTTPD_PHASE_LOG); }

// One trampoline per hook. Called whenever httpd loads the module.
void modswift_register_hooks(apr_pool_t *p) {
    // TLS is set up, and the request timeouts are in place, before a protocol of ours starts.
    static const char *const before[] = {"mod_ssl.c", "mod_reqtimeout.c", NULL};
    (void)p;
    chttpd_pin((const void *)(intptr_t)&modswift_register_hooks);
    ap_hook_post_config(modswift_post_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_access(access_checker, NULL, NULL, APR_HOOK_MIDDLE, AP_AUTH_INTERNAL_PER_CONF);
    ap_hook_fixups(fixups, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_handler(modswift_run_handler, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_log_transaction(log_transaction, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_process_connection(modswift_accept_connection, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_process_connection(modswift_process_connection, before, NULL, APR_HOOK_MIDDLE);
    ap_hook_suspend_connection(modswift_live_suspend, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_resume_connection(modswift_live_resume, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_pre_close_connection(modswift_live_pre_close, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(modswift_child_init, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_stopping(modswift_ticker_child_stopping, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_protocol_propose(modswift_propose_protocol, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_protocol_switch(modswift_switch_protocol, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_protocol_get(modswift_get_protocol, NULL, NULL, APR_HOOK_MIDDLE);
}
