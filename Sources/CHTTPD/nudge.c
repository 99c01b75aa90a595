// SPDX-License-Identifier: Apache-2.0
#include "CHTTPD.h"

static apr_status_t nudge_read(apr_bucket *b, const char **data, apr_size_t *length, apr_read_type_e block) {
    (void)b;
    (void)block;
    *data = NULL;
    *length = 0;
    return APR_SUCCESS;
}

static const apr_bucket_type_t nudge_type = {
    "SWIFT_NUDGE",           5, APR_BUCKET_METADATA, apr_bucket_destroy_noop, nudge_read, apr_bucket_setaside_noop,
    apr_bucket_split_notimpl, apr_bucket_simple_copy,
};

apr_bucket *chttpd_nudge_create(apr_bucket_alloc_t *a) {
    apr_bucket *b = apr_bucket_alloc(sizeof(*b), a);
    APR_BUCKET_INIT(b);
    b->free = apr_bucket_free;
    b->list = a;
    b->length = 0;
    b->start = 0;
    b->data = NULL;
    b->type = &nudge_type;
    return b;
}
