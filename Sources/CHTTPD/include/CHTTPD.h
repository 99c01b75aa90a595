// SPDX-License-Identifier: Apache-2.0
//
// httpd's and APR's macros as functions that Swift can call. Nothing here decides anything.
#ifndef CHTTPD_H
#define CHTTPD_H
#include <termios.h>
#include <string.h>
#include <unistd.h>
#include <apr.h>
#include <apr_buckets.h>
#include <apr_file_info.h>
#include <apr_file_io.h>
#include <apr_pools.h>
#include <apr_strings.h>
#include <apr_tables.h>
#include <apr_time.h>
#if __has_include(<apache2/httpd.h>)
#include <apache2/httpd.h>
#include <apache2/ap_expr.h>
#include <apache2/ap_listen.h>
#include <apache2/ap_mpm.h>
#include <apache2/ap_provider.h>
#include <apache2/http_config.h>
#include <apache2/http_connection.h>
#include <apache2/http_core.h>
#include <apache2/http_log.h>
#include <apache2/http_protocol.h>
#include <apache2/http_request.h>
#include <apache2/http_ssl.h>
#include <apache2/mpm_common.h>
#include <apache2/mod_auth.h>
#include <apache2/mpm_common.h>
#include <apache2/scoreboard.h>
#include <apache2/util_filter.h>
#else
#include <httpd/httpd.h>
#include <httpd/ap_expr.h>
#include <httpd/ap_listen.h>
#include <httpd/ap_mpm.h>
#include <httpd/ap_provider.h>
#include <httpd/http_config.h>
#include <httpd/http_connection.h>
#include <httpd/http_core.h>
#include <httpd/http_log.h>
#include <httpd/http_protocol.h>
#include <httpd/http_request.h>
#include <httpd/http_ssl.h>
#include <httpd/mpm_common.h>
#include <httpd/mod_auth.h>
#include <httpd/mpm_common.h>
#include <httpd/scoreboard.h>
#include <httpd/util_filter.h>
#endif

// --- Buckets ---------------------------------------------------------------------------------------

