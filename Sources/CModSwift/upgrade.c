// SPDX-License-Identifier: Apache-2.0
#include "live.h"

void modswift_leave_http(request_rec *r) {
    conn_rec *c = r->connection;
    modswift_connection *connection = chttpd_conn_config(c, modswift_module());
    // The MPM's is that of the request's host where KeepAliveTimeout is set there, else that of the address's.
    if (connection && connection->live && r->server->timeout * 1000 < connection->live->timeout)
        connection->live->timeout = r->server->timeout * 1000;
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
