// SPDX-License-Identifier: Apache-2.0
//
// Reading and writing the socket of a connection whose filters would only hand the bytes on.
#include "CHTTPD.h"
#include <apr_optional.h>
#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>

// mod_logio, which most builds of httpd have, counts with a filter, and can be told what to count. Its header is not
// installed.
APR_DECLARE_OPTIONAL_FN(void, ap_logio_add_bytes_in, (conn_rec * c, apr_off_t bytes));
APR_DECLARE_OPTIONAL_FN(void, ap_logio_add_bytes_out, (conn_rec * c, apr_off_t bytes));
static pthread_once_t once = PTHREAD_ONCE_INIT;
static ap_filter_rec_t *counting_filter;
static APR_OPTIONAL_FN_TYPE(ap_logio_add_bytes_in) *count_in;
static APR_OPTIONAL_FN_TYPE(ap_logio_add_bytes_out) *count_out;

static void find_logio(void) {
    count_in = APR_RETRIEVE_OPTIONAL_FN(ap_logio_add_bytes_in);
    count_out = APR_RETRIEVE_OPTIONAL_FN(ap_logio_add_bytes_out);
    if (count_in && count_out) counting_filter = ap_get_input_filter_handle("LOG_INPUT_OUTPUT");
}

int chttpd_direct(conn_rec *c) {
    const ap_filter_t *in = c->input_filters, *out = c->output_filters;
    pthread_once(&once, find_logio);
    if (in && counting_filter && in->frec == counting_filter) in = in->next;
    if (!in || in->frec != ap_core_input_filter_handle || !out || out->frec != ap_core_output_filter_handle) return -1;
    const core_net_rec *net = in->ctx;
    if (!net || c->data_in_output_filters || c->aborted) return -1;
    // What the core filter has read before, and holds, comes first.
    if (net->in_ctx && (APR_BRIGADE_EMPTY(net->in_ctx->b) || !APR_BUCKET_IS_SOCKET(APR_BRIGADE_FIRST(net->in_ctx->b))))
        return -1;
    return chttpd_descriptor(c);
}

void *chttpd_receive_buffer(void) {
    static _Thread_local _Alignas(16) unsigned char buffer[CHTTPD_RECEIVE_SIZE];
    return buffer;
}

static int64_t failure(conn_rec *c, apr_status_t *status) {
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return -1;
    *status = APR_FROM_OS_ERROR(errno);
    c->aborted = 1;
    return -2;
}

int64_t chttpd_receive(conn_rec *c, int descriptor, void *bytes, size_t size, apr_status_t *status) {
    ssize_t count = recv(descriptor, bytes, size, MSG_DONTWAIT);
    if (count < 0) return failure(c, status);
    return count;
}

int64_t chttpd_send(conn_rec *c, int descriptor, const void *bytes, size_t size, apr_status_t *status) {
    ssize_t count = send(descriptor, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0) return failure(c, status);
    return count;
}

void chttpd_count_direct(conn_rec *c, int64_t received, int64_t sent) {
    if (received > 0 && count_in) count_in(c, received);
    if (sent > 0 && count_out) count_out(c, sent);
}