static inline apr_bucket *_Nonnull chttpd_first(const apr_bucket_brigade *_Nonnull bb) { return APR_BRIGADE_FIRST(bb); }
static inline apr_bucket *_Nonnull chttpd_last(const apr_bucket_brigade *_Nonnull bb) { return APR_BRIGADE_LAST(bb); }
static inline apr_bucket *_Nonnull chttpd_next(const apr_bucket *_Nonnull b) { return APR_BUCKET_NEXT(b); }
// A brigade that its owner empties when the pool ends: what apr_brigade_create() makes, without the cleanup.
static inline apr_bucket_brigade *_Nullable chttpd_brigade(apr_pool_t *_Nonnull pool,
                                                           apr_bucket_alloc_t *_Nonnull buckets) {
    apr_bucket_brigade *bb = apr_palloc(pool, sizeof *bb);
    if (!bb) return NULL;
    bb->p = pool;
    bb->bucket_alloc = buckets;
    APR_RING_INIT(&bb->list, apr_bucket, link);
    return bb;
}
static inline int chttpd_is_empty(const apr_bucket_brigade *_Nonnull bb) { return APR_BRIGADE_EMPTY(bb); }
static inline int chttpd_is_sentinel(const apr_bucket_brigade *_Nonnull bb, const apr_bucket *_Nonnull b) {
    return b == APR_BRIGADE_SENTINEL(bb);
}
static inline void chttpd_append(apr_bucket_brigade *_Nonnull bb, apr_bucket *_Nonnull b) {
    APR_BRIGADE_INSERT_TAIL(bb, b);
}
static inline void chttpd_prepend(apr_bucket_brigade *_Nonnull bb, apr_bucket *_Nonnull b) {
    APR_BRIGADE_INSERT_HEAD(bb, b);
}
// Moves every bucket of `from` to the end of `to`.
static inline void chttpd_concat(apr_bucket_brigade *_Nonnull to, apr_bucket_brigade *_Nonnull from) {
    APR_BRIGADE_CONCAT(to, from);
}
static inline void chttpd_remove(apr_bucket *_Nonnull b) {
    APR_BUCKET_REMOVE(b);
    APR_RING_ELEM_INIT(b, link);
}
// Makes a bucket that was split while in no brigade stand alone again.
static inline void chttpd_isolate(apr_bucket *_Nonnull b) { APR_RING_ELEM_INIT(b, link); }
static inline void chttpd_destroy(apr_bucket *_Nonnull b) { apr_bucket_destroy(b); }
static inline void chttpd_delete(apr_bucket *_Nonnull b) { apr_bucket_delete(b); }
static inline int chttpd_is_metadata(const apr_bucket *_Nonnull b) { return APR_BUCKET_IS_METADATA(b); }
static inline int chttpd_is_eos(const apr_bucket *_Nonnull b) { return APR_BUCKET_IS_EOS(b); }
static inline int chttpd_is_flush(const apr_bucket *_Nonnull b) { return APR_BUCKET_IS_FLUSH(b); }
static inline int chttpd_is_error(const apr_bucket *_Nonnull b) { return AP_BUCKET_IS_ERROR(b); }
static inline int chttpd_is_eoc(const apr_bucket *_Nonnull b) { return AP_BUCKET_IS_EOC(b); }
static inline int chttpd_is_file(const apr_bucket *_Nonnull b) { return APR_BUCKET_IS_FILE(b); }
static inline int chttpd_is_mapped(const apr_bucket *_Nonnull b) { return APR_BUCKET_IS_MMAP(b); }
static inline int chttpd_error_status(const apr_bucket *_Nonnull b) { return ((ap_bucket_error *)b->data)->status; }
static inline apr_status_t chttpd_read(apr_bucket *_Nonnull b, const char *_Nullable *_Nonnull data,
                                       apr_size_t *_Nonnull length, int block) {
    return apr_bucket_read(b, data, length, block ? APR_BLOCK_READ : APR_NONBLOCK_READ);
}
static inline apr_status_t chttpd_split(apr_bucket *_Nonnull b, apr_size_t at) { return apr_bucket_split(b, at); }
static inline apr_status_t chttpd_setaside(apr_bucket *_Nonnull b, apr_pool_t *_Nonnull p) {
    return apr_bucket_setaside(b, p);
}
static inline apr_status_t chttpd_copy(apr_bucket *_Nonnull b, apr_bucket *_Nullable *_Nonnull copy) {
    return apr_bucket_copy(b, copy);
}
// Copies bytes to the end, into the last bucket if it has room.
static inline apr_status_t chttpd_write(apr_bucket_brigade *_Nonnull bb, const void *_Nullable p, apr_size_t n) {
    return apr_brigade_write(bb, NULL, NULL, (const char *)p, n);
}
static inline const char *_Nonnull chttpd_type_name(const apr_bucket *_Nonnull b) { return b->type->name; }
// A heap bucket with a copy of the bytes.
static inline apr_bucket *_Nonnull chttpd_heap_copy(const void *_Nullable p, apr_size_t n, apr_bucket_alloc_t *_Nonnull a) {
    return apr_bucket_heap_create((const char *)p, n, NULL, a);
}
static inline apr_bucket *_Nonnull chttpd_transient(const void *_Nonnull p, apr_size_t n, apr_bucket_alloc_t *_Nonnull a) {
    return apr_bucket_transient_create((const char *)p, n, a);
}

// --- Bytes -----------------------------------------------------------------------------------------

// memmem, which glibc's Swift module does not show.
__attribute__((visibility("hidden"))) const void *_Nullable chttpd_find(const void *_Nonnull in, size_t n,
                                                                       const void *_Nonnull what, size_t m);
// The first `most` places at or behind `at`, from left to right and none inside another; returns how many there are.
// Faster: the bytes of `what` at `a` and `b` are looked for first. The rarer they are, the better.
__attribute__((visibility("hidden"))) size_t chttpd_find_each(const void *_Nonnull in, size_t n,
                                                             const void *_Nonnull what, size_t m, size_t a, size_t b,
                                                             size_t at, size_t *_Nonnull places, size_t most);

// --- Statuses --------------------------------------------------------------------------------------

