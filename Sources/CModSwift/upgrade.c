// SPDX-License-Identifier: Apache-2.0
#include "live.h"

int modswift_may_leave_http(const request_rec *r) {
    const char *length = apr_table_get(r->headers_in, "Content-Length");
    // To HTTP/1.0 httpd sends no 101. What a body says is the request's, and would be read as the protocol's.
    return r->proto_num >= HTTP_VERSION(1, 1) && !apr_table_get(r->headers_in, "Transfer-Encoding") &&
           (!length || strcmp(length, "0") == 0);
}

void modswift_leave_http(request_rec *r) {
    conn_rec *c = r->connection;
    // The rest of the connection is no body, and the request ends without another header.
    ap_remove_input_filter_byhandle(r->input_filters, "http_in");
    ap_remove_output_filter_byhandle(r->output_filters, "HTTP_HEADER");
    ap_remove_input_filter_byhandle(c->input_filters, "reqtimeout");
}

void modswift_return_when_readable(modswift_connection *connection, conn_rec *c) {
    // The event MPM writes the rest of the response, then polls for reading, and does not take it for an idle
    // connection of HTTP that may be closed.
    c->cs->sense = CONN_SENSE_WANT_READ;
    c->clogging_input_filters = 1;
    if (connection->live) modswift_live_wake_slot(connection->live);
}
