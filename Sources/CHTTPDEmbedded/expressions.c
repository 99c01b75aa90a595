// SPDX-License-Identifier: Apache-2.0
//
// A small part of httpd's expressions, enough to test what uses them: texts with %{REQUEST_URI}, %{QUERY_STRING},
// %{REQUEST_METHOD}, %{HTTP:name} and %{ENV:name}; the conditions true, false, -n text, -z text, text == text and
// text != text, where a text that is more than one variable stands in quotes.
#include "embedded.h"
#include <apr_lib.h>

// The text behind a variable's name; NULL if there is no such variable. Without a request only the name is looked at.
static const char *variable(request_rec *r, apr_pool_t *pool, const char *name, int varies) {
    if (strcasecmp(name, "REQUEST_URI") == 0) return r && r->uri ? r->uri : "";
    if (strcasecmp(name, "QUERY_STRING") == 0) return r && r->args ? r->args : "";
    if (strcasecmp(name, "REQUEST_METHOD") == 0) return r && r->method ? r->method : "";
    if (strncasecmp(name, "HTTP:", 5) == 0) {
        if (r && varies) apr_table_merge(r->headers_out, "Vary", apr_pstrdup(pool, name + 5));
        const char *found = r ? apr_table_get(r->headers_in, name + 5) : NULL;
        return found ? found : "";
    }
    if (strncasecmp(name, "ENV:", 4) == 0) {
        const char *found = r ? apr_table_get(r->subprocess_env, name + 4) : NULL;
        return found ? found : "";
    }
    return NULL;
}

static const char *expand(request_rec *r, apr_pool_t *pool, const char *text, int varies, const char **err) {
    const char *result = "";
    while (*text) {
        const char *open = strstr(text, "%{");
        if (!open) return apr_pstrcat(pool, result, text, NULL);
        const char *close = strchr(open, '}');
        if (!close) {
            *err = "syntax error, unexpected $end";
            return NULL;
        }
        const char *name = apr_pstrmemdup(pool, open + 2, (apr_size_t)(close - open - 2));
        const char *value = variable(r, pool, name, varies);
        if (!value) {
            *err = apr_psprintf(pool, "Variable '%s' does not exist", name);
            return NULL;
        }
        result = apr_pstrcat(pool, result, apr_pstrmemdup(pool, text, (apr_size_t)(open - text)), value, NULL);
        text = close + 1;
    }
    return result;
}

static void skip(const char **at) {
    while (apr_isspace(**at)) (*at)++;
}

// One operand of a condition, without its quotes; NULL if there is none.
static const char *operand(apr_pool_t *pool, const char **at) {
    skip(at);
    const char *start = *at, *end = NULL;
    if (*start == '\'' || *start == '"') {
        char quote = *start++;
        if ((end = strchr(start, quote))) *at = end + 1;
    } else if (start[0] == '%' && start[1] == '{') {
        if ((end = strchr(start, '}'))) *at = ++end;
    }
    return end ? apr_pstrmemdup(pool, start, (apr_size_t)(end - start)) : NULL;
}

// -1 with an error.
static int judge(request_rec *r, apr_pool_t *pool, const char *text, int varies, const char **err) {
    const char *at = text, *left, *right = "";
    skip(&at);
    if (strcmp(at, "true") == 0) return 1;
    if (strcmp(at, "false") == 0) return 0;
    int wants_empty = strncmp(at, "-z ", 3) == 0;
    int is_unary = wants_empty || strncmp(at, "-n ", 3) == 0, is_equal = wants_empty;
    if (is_unary) at += 3;
    left = operand(pool, &at);
    skip(&at);
    if (left && !is_unary) {
        is_equal = strncmp(at, "==", 2) == 0;
        right = is_equal || strncmp(at, "!=", 2) == 0 ? (at += 2, operand(pool, &at)) : NULL;
        skip(&at);
    }
    if (!left || !right || *at) {
        *err = "syntax error";
        return -1;
    }
    left = expand(r, pool, left, varies, err);
    right = left ? expand(r, pool, right, varies, err) : NULL;
    return left && right ? (strcmp(left, right) == 0) == is_equal : -1;
}

STAND_IN ap_expr_info_t *ap_expr_parse_cmd_mi(const cmd_parms *cmd, const char *expr, unsigned int flags,
                                              const char **err, ap_expr_lookup_fn_t *lookup, int module_index) {
    (void)lookup;
    *err = NULL;
    ap_expr_info_t *info = apr_pcalloc(cmd->pool, sizeof *info);
    info->root_node = (ap_expr_t *)(uintptr_t)expr;
    info->flags = flags;
    info->module_index = module_index;
    if (flags & AP_EXPR_FLAG_STRING_RESULT)
        expand(NULL, cmd->pool, expr, 0, err);
    else
        judge(NULL, cmd->pool, expr, 0, err);
    return *err ? NULL : info;
}

STAND_IN int ap_expr_exec(request_rec *r, const ap_expr_info_t *info, const char **err) {
    *err = NULL;
    return judge(r, r->pool, (const char *)info->root_node, !(info->flags & AP_EXPR_FLAG_DONT_VARY), err);
}

STAND_IN const char *ap_expr_str_exec(request_rec *r, const ap_expr_info_t *info, const char **err) {
    *err = NULL;
    // As httpd does: only conditions say what they vary with.
    return expand(r, r->pool, (const char *)info->root_node, 0, err);
}
