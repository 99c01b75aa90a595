// SPDX-License-Identifier: Apache-2.0
//
// What reactors do, for mod_status with `ExtendedStatus On`. Its scoreboard has a row for each thread of the MPM and none
// for others; so each reactor has a row here, in memory that all processes share, and mod_status is given a table more.
#include "live.h"
#include "shared.h"
#include <apr_optional_hooks.h>
#if __has_include(<apache2/mod_status.h>)
#include <apache2/mod_status.h>
#else
#include <httpd/mod_status.h>
#endif
#include <unistd.h>

#define ROWS 4096

typedef struct board_row {
    // The child; 0 in a free row.
    _Atomic int32_t process;
    char client[48];
    char protocol[16];
    char host[64];
    char text[64];
} board_row;

static board_row *shared;
// The row of a thread that is a reactor.
static _Thread_local board_row *own;
static _Thread_local uint64_t own_number;

void board_enter(void) {
    for (int i = 0; shared && i < ROWS; i++) {
        board_row *row = &shared[i];
        int32_t process = atomic_load(&row->process);
        if (process != 0 && !shared_is_gone(process)) continue;
        if (!atomic_compare_exchange_strong(&row->process, &process, (int32_t)getpid())) continue;
        row->client[0] = row->protocol[0] = row->host[0] = row->text[0] = 0;
        own = row;
        return;
    }
}

void board_serve(const modswift_live *live) {
    if (!own || !ap_extended_status) return;
    conn_rec *c = live->c;
    // A connection that says nothing of its commands is not shown with those of another one.
    if (own_number != live_number(live)) own->text[0] = 0;
    own_number = live_number(live);
    apr_cpystrn(own->client, c->client_ip, sizeof own->client);
    apr_cpystrn(own->protocol, ap_get_protocol(c), sizeof own->protocol);
    apr_snprintf(own->host, sizeof own->host, "%s:%d", c->base_server->server_hostname, c->local_addr->port);
}

void modswift_board_show(void *link, const char *text) {
    (void)link;
    if (own && text && ap_extended_status) apr_cpystrn(own->text, text, sizeof own->text);
}

// --- mod_status ------------------------------------------------------------------------------------

static const char *cell(apr_pool_t *pool, const char *text, size_t size) {
    // Another process may be writing it.
    return ap_escape_html(pool, apr_pstrmemdup(pool, text, strnlen(text, size)));
}

static int add_table(request_rec *r, int flags) {
    if (!shared || (flags & AP_STATUS_SHORT) || !(flags & AP_STATUS_EXTENDED)) return OK;
    int has_begun = 0;
    for (int i = 0; i < ROWS; i++) {
        const board_row *row = &shared[i];
        int32_t process = atomic_load(&row->process);
        if (process == 0 || !row->client[0] || shared_is_gone(process)) continue;
        if (!has_begun)
            ap_rputs("<hr /><h2>Swift protocols: what threads for quick clients did last</h2>\n<table border=\"0\">"
                     "<tr><th>PID</th><th>Client</th><th>Protocol</th><th>VHost</th><th>Request</th></tr>\n",
                     r);
        has_begun = 1;
        ap_rprintf(r, "<tr><td>%d</td><td>%s</td><td nowrap>%s</td><td nowrap>%s</td><td nowrap>%s</td></tr>\n", process,
                   cell(r->pool, row->client, sizeof row->client), cell(r->pool, row->protocol, sizeof row->protocol),
                   cell(r->pool, row->host, sizeof row->host), cell(r->pool, row->text, sizeof row->text));
    }
    if (has_begun) ap_rputs("</table>\n", r);
    return OK;
}

void modswift_board_make(void) {
    APR_OPTIONAL_HOOK(ap, status_hook, add_table, NULL, NULL, APR_HOOK_MIDDLE);
    // As long as the server's parent lives, whatever is restarted meanwhile.
    if (!shared) shared = shared_make(ROWS * sizeof(board_row));
}
