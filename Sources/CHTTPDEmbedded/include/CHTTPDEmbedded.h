// SPDX-License-Identifier: Apache-2.0
//
// A request without a server: real APR, and as much of httpd as filters and handlers call. For tests.
#ifndef CHTTPDEMBEDDED_H
#define CHTTPDEMBEDDED_H
#include "CHTTPD.h"
#include <stdbool.h>

// One request on one connection of one server, in a pool of its own.
typedef struct chttpd_embedded chttpd_embedded;

chttpd_embedded *_Nullable chttpd_embedded_create(void);
// Destroys the pool with all that lives in it.
void chttpd_embedded_destroy(chttpd_embedded *_Nonnull e);
// How many were created and not destroyed.
int chttpd_embedded_live(void);
// How many request pools ran their cleanups.
int chttpd_embedded_cleanups(void);
// Makes APR usable; called by `create` too.
void chttpd_embedded_start(void);

request_rec *_Nonnull chttpd_embedded_request(chttpd_embedded *_Nonnull e);
conn_rec *_Nonnull chttpd_embedded_connection(chttpd_embedded *_Nonnull e);
apr_pool_t *_Nonnull chttpd_embedded_pool(chttpd_embedded *_Nonnull e);
// Whether the connection's MPM is asynchronous; not at first.
void chttpd_embedded_set_async(chttpd_embedded *_Nonnull e, int async);
// Whether the connection was handed to the MPM, to be polled.
int chttpd_embedded_waits(const chttpd_embedded *_Nonnull e);
// Whether it is to be polled for writing.
int chttpd_embedded_wants_write(const chttpd_embedded *_Nonnull e);
// What the section of the configuration is for the request: that of the module with the index 0.
void chttpd_embedded_configure(chttpd_embedded *_Nonnull e, void *_Nullable section);

// Makes a user known to the authentication provider `file`.
// What `Require` says: that nobody may, or that one user may; NULL for no rule.
void chttpd_embedded_require(chttpd_embedded *_Nonnull e, int refuses, const char *_Nullable user);
void chttpd_embedded_add_user(chttpd_embedded *_Nonnull e, const char *_Nonnull user, const char *_Nonnull password);

// --- Filters ---------------------------------------------------------------------------------------

typedef int (*chttpd_embedded_output)(void *_Nullable instance, void *_Nullable filter, void *_Nullable brigade);
typedef int (*chttpd_embedded_input)(void *_Nullable instance, void *_Nullable filter, void *_Nullable brigade,
                                     int mode, int block, int64_t count);
// Puts a filter in front of those that are there.
void chttpd_embedded_add_output(chttpd_embedded *_Nonnull e, void *_Nullable instance,
                                chttpd_embedded_output _Nonnull run);
void chttpd_embedded_add_input(chttpd_embedded *_Nonnull e, void *_Nullable instance,
                               chttpd_embedded_input _Nonnull run);

// --- What is sent through the output filters -------------------------------------------------------

// Puts a bucket at the end of the brigade that is passed next.
void chttpd_embedded_heap(chttpd_embedded *_Nonnull e, const void *_Nullable p, size_t n);
// In memory that is overwritten when the pass has returned.
void chttpd_embedded_transient(chttpd_embedded *_Nonnull e, const void *_Nullable p, size_t n);
// Of unknown length, read `piece` bytes at a time; one that `waits` answers the first non-blocking read with EAGAIN.
void chttpd_embedded_unknown(chttpd_embedded *_Nonnull e, const void *_Nullable p, size_t n, size_t piece, int waits);
// Of unknown length; reading it fails.
void chttpd_embedded_failing(chttpd_embedded *_Nonnull e, apr_status_t status);
// Metadata that only the sink knows.
void chttpd_embedded_mark(chttpd_embedded *_Nonnull e, int number);
void chttpd_embedded_flush(chttpd_embedded *_Nonnull e);
void chttpd_embedded_eos(chttpd_embedded *_Nonnull e);
void chttpd_embedded_error(chttpd_embedded *_Nonnull e, int http_status);
// The brigade itself.
apr_bucket_brigade *_Nonnull chttpd_embedded_outgoing(chttpd_embedded *_Nonnull e);
// Passes the brigade to the first output filter, and overwrites what was transient.
apr_status_t chttpd_embedded_pass(chttpd_embedded *_Nonnull e);
// How many buckets' memory of those above is not freed yet.
int chttpd_embedded_live_buckets(const chttpd_embedded *_Nonnull e);

