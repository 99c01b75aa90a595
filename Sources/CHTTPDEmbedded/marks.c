// SPDX-License-Identifier: Apache-2.0
//
// httpd's metadata buckets: server/error_bucket.c and server/eoc_bucket.c.
#include "embedded.h"

static apr_status_t read_nothing(apr_bucket *b, const char **data, apr_size_t *length, apr_read_type_e block) {
    (void)b;
    (void)block;
    *data = NULL;
    *length = 0;
    return APR_SUCCESS;
}

static void destroy_error(void *data) {
    ap_bucket_error *error = data;
    if (apr_bucket_shared_destroy(error)) apr_bucket_free(error);
}

STAND_IN const apr_bucket_type_t ap_bucket_type_error = {
    "ERROR",                  5, APR_BUCKET_METADATA, destroy_error, read_nothing, apr_bucket_setaside_notimpl,
    apr_bucket_split_notimpl, apr_bucket_shared_copy,
};

STAND_IN const apr_bucket_type_t ap_bucket_type_eoc = {
    "EOC",                    5, APR_BUCKET_METADATA, apr_bucket_destroy_noop, read_nothing, apr_bucket_setaside_noop,
    apr_bucket_split_notimpl, apr_bucket_simple_copy,
};

static apr_bucket *make(apr_bucket_alloc_t *list) {
    apr_bucket *b = apr_bucket_alloc(sizeof(*b), list);
    APR_BUCKET_INIT(b);
    b->free = apr_bucket_free;
    b->list = list;
    return b;
}

STAND_IN apr_bucket *ap_bucket_error_create(int status, const char *text, apr_pool_t *p, apr_bucket_alloc_t *list) {
    ap_bucket_error *error = apr_bucket_alloc(sizeof(*error), list);
    error->status = status;
    error->data = text ? apr_pstrdup(p, text) : NULL;
    apr_bucket *b = apr_bucket_shared_make(make(list), error, 0, 0);
    b->type = &ap_bucket_type_error;
    return b;
}

STAND_IN apr_bucket *ap_bucket_eoc_create(apr_bucket_alloc_t *list) {
    apr_bucket *b = make(list);
    b->length = 0;
    b->start = 0;
    b->data = NULL;
    b->type = &ap_bucket_type_eoc;
    return b;
}