static inline int chttpd_is_eagain(apr_status_t s) { return APR_STATUS_IS_EAGAIN(s); }
static inline int chttpd_is_eof(apr_status_t s) { return APR_STATUS_IS_EOF(s); }
static inline int chttpd_is_timeup(apr_status_t s) { return APR_STATUS_IS_TIMEUP(s); }
static inline apr_status_t chttpd_enotimpl(void) { return APR_ENOTIMPL; }
static inline int chttpd_is_incomplete(apr_status_t s) { return APR_STATUS_IS_INCOMPLETE(s); }
static inline int chttpd_is_filter_error(apr_status_t s) { return s == AP_FILTER_ERROR; }
// However the system puts it: which one comes depends on who notices first.
static inline int chttpd_is_gone(apr_status_t s) {
    return APR_STATUS_IS_ECONNABORTED(s) || APR_STATUS_IS_ECONNRESET(s) || APR_STATUS_IS_EPIPE(s);
}
static inline apr_status_t chttpd_egeneral(void) { return APR_EGENERAL; }
static inline apr_status_t chttpd_eagain(void) { return APR_EAGAIN; }
static inline apr_status_t chttpd_eof(void) { return APR_EOF; }
static inline apr_status_t chttpd_einval(void) { return APR_EINVAL; }
static inline apr_status_t chttpd_enospc(void) { return APR_ENOSPC; }
static inline apr_status_t chttpd_timeup(void) { return APR_TIMEUP; }
static inline apr_status_t chttpd_econnaborted(void) { return APR_ECONNABORTED; }
static inline apr_status_t chttpd_enoent(void) { return APR_ENOENT; }
static inline apr_status_t chttpd_incomplete(void) { return APR_INCOMPLETE; }

static inline int chttpd_is_missing(apr_status_t s) { return APR_STATUS_IS_ENOENT(s) || APR_STATUS_IS_ENOTDIR(s); }
static inline int chttpd_is_existing(apr_status_t s) { return APR_STATUS_IS_EEXIST(s); }
// No room: on the disk, in a quota, or in what the process may write.
static inline int chttpd_is_full(apr_status_t s) { return APR_STATUS_IS_ENOSPC(s) || s == EDQUOT || s == EFBIG; }
static inline int chttpd_is_forbidden(apr_status_t s) { return APR_STATUS_IS_EACCES(s) || s == EPERM || s == EROFS; }

// --- Files -----------------------------------------------------------------------------------------

// The file behind a bucket, which must be one of a file.
static inline apr_file_t *_Nullable chttpd_bucket_file(const apr_bucket *_Nonnull b) {
    return ((apr_bucket_file *)b->data)->fd;
}
static inline int chttpd_bucket_file_maps(const apr_bucket *_Nonnull b) {
#if APR_HAS_MMAP
    return ((apr_bucket_file *)b->data)->can_mmap;
#else
    return 0;
#endif
}
// Turns a brigade of old buckets and then new ones around: those of one file at the end come first.
static inline void chttpd_rotate(apr_bucket_brigade *_Nonnull bb, apr_bucket *_Nonnull first) {
    apr_bucket *last = APR_BRIGADE_LAST(bb);
    if (!APR_BUCKET_IS_FILE(last)) return;
    for (apr_file_t *file = chttpd_bucket_file(last); last != first; last = APR_BRIGADE_LAST(bb)) {
        if (!APR_BUCKET_IS_FILE(last) || chttpd_bucket_file(last) != file) break;
        APR_BUCKET_REMOVE(last);
        APR_BRIGADE_INSERT_HEAD(bb, last);
    }
}
// Keeps the buckets of one file at the end of a brigade from being mapped.
static inline void chttpd_forbid_mapping(const apr_bucket_brigade *_Nonnull bb, apr_bucket *_Nonnull last) {
    for (apr_bucket *b = last; b != APR_BRIGADE_SENTINEL(bb) && APR_BUCKET_IS_FILE(b); b = APR_BUCKET_PREV(b))
        if (chttpd_bucket_file(b) == chttpd_bucket_file(last)) (void)apr_bucket_file_enable_mmap(b, 0);
}
static inline int chttpd_file_sends(apr_file_t *_Nonnull f) {
    return (apr_file_flags_get(f) & APR_FOPEN_SENDFILE_ENABLED) != 0;
}
static inline uint32_t chttpd_user(void) { return geteuid(); }
// Reads and writes at a place, whatever the file's own place is: up to `count` bytes, fewer only at the end, or all.
__attribute__((visibility("hidden"))) apr_status_t chttpd_file_read(apr_file_t *_Nonnull f, int64_t offset,
                                                                   void *_Nonnull bytes, size_t count,
                                                                   size_t *_Nonnull read);
