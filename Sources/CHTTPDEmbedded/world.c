// SPDX-License-Identifier: Apache-2.0
//
// The records of a request, a connection and a server, and their end.
#include "embedded.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_int live, cleanups;

void *embedded_grow(void *p, size_t count, size_t size) {
    void *grown = realloc(p, count * size + 1);
    if (!grown) abort();
    return grown;
}

static void start(void) {
    if (apr_initialize() != APR_SUCCESS) abort();
}

void chttpd_embedded_start(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start);
}

int chttpd_embedded_live(void) { return atomic_load(&live); }
int chttpd_embedded_cleanups(void) { return atomic_load(&cleanups); }

static apr_status_t count_cleanup(void *data) {
    (void)data;
    atomic_fetch_add(&cleanups, 1);
    return APR_SUCCESS;
}

static ap_filter_rec_t sink_record = {.name = "embedded_sink", .ftype = AP_FTYPE_NETWORK};
static ap_filter_rec_t source_record = {.name = "embedded_source", .ftype = AP_FTYPE_NETWORK};

static ap_filter_t *end_filter(chttpd_embedded *e, ap_filter_rec_t *record, request_rec *r) {
    ap_filter_t *f = apr_pcalloc(e->pool, sizeof(*f));
    f->frec = record;
    f->r = r;
    f->c = &e->connection;
    return f;
}

static void fill(chttpd_embedded *e) {
    e->process.pool = e->process.pconf = e->pool;
    e->process.short_name = "embedded";
    e->server.process = &e->process;
    e->server.server_hostname = "localhost";
    e->server.server_admin = "";
    e->server.log.level = APLOG_TRACE8;
    e->server.module_config = (struct ap_conf_vector_t *)e->server_config;
    e->server.lookup_defaults = (struct ap_conf_vector_t *)e->dir_config;

    conn_rec *c = &e->connection;
    c->pool = e->pool;
    c->base_server = &e->server;
    c->bucket_alloc = apr_bucket_alloc_create(e->pool);
    c->notes = apr_table_make(e->pool, 4);
    c->conn_config = (struct ap_conf_vector_t *)e->conn_config;
    c->client_ip = "192.0.2.1";
    c->local_ip = "192.0.2.2";
    c->id = 1;
    apr_sockaddr_info_get(&c->local_addr, c->local_ip, APR_INET, 80, 0, e->pool);
    apr_sockaddr_info_get(&c->client_addr, c->client_ip, APR_INET, 49152, 0, e->pool);

    request_rec *r = &e->request;
    r->pool = e->pool;
    r->connection = c;
    r->server = &e->server;
    r->headers_in = apr_table_make(e->pool, 8);
    r->headers_out = apr_table_make(e->pool, 8);
    r->err_headers_out = apr_table_make(e->pool, 4);
    r->subprocess_env = apr_table_make(e->pool, 4);
    r->notes = apr_table_make(e->pool, 4);
    r->trailers_in = apr_table_make(e->pool, 1);
    r->trailers_out = apr_table_make(e->pool, 1);
    r->per_dir_config = (struct ap_conf_vector_t *)e->dir_config;
    r->request_config = (struct ap_conf_vector_t *)e->request_config;
    r->method = "GET";
    r->method_number = M_GET;
    r->uri = apr_pstrdup(e->pool, "/");
    r->unparsed_uri = r->uri;
    r->protocol = apr_pstrdup(e->pool, "HTTP/1.1");
    r->proto_num = HTTP_VERSION(1, 1);
    r->hostname = "localhost";
    r->useragent_ip = c->client_ip;
    r->useragent_addr = c->client_addr;
    r->status = HTTP_OK;
    r->request_time = apr_time_now();
    sink_record.filter_func.out_func = embedded_sink;
    source_record.filter_func.in_func = embedded_source;
    r->output_filters = r->proto_output_filters = end_filter(e, &sink_record, r);
    r->input_filters = r->proto_input_filters = end_filter(e, &source_record, r);
    c->output_filters = end_filter(e, &sink_record, NULL);
    c->input_filters = end_filter(e, &source_record, NULL);
    e->outgoing = apr_brigade_create(e->pool, c->bucket_alloc);
    e->kept = apr_brigade_create(e->pool, c->bucket_alloc);
}

chttpd_embedded *chttpd_embedded_create(void) {
    chttpd_embedded_start();
    chttpd_embedded *e = calloc(1, sizeof(*e));
    if (!e) return NULL;
    // An allocator of its own, as httpd gives each connection, so that threads need no lock.
    if (apr_allocator_create(&e->allocator) != APR_SUCCESS ||
        apr_pool_create_ex(&e->pool, NULL, NULL, e->allocator) != APR_SUCCESS) {
        free(e);
        return NULL;
    }
    apr_allocator_owner_set(e->allocator, e->pool);
    apr_pool_tag(e->pool, "embedded");
    atomic_fetch_add(&live, 1);
    apr_pool_cleanup_register(e->pool, NULL, count_cleanup, apr_pool_cleanup_null);
    fill(e);
    return e;
}

void chttpd_embedded_destroy(chttpd_embedded *e) {
    apr_pool_destroy(e->pool);
    for (embedded_scratch *s = e->scratch, *next; s; s = next) {
        next = s->next;
        free(s);
    }
    for (size_t i = 0; i < e->line_count; i++) free(e->lines[i].text);
    for (size_t i = 0; i < e->step_count; i++) free(e->steps[i].bytes);
    free(e->lines);
    free(e->steps);
    free(e->events);
    free(e->bytes);
    free(e);
    atomic_fetch_sub(&live, 1);
}

request_rec *chttpd_embedded_request(chttpd_embedded *e) { return &e->request; }
conn_rec *chttpd_embedded_connection(chttpd_embedded *e) { return &e->connection; }
apr_pool_t *chttpd_embedded_pool(chttpd_embedded *e) { return e->pool; }
void chttpd_embedded_set_async(chttpd_embedded *e, int async) { e->connection.cs = async ? &e->state : NULL; }

int chttpd_embedded_waits(const chttpd_embedded *e) {
    if (!e->connection.cs) return 0;
#ifdef AP_MPMQ_CAN_WAITIO
    if (e->state.state == CONN_STATE_ASYNC_WAITIO) return 1;
#endif
    return e->state.state == CONN_STATE_WRITE_COMPLETION;
}

int chttpd_embedded_wants_write(const chttpd_embedded *e) {
    return chttpd_embedded_waits(e) && e->state.sense == CONN_SENSE_WANT_WRITE;
}

void chttpd_embedded_configure(chttpd_embedded *e, void *section) { e->dir_config[0] = section; }
