// SPDX-License-Identifier: Apache-2.0
//
// Handlers that run for every request, without a directive.
#include "CModSwift.h"

#define PHASES (SWIFT_HTTPD_PHASE_RESPONSE_HEADER + 1)

// Those of the present configuration; written while httpd reads it, on one thread.
static apr_array_header_t *handlers[PHASES];

static apr_status_t forget(void *data) {
    (void)data;
    memset(handlers, 0, sizeof handlers);
    return APR_SUCCESS;
}

int modswift_every_add(apr_pool_t *configuration, modswift_binding binding) {
    uint32_t phase = binding.registration->phase;
    if (phase == 0 || phase >= PHASES) return 0;
    if (!handlers[phase]) {
        handlers[phase] = apr_array_make(configuration, 4, sizeof(modswift_binding));
        apr_pool_cleanup_register(configuration, NULL, forget, apr_pool_cleanup_null);
    }
    APR_ARRAY_PUSH(handlers[phase], modswift_binding) = binding;
    return 1;
}

const apr_array_header_t *modswift_every(unsigned int phase) { return phase < PHASES ? handlers[phase] : NULL; }

int modswift_run_every(request_rec *r, unsigned int phase) {
    const apr_array_header_t *list = modswift_every(phase);
    int result = DECLINED;
    for (int i = 0; list && i < list->nelts; i++) {
        const modswift_binding *b = &APR_ARRAY_IDX(list, i, modswift_binding);
        int code = b->table->request ? b->table->request(b->registration->context, r) : DECLINED;
        if (code == DECLINED) continue;
        // Content is made once; in the other phases each may agree.
        if (code != OK || phase == SWIFT_HTTPD_PHASE_HANDLER) return code;
        result = OK;
    }
    return result;
}

static int every_access(request_rec *r) { return modswift_run_every(r, SWIFT_HTTPD_PHASE_ACCESS); }
static int every_fixup(request_rec *r) { return modswift_run_every(r, SWIFT_HTTPD_PHASE_FIXUP); }
static int every_handler(request_rec *r) { return modswift_run_every(r, SWIFT_HTTPD_PHASE_HANDLER); }
static int every_log(request_rec *r) { return modswift_run_every(r, SWIFT_HTTPD_PHASE_LOG); }

void modswift_hook_every(unsigned int phase) {
    // The first handler that makes content keeps httpd from asking others: only who comes before them is asked each time.
    static const char *const others[] = {"mod_proxy.c", NULL};
    switch (phase) {
    case SWIFT_HTTPD_PHASE_ACCESS:
        ap_hook_check_access(every_access, NULL, NULL, APR_HOOK_MIDDLE, AP_AUTH_INTERNAL_PER_URI);
        break;
    case SWIFT_HTTPD_PHASE_FIXUP: ap_hook_fixups(every_fixup, NULL, NULL, APR_HOOK_MIDDLE); break;
    case SWIFT_HTTPD_PHASE_HANDLER: ap_hook_handler(every_handler, NULL, others, APR_HOOK_FIRST); break;
    case SWIFT_HTTPD_PHASE_LOG: ap_hook_log_transaction(every_log, NULL, NULL, APR_HOOK_MIDDLE); break;
    case SWIFT_HTTPD_PHASE_RESPONSE_HEADER: modswift_hook_response_header(); break;
    default: break;
    }
}