__attribute__((visibility("hidden"))) apr_status_t chttpd_file_write(apr_file_t *_Nonnull f, int64_t offset,
                                                                    const void *_Nonnull bytes, size_t count);
// A pool with an allocator of its own, which keeps little of what is freed.
__attribute__((visibility("hidden"))) apr_pool_t *_Nullable chttpd_file_pool(void);
// Whether httpd would send a file to whoever made a request, if that was asked for it; then `info` is what it found.
__attribute__((visibility("hidden"))) int chttpd_served_file(request_rec *_Nonnull r, const char *_Nonnull path,
                                                            apr_finfo_t *_Nonnull info);
// What an entry of a folder, or a file, is called; NULL if that was not asked for.
static inline const char *_Nullable chttpd_entry_name(const apr_finfo_t *_Nonnull info) { return info->name; }

// --- Requests and connections ----------------------------------------------------------------------

static inline int chttpd_is_aborted(const conn_rec *_Nonnull c) { return c->aborted; }
// Ends a response that has begun and cannot be completed, so that no client takes what it got for the whole. One that
// ends with the connection has no other mark of its end than how the connection ends: it is reset.
__attribute__((visibility("hidden"))) void chttpd_break_off(request_rec *_Nonnull r);
// Whether such a response, of this request or of the page that it is a part of, ends with the connection. Then nothing
// may be passed on before it is broken off: at the end of a response, TLS says good-bye in good order.
__attribute__((visibility("hidden"))) int chttpd_needs_reset(const request_rec *_Nonnull r);
// Whether the client, or the page that the request is a part of, has got something of the response.
__attribute__((visibility("hidden"))) int chttpd_has_begun(const request_rec *_Nonnull r);
static inline int chttpd_is_header_only(const request_rec *_Nonnull r) { return r->header_only; }
static inline int chttpd_eos_sent(const request_rec *_Nonnull r) { return r->eos_sent; }
static inline void chttpd_set_no_cache(request_rec *_Nonnull r) { r->no_cache = 1; }
static inline void *_Nullable chttpd_dir_config(const request_rec *_Nonnull r, const module *_Nonnull m) {
    return ap_get_module_config(r->per_dir_config, m);
}
// What stands outside of sections, for a host.
static inline void *_Nullable chttpd_host_config(const server_rec *_Nonnull s, const module *_Nonnull m) {
    return s->lookup_defaults ? ap_get_module_config(s->lookup_defaults, m) : NULL;
}
static inline void *_Nullable chttpd_server_config(const server_rec *_Nonnull s, const module *_Nonnull m) {
    return ap_get_module_config(s->module_config, m);
}
static inline void *_Nullable chttpd_conn_config(const conn_rec *_Nonnull c, const module *_Nonnull m) {
    return ap_get_module_config(c->conn_config, m);
}
static inline void chttpd_set_conn_config(const conn_rec *_Nonnull c, const module *_Nonnull m, void *_Nullable v) {
    ap_set_module_config(c->conn_config, m, v);
}

// --- Waiting in the MPM ----------------------------------------------------------------------------

