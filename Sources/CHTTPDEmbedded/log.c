// SPDX-License-Identifier: Apache-2.0
//
// httpd's error log, line by line in memory: server/log.c.
#include "embedded.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void write_line(chttpd_embedded *e, int level, apr_status_t status, const char *format, va_list arguments) {
    char text[4096] = "", reason[256];
    size_t used = 0;
    if (status != APR_SUCCESS) {
        used = (size_t)snprintf(text, sizeof(text), "(%d)%s: ", status, apr_strerror(status, reason, sizeof(reason)));
    }
    vsnprintf(text + used, sizeof(text) - used, format, arguments);
    if (!e) {
        fprintf(stderr, "%s\n", text);
        return;
    }
    e->lines = embedded_grow(e->lines, e->line_count + 1, sizeof(*e->lines));
    embedded_line *line = &e->lines[e->line_count++];
    line->level = level & APLOG_LEVELMASK;
    line->text = strdup(text);
}

STAND_IN void ap_log_error_(const char *file, int line, int index, int level, apr_status_t status, const server_rec *s,
                            const char *format, ...) {
    (void)file;
    (void)line;
    (void)index;
    va_list arguments;
    va_start(arguments, format);
    write_line(embedded_of(s), level, status, format, arguments);
    va_end(arguments);
}

STAND_IN void ap_log_cerror_(const char *file, int line, int index, int level, apr_status_t status, const conn_rec *c,
                             const char *format, ...) {
    (void)file;
    (void)line;
    (void)index;
    va_list arguments;
    va_start(arguments, format);
    write_line(embedded_of(c->base_server), level, status, format, arguments);
    va_end(arguments);
}

STAND_IN void ap_log_rerror_(const char *file, int line, int index, int level, apr_status_t status,
                             const request_rec *r, const char *format, ...) {
    (void)file;
    (void)line;
    (void)index;
    va_list arguments;
    va_start(arguments, format);
    write_line(embedded_of(r->server), level, status, format, arguments);
    va_end(arguments);
}

size_t chttpd_embedded_line_count(const chttpd_embedded *e) { return e->line_count; }
int chttpd_embedded_line_level(const chttpd_embedded *e, size_t index) {
    return index < e->line_count ? e->lines[index].level : -1;
}
const char *chttpd_embedded_line(const chttpd_embedded *e, size_t index) {
    return index < e->line_count && e->lines[index].text ? e->lines[index].text : "";
}