// --- The sink behind the output filters ------------------------------------------------------------

enum {
    CHTTPD_EMBEDDED_FLUSH = 1,
    CHTTPD_EMBEDDED_EOS = 2,
    CHTTPD_EMBEDDED_ERROR = 3,
    CHTTPD_EMBEDDED_EOC = 4,
    CHTTPD_EMBEDDED_MARK = 5,
    CHTTPD_EMBEDDED_OTHER = 6,
    // A fault: an empty brigade was passed.
    CHTTPD_EMBEDDED_EMPTY = 7,
};
typedef struct chttpd_embedded_event {
    int kind;
    // The status of an error, the number of a mark.
    int value;
    // How many bytes came before it.
    size_t offset;
} chttpd_embedded_event;

// Makes the sink set aside what it gets and look at it only when it is settled, as a slow connection does.
void chttpd_embedded_keep(chttpd_embedded *_Nonnull e);
// Makes the client of a connection take nothing, or take it again: what is written meanwhile stays in the filters.
void chttpd_embedded_stop(chttpd_embedded *_Nonnull e, int is_stopped);
bool chttpd_embedded_is_stopped(const chttpd_embedded *_Nonnull e);
// How many bytes the client has not taken.
size_t chttpd_embedded_kept(const chttpd_embedded *_Nonnull e);
// Makes the sink fail, as for a client that has gone, when it got `count` bytes.
void chttpd_embedded_break_after(chttpd_embedded *_Nonnull e, size_t count);
// Makes the sink look at what it kept.
void chttpd_embedded_settle(chttpd_embedded *_Nonnull e);
size_t chttpd_embedded_count(const chttpd_embedded *_Nonnull e);
const unsigned char *_Nullable chttpd_embedded_bytes(const chttpd_embedded *_Nonnull e);
size_t chttpd_embedded_event_count(const chttpd_embedded *_Nonnull e);
chttpd_embedded_event chttpd_embedded_event_at(const chttpd_embedded *_Nonnull e, size_t index);

// --- The source in front of the input filters ------------------------------------------------------

// What the next reads get, in order; then, for a request, EOS, and for a connection, the end of the file.
void chttpd_embedded_source_data(chttpd_embedded *_Nonnull e, const void *_Nullable p, size_t n);
void chttpd_embedded_source_unknown(chttpd_embedded *_Nonnull e, const void *_Nullable p, size_t n, size_t piece);
// The next non-blocking read gets EAGAIN.
void chttpd_embedded_source_wait(chttpd_embedded *_Nonnull e);
// Whether a connection stays open when all was read; not at first.
void chttpd_embedded_source_stay(chttpd_embedded *_Nonnull e, int stays_open);
void chttpd_embedded_source_failure(chttpd_embedded *_Nonnull e, apr_status_t status);
// EOS comes in the brigade of the last data.
void chttpd_embedded_source_joins_eos(chttpd_embedded *_Nonnull e);
// Each piece comes at once, however little was asked for, in memory that is overwritten when the read has returned.
void chttpd_embedded_source_overflows(chttpd_embedded *_Nonnull e);
// Whether all was read.
int chttpd_embedded_source_is_empty(const chttpd_embedded *_Nonnull e);
// Reads from the first input filter and lets the sink look at it.
apr_status_t chttpd_embedded_read(chttpd_embedded *_Nonnull e, int block, int64_t count);
// The same, in any mode.
apr_status_t chttpd_embedded_read_in_mode(chttpd_embedded *_Nonnull e, ap_input_mode_t mode, int block, int64_t count);

// --- The error log ---------------------------------------------------------------------------------

size_t chttpd_embedded_line_count(const chttpd_embedded *_Nonnull e);
int chttpd_embedded_line_level(const chttpd_embedded *_Nonnull e, size_t index);
const char *_Nonnull chttpd_embedded_line(const chttpd_embedded *_Nonnull e, size_t index);

// --- Memory ----------------------------------------------------------------------------------------

// The bytes that malloc has given out, over all threads.
size_t chttpd_embedded_allocated(void);

#endif