// Whether the MPM is asynchronous and can poll a connection for us without a thread.
static inline int chttpd_can_wait(const conn_rec *_Nonnull c) {
    int async = 0;
    return c->cs && ap_mpm_query(AP_MPMQ_IS_ASYNC, &async) == APR_SUCCESS && async;
}
// Hands the connection back to the MPM until it is readable (or writable).
static inline void chttpd_wait(conn_rec *_Nonnull c, int for_writing) {
    int waitio = 0;
    c->cs->sense = for_writing ? CONN_SENSE_WANT_WRITE : CONN_SENSE_WANT_READ;
    c->keepalive = AP_CONN_KEEPALIVE;
#ifdef AP_MPMQ_CAN_WAITIO
    if (ap_mpm_query(AP_MPMQ_CAN_WAITIO, &waitio) == APR_SUCCESS && waitio) {
        c->cs->state = CONN_STATE_ASYNC_WAITIO;
        c->clogging_input_filters = 0;
        return;
    }
#endif
    // Before httpd 2.4.63: flush, poll, and run the hook again.
    c->cs->state = CONN_STATE_WRITE_COMPLETION;
    c->clogging_input_filters = !for_writing;
}
// Ends the connection: the MPM closes it, lingering.
static inline void chttpd_close(conn_rec *_Nonnull c) {
    c->keepalive = AP_CONN_CLOSE;
    if (c->cs) c->cs->state = CONN_STATE_LINGER;
}
// Ends a connection whose client does not take what waits for it: it is not flushed.
static inline void chttpd_abandon(conn_rec *_Nonnull c) { c->aborted = 1; }

enum { CHTTPD_FOR_READING = 0, CHTTPD_FOR_WRITING = 1, CHTTPD_FOR_NEITHER = 2 };
// Blocks until the connection's socket can be read or written, `wake` (a file descriptor, or -1) can be read, a signal
// came, or chttpd_now() has reached `until`. A client that is gone while neither is waited for aborts the connection.
__attribute__((visibility("hidden"))) void chttpd_poll(conn_rec *_Nonnull c, int direction, int wake, int64_t until);
// Keeps signals away that end the process from inside their handler, as they do under prefork; calls nest. They come in
// while chttpd_poll() blocks.
__attribute__((visibility("hidden"))) void chttpd_hold_signals(void);
__attribute__((visibility("hidden"))) void chttpd_release_signals(void);
// poll(), where signals come in that are held.
struct pollfd;
__attribute__((visibility("hidden"))) int chttpd_poll_signals(struct pollfd *_Nonnull polled, unsigned int count,
                                                              int milliseconds);
// Nanoseconds of a clock that only goes forward.
__attribute__((visibility("hidden"))) int64_t chttpd_now(void);
// The file descriptor of the connection's socket, or -1.
__attribute__((visibility("hidden"))) int chttpd_descriptor(conn_rec *_Nonnull c);

static inline int chttpd_output_is_pending(const conn_rec *_Nonnull c) { return c->data_in_output_filters; }
static inline int chttpd_mpm_is_stopping(void) {
    int state = 0;
    return ap_mpm_query(AP_MPMQ_MPM_STATE, &state) == APR_SUCCESS && state == AP_MPMQ_STOPPING;
}

// A metadata bucket of no length that moves data through filters which hold it until metadata comes, as mod_ssl
// does. Unlike FLUSH it never blocks.
__attribute__((visibility("hidden"))) apr_bucket *_Nonnull chttpd_nudge_create(apr_bucket_alloc_t *_Nonnull a);
// Writes what the core filter holds, as far as the socket takes it: what the event MPM does before it polls.
static inline apr_status_t chttpd_write_pending(conn_rec *_Nonnull c) {
    ap_filter_t *f = c->output_filters;
    if (!f) return APR_SUCCESS;
    while (f->next) f = f->next;
    return f->frec->filter_func.out_func(f, NULL);
}

// The descriptor of a connection whose filters would do no more to what is read and written than to hand it on, so that
// the socket can be used; -1 of any other one.
__attribute__((visibility("hidden"))) int chttpd_direct(conn_rec *_Nonnull c);
// Memory of the thread's own to receive into: of no use to anybody until this thread receives again.
enum { CHTTPD_RECEIVE_SIZE = 16384 };
__attribute__((visibility("hidden"))) void *_Nonnull chttpd_receive_buffer(void);
// Receives what there is: the number of bytes, 0 at the end, -1 if there is nothing yet, -2 with the `status`.
__attribute__((visibility("hidden"))) int64_t chttpd_receive(conn_rec *_Nonnull c, int descriptor, void *_Nonnull bytes,
                                                            size_t size, apr_status_t *_Nonnull status);
// Sends what the socket takes: the number of bytes, -1 if it takes none now, -2 with the `status`.
__attribute__((visibility("hidden"))) int64_t chttpd_send(conn_rec *_Nonnull c, int descriptor, const void *_Nonnull bytes,
                                                         size_t size, apr_status_t *_Nonnull status);
