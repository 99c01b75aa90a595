// SPDX-License-Identifier: Apache-2.0
#include "CHTTPD.h"

// .htaccess files are read on the threads that serve requests.
static _Thread_local cmd_parms *present;

cmd_parms *chttpd_read_directive(cmd_parms *cmd) {
    cmd_parms *before = present;
    present = cmd;
    return before;
}

chttpd_expression chttpd_expression_parse(const char *text, int is_string, int module_index) {
    chttpd_expression result = {NULL, NULL, NULL};
    apr_pool_t *pool, *scratch;
    if (apr_pool_create_unmanaged_ex(&pool, NULL, NULL) != APR_SUCCESS) return result;
    apr_allocator_max_free_set(apr_pool_allocator_get(pool), 1);
    if (apr_pool_create(&scratch, pool) != APR_SUCCESS) {
        apr_pool_destroy(pool);
        return result;
    }
    // httpd decides by the directive what an expression may do: .htaccess is where both pools are one.
    ap_directive_t *place = apr_pcalloc(pool, sizeof *place);
    cmd_parms command;
    memset(&command, 0, sizeof command);
    int is_htaccess = 0;
    // For httpd's log, when the expression fails.
    place->filename = "code";
    if (present) {
        command = *present;
        is_htaccess = present->pool == present->temp_pool;
        if (present->directive && present->directive->filename) {
            place->filename = apr_pstrdup(pool, present->directive->filename);
            place->line_num = present->directive->line_num;
        }
    }
    command.directive = place;
    command.pool = pool;
    command.temp_pool = is_htaccess ? pool : scratch;
    result.pool = pool;
    result.info = ap_expr_parse_cmd_mi(&command, apr_pstrdup(pool, text), is_string ? AP_EXPR_FLAG_STRING_RESULT : 0,
                                       &result.error, NULL, module_index);
    // Errors are made in the temporary pool.
    if (result.error) result.error = apr_pstrdup(pool, result.error);
    apr_pool_destroy(scratch);
    return result;
}
