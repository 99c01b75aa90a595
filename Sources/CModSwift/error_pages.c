// SPDX-License-Identifier: Apache-2.0
//
// Puts output filters in front of what httpd answers itself, in place of a response: pages for errors and redirects, the
// texts of ErrorDocument, a 304. httpd takes down all filters of the content first.
#include "CModSwift.h"

// Called with the filters of the content taken down, before the answer is written.
static void insert(request_rec *r) {
    // A part of a page is not answered, a client of HTTP/0.9 gets no header to be told in, and what comes when a header has
    // left is only more of a body that some filter has worked on, or none.
    if (r->main || r->assbackwards || r->sent_bodyct || !r->per_dir_config) return;
    // A second time: one of the filters has failed on the answer.
    if (apr_table_get(r->notes, SWIFT_HTTPD_NOTE_ERROR_PAGE)) return;
    const core_dir_config *directory = ap_get_core_module_config(r->per_dir_config);
    const char *names = directory ? directory->output_filters : NULL;
    // As httpd itself reads them.
    while (names && *names) {
        const char *name = ap_getword(r->pool, &names, ';');
        ap_filter_rec_t *filter = name && *name ? modswift_error_page_filter(name) : NULL;
        if (!filter) continue;
        ap_add_output_filter_handle(filter, NULL, r, r->connection);
        apr_table_setn(r->notes, SWIFT_HTTPD_NOTE_ERROR_PAGE, "1");
    }
}

void modswift_hook_error_pages(void) {
    // Before mod_cache, which puts a stored response, coded or not, in the place of the answer and of all filters so far.
    ap_hook_insert_error_filter(insert, NULL, NULL, APR_HOOK_FIRST);
}