// Tells mod_logio what was received and sent so since it was told last: before anything is logged.
__attribute__((visibility("hidden"))) void chttpd_count_direct(conn_rec *_Nonnull c, int64_t received, int64_t sent);

// --- Work beside requests --------------------------------------------------------------------------

// A lock, and a way to wait for what it guards to change. Never freed.
typedef struct chttpd_monitor chttpd_monitor;
__attribute__((visibility("hidden"))) chttpd_monitor *_Nullable chttpd_monitor_create(void);
__attribute__((visibility("hidden"))) void chttpd_monitor_lock(chttpd_monitor *_Nonnull m);
__attribute__((visibility("hidden"))) void chttpd_monitor_unlock(chttpd_monitor *_Nonnull m);
// Tells all who wait. These three with the lock held.
__attribute__((visibility("hidden"))) void chttpd_monitor_signal(chttpd_monitor *_Nonnull m);
__attribute__((visibility("hidden"))) void chttpd_monitor_wait(chttpd_monitor *_Nonnull m);
// False when chttpd_now() has reached `moment`.
__attribute__((visibility("hidden"))) int chttpd_monitor_wait_until(chttpd_monitor *_Nonnull m, int64_t moment);
// Runs a function on a thread of its own that gets no signals and only the time that nobody else wants.
__attribute__((visibility("hidden"))) int chttpd_start_thread(void (*_Nonnull body)(void *_Nullable),
                                                             void *_Nullable data);
__attribute__((visibility("hidden"))) int64_t chttpd_process(void);
// Runs a function when the process exits, before httpd takes down its pools.
__attribute__((visibility("hidden"))) int chttpd_at_exit(void (*_Nonnull run_then)(void));

// --- The server ------------------------------------------------------------------------------------

__attribute__((visibility("hidden"))) int64_t chttpd_parent_process(void);
__attribute__((visibility("hidden"))) int chttpd_generation(void);
// Microseconds since 1970, or 0.
__attribute__((visibility("hidden"))) int64_t chttpd_start_time(void);
__attribute__((visibility("hidden"))) int chttpd_child_count(void);
__attribute__((visibility("hidden"))) const char *_Nullable chttpd_mpm_name(void);
__attribute__((visibility("hidden"))) const char *_Nullable chttpd_banner(void);
__attribute__((visibility("hidden"))) void chttpd_version(int *_Nonnull major, int *_Nonnull minor, int *_Nonnull patch);

// --- Authentication --------------------------------------------------------------------------------

// Whether a module has registered an authentication provider of this name that checks passwords.
static inline int chttpd_has_authn_provider(const char *_Nonnull name) {
    const authn_provider *found = ap_lookup_provider(AUTHN_PROVIDER_GROUP, name, AUTHN_PROVIDER_VERSION);
    return found && found->check_password;
}
// A request that no client sent, under the configuration of <Location> sections of the connection's host: what
// providers want to be called with. `user` may be NULL. Lives in a pool of its own; NULL when that cannot be made.
__attribute__((visibility("hidden"))) request_rec *_Nullable chttpd_request_for(conn_rec *_Nonnull c,
                                                                               const char *_Nonnull location,
                                                                               const char *_Nullable user);
// Whether `Require` and its like let a client have what such a request asks for.
enum { CHTTPD_GRANTED, CHTTPD_NEEDS_USER, CHTTPD_REFUSED };
__attribute__((visibility("hidden"))) int chttpd_authorize(request_rec *_Nonnull r);
// What one provider, which must exist, says of a password.
__attribute__((visibility("hidden"))) authn_status chttpd_check_password(request_rec *_Nonnull r,
                                                                        const char *_Nonnull provider,
                                                                        const char *_Nonnull user,
                                                                        const char *_Nonnull password);

// --- Logging ---------------------------------------------------------------------------------------

