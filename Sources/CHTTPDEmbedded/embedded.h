// SPDX-License-Identifier: Apache-2.0
//
// What the files of this target share.
#ifndef EMBEDDED_H
#define EMBEDDED_H
#include "CHTTPDEmbedded.h"
#include <stddef.h>

// A stand-in must not get in the way of the real function where there is one.
#define STAND_IN __attribute__((weak))

typedef struct embedded_line {
    int level;
    char *text;
} embedded_line;

typedef struct embedded_step {
    enum { STEP_DATA, STEP_UNKNOWN, STEP_WAIT, STEP_FAIL } kind;
    unsigned char *bytes;
    size_t count, taken, piece;
    apr_status_t status;
} embedded_step;

// Bytes that are overwritten, and freed with the request.
typedef struct embedded_scratch {
    struct embedded_scratch *next;
    size_t count;
    int is_spent;
    unsigned char bytes[];
} embedded_scratch;

struct chttpd_embedded {
    apr_allocator_t *allocator;
    apr_pool_t *pool;
    server_rec server;
    process_rec process;
    conn_rec connection;
    conn_state_t state;
    request_rec request;
    void *dir_config[1], *server_config[1], *conn_config[1], *request_config[1];
    apr_bucket_brigade *outgoing, *kept;
    embedded_scratch *scratch;
    int live_buckets;
    int keeps, breaks, is_stopped, stays_open;
    size_t break_after;
    unsigned char *bytes;
    size_t count, capacity;
    chttpd_embedded_event *events;
    size_t event_count;
    embedded_line *lines;
    size_t line_count;
    embedded_step *steps;
    size_t step_count, step;
    int joins_eos, overflows;
    apr_table_t *users;
    // The one user that may, and whether nobody may.
    const char *required_user;
    int refuses;
};

// The embedded request that a server record is part of.
static inline chttpd_embedded *embedded_of(const server_rec *s) {
    return s ? (chttpd_embedded *)((char *)s - offsetof(chttpd_embedded, server)) : NULL;
}
// Makes room for `count` elements; without memory a test cannot go on.
__attribute__((visibility("hidden"))) void *embedded_grow(void *p, size_t count, size_t size);
__attribute__((visibility("hidden"))) apr_bucket *embedded_heap_bucket(chttpd_embedded *e, const void *p, size_t n,
                                                                       apr_bucket_alloc_t *list);
__attribute__((visibility("hidden"))) apr_bucket *embedded_unknown_bucket(chttpd_embedded *e, const void *p, size_t n,
                                                                          size_t piece, int waits,
                                                                          apr_bucket_alloc_t *list);
// In memory that `embedded_spend` overwrites.
__attribute__((visibility("hidden"))) apr_bucket *embedded_transient_bucket(chttpd_embedded *e, const void *p, size_t n,
                                                                            apr_bucket_alloc_t *list);
__attribute__((visibility("hidden"))) void embedded_spend(chttpd_embedded *e);
__attribute__((visibility("hidden"))) int embedded_mark_number(const apr_bucket *b);
__attribute__((visibility("hidden"))) apr_status_t embedded_sink(ap_filter_t *f, apr_bucket_brigade *bb);
__attribute__((visibility("hidden"))) void embedded_record(chttpd_embedded *e, apr_bucket_brigade *bb);
__attribute__((visibility("hidden"))) apr_status_t embedded_source(ap_filter_t *f, apr_bucket_brigade *bb,
                                                                   ap_input_mode_t mode, apr_read_type_e block,
                                                                   apr_off_t count);
#endif