static inline int chttpd_request_logs(const request_rec *_Nonnull r, int index, int level) {
    return APLOG_R_MODULE_IS_LEVEL(r, index, level);
}
static inline int chttpd_connection_logs(const conn_rec *_Nonnull c, int index, int level) {
    return APLOG_C_MODULE_IS_LEVEL(c, index, level);
}
static inline int chttpd_server_logs(const server_rec *_Nonnull s, int index, int level) {
    return APLOG_MODULE_IS_LEVEL(s, index, level);
}
static inline void chttpd_log_request(const request_rec *_Nonnull r, int index, int level, apr_status_t status,
                                      const char *_Nonnull text) {
    ap_log_rerror_("swift", 0, index, level, status, r, "%s", text);
}
static inline void chttpd_log_connection(const conn_rec *_Nonnull c, int index, int level, apr_status_t status,
                                         const char *_Nonnull text) {
    ap_log_cerror_("swift", 0, index, level, status, c, "%s", text);
}
static inline void chttpd_log_server(const server_rec *_Nullable s, int index, int level, apr_status_t status,
                                     const char *_Nonnull text) {
    ap_log_error_("swift", 0, index, level, status, s, "%s", text);
}

// A line of the access log for what was no request, made by a request that is only logged.
typedef struct chttpd_access {
    // The request line.
    const char *_Nonnull line;
    const char *_Nonnull method, *_Nonnull uri, *_Nonnull protocol;
    int status;
    // How long it took, in microseconds.
    int64_t time;
    int64_t bytes_in, bytes_out, frames;
    const char *_Nonnull reason;
    // Who the client is, if that is known.
    const char *_Nullable user;
} chttpd_access;
__attribute__((visibility("hidden"))) void chttpd_log_access(conn_rec *_Nonnull c, const chttpd_access *_Nonnull access);
// Shows in mod_status what a connection is about; NULL for nothing in particular.
__attribute__((visibility("hidden"))) void chttpd_show(conn_rec *_Nonnull c, const char *_Nullable text);

// --- Modules and directives ------------------------------------------------------------------------

// Makes a zeroed record a module of this server's generation.
static inline void chttpd_module_init(module *_Nonnull m, const char *_Nonnull name) {
    module empty = {STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, NULL, 0};
    *m = empty;
    m->name = name;
}
// A directive that takes its whole line, unparsed, so that typed values see what was written.
static inline void chttpd_directive(command_rec *_Nonnull d, const char *_Nonnull name, const char *_Nonnull help,
                                    int where, void *_Nonnull data,
                                    const char *_Nullable (*_Nonnull run)(cmd_parms *_Nonnull, void *_Nullable,
                                                                          const char *_Nonnull)) {
    d->name = name;
    d->func.raw_args = (const char *(*)(cmd_parms *, void *, const char *))run;
    d->cmd_data = data;
    d->req_override = where;
    d->args_how = RAW_ARGS;
    d->errmsg = help;
}

// Says which directive this thread reads, from which expressions take where they stand; NULL when it is done. Returns
// what it read before.
__attribute__((visibility("hidden"))) cmd_parms *_Nullable chttpd_read_directive(cmd_parms *_Nullable cmd);

// --- Expressions -----------------------------------------------------------------------------------

// What came of parsing: a tree or an error, in a pool of their own, which the caller destroys. Without a pool, memory was
// out.
typedef struct chttpd_expression {
    apr_pool_t *_Nullable pool;
    const ap_expr_info_t *_Nullable info;
    const char *_Nullable error;
} chttpd_expression;
// Parses an expression as httpd parses that of a directive which stands where the present one does.
__attribute__((visibility("hidden"))) chttpd_expression chttpd_expression_parse(const char *_Nonnull text,
                                                                               int is_string, int module_index);

// --- The header of a response ----------------------------------------------------------------------

// What a response's header is made of.
typedef struct chttpd_header {
    apr_table_t *_Nullable fields, *_Nullable error_fields;
    const char *_Nullable type, *_Nullable encoding;
    int status;
} chttpd_header;
__attribute__((visibility("hidden"))) chttpd_header chttpd_header_copy(const request_rec *_Nonnull r);
__attribute__((visibility("hidden"))) void chttpd_header_restore(request_rec *_Nonnull r,
                                                                const chttpd_header *_Nonnull h);

// Keeps the DSO that holds `address` mapped for the life of the process: the Swift runtime holds
// pointers into it that nothing can withdraw.
__attribute__((visibility("hidden"))) void chttpd_pin(const void *_Nonnull address);

#endif
