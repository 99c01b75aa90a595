// SPDX-License-Identifier: Apache-2.0
//
// The page of `SetHandler swift-status`: what tally.c and counters.c counted. `?auto` is the same for programs.
#include "counters.h"
#include "tally.h"

#define COLUMNS 9

static const struct column {
    const char *title;
    const char *key;
    const char *meaning;
} columns[COLUMNS] = {
    {"open", "Open", "connections that are open now"},
    {"waiting", "Waiting", "of those, the ones that wait without a thread"},
    {"accepted", "Accepted", "connections that the protocol took"},
    {"refused", "Refused", "connections that it did not get: too many, no PROXY header, no TLS, or not wanted"},
    {"timed out", "TimedOut", "connections that a deadline ended"},
    {"frames", "Frames", "frames that came from clients"},
    {"bytes in", "BytesIn", "bytes that came from clients, without TLS"},
    {"bytes out", "BytesOut", "bytes that went to clients, without TLS"},
    {NULL, NULL, NULL},
};

static uint64_t value(const tally_reading *reading, int column) {
    switch (column) {
    case 0: return reading->open;
    case 1: return reading->waiting;
    case 2: return reading->sums[TALLY_ACCEPTED];
    case 3: return reading->sums[TALLY_REFUSED];
    case 4: return reading->sums[TALLY_TIMED_OUT];
    case 5: return reading->sums[TALLY_FRAMES];
    case 6: return reading->sums[TALLY_BYTES_IN];
    default: return reading->sums[TALLY_BYTES_OUT];
    }
}

// Whether anybody can reach the protocol there. One that a plugin offers for a token is in nobody's way until it is used.
static int is_reachable(const tally_reading *reading) {
    if (!reading->is_present) return 0;
    if (strncmp(reading->place, "Listen ", 7) != 0) return 1;
    for (const ap_listen_rec *l = ap_listeners; l; l = l->next)
        if (l->protocol && strcmp(l->protocol, reading->place + 7) == 0) return 1;
    return 0;
}

static int is_shown(const tally_reading *reading) {
    if (is_reachable(reading)) return 1;
    uint64_t all = reading->open;
    for (int sum = 0; sum < TALLY_SUMS; sum++) all |= reading->sums[sum];
    return all != 0;
}

static void print_number(request_rec *r, uint64_t number) { ap_rprintf(r, "%" APR_UINT64_T_FMT, (apr_uint64_t)number); }

// --- For programs ----------------------------------------------------------------------------------

// A phase's name for people, in the order of SWIFT_HTTPD_PHASE_*.
static const char *const phases[] = {"", "access", "fixup", "handler", "log", "response header"};
#define PHASES (int)(sizeof phases / sizeof *phases)

static int print_every_auto(request_rec *r) {
    int count = 0;
    for (int phase = 1; phase < PHASES; phase++) {
        const apr_array_header_t *list = modswift_every((unsigned int)phase);
        for (int i = 0; list && i < list->nelts; i++, count++) {
            const modswift_binding *b = &APR_ARRAY_IDX(list, i, modswift_binding);
            ap_rprintf(r, "SwiftEveryRequest[%d]Plugin: %s\nSwiftEveryRequest[%d]Name: %s\n", count, b->table->name,
                       count, b->registration->name);
            ap_rprintf(r, "SwiftEveryRequest[%d]Phase: %s\n", count, phases[phase]);
        }
    }
    return count;
}

static void print_auto(request_rec *r) {
    tally_reading reading;
    int count = 0;
    for (int row = 0; row < TALLY_ROWS; row++) {
        if (!tally_read(row, &reading) || !is_shown(&reading)) continue;
        ap_rprintf(r, "SwiftProtocol[%d]Name: %s\n", count, reading.name);
        ap_rprintf(r, "SwiftProtocol[%d]Place: %s\n", count, reading.place);
        for (int i = 0; columns[i].key; i++) {
            ap_rprintf(r, "SwiftProtocol[%d]%s: ", count, columns[i].key);
            print_number(r, value(&reading, i));
            ap_rputs("\n", r);
        }
        count++;
    }
    ap_rprintf(r, "SwiftProtocols: %d\n", count);
    ap_rprintf(r, "SwiftEveryRequests: %d\n", print_every_auto(r));
    counter_reading counter;
    count = 0;
    for (int i = 0; i < COUNTERS; i++) {
        if (!counter_read(i, &counter)) continue;
        ap_rprintf(r, "SwiftCounter[%d]Plugin: %s\nSwiftCounter[%d]Name: %s\nSwiftCounter[%d]Count: ", count,
                   counter.plugin, count, counter.name, count);
        print_number(r, counter.count);
        ap_rputs("\n", r);
        count++;
    }
    ap_rprintf(r, "SwiftCounters: %d\n", count);
}

// --- For people ------------------------------------------------------------------------------------

static void print_row(request_rec *r, const tally_reading *reading) {
    ap_rvputs(r, "<tr><td>", ap_escape_html(r->pool, reading->name), "</td><td>",
              ap_escape_html(r->pool, reading->place), reading->is_present ? "" : " (earlier)", "</td>", NULL);
    for (int i = 0; columns[i].title; i++) {
        ap_rputs("<td align=\"right\">", r);
        print_number(r, value(reading, i));
        ap_rputs("</td>", r);
    }
    ap_rputs("</tr>\n", r);
}

static void print_counters(request_rec *r) {
    counter_reading counter;
    int count = 0;
    for (int i = 0; i < COUNTERS; i++) {
        if (!counter_read(i, &counter)) continue;
        if (count++ == 0)
            ap_rputs("<h2>Counters of plugins</h2>\n<table border=\"1\" cellpadding=\"4\">\n"
                     "<tr><th>plugin</th><th>counter</th><th>count</th></tr>\n",
                     r);
        ap_rvputs(r, "<tr><td>", ap_escape_html(r->pool, counter.plugin), "</td><td>",
                  ap_escape_html(r->pool, counter.name), "</td><td align=\"right\">", NULL);
        print_number(r, counter.count);
        ap_rputs("</td></tr>\n", r);
    }
    if (count > 0) ap_rputs("</table>\n", r);
}

static void print_every(request_rec *r) {
    int count = 0;
    for (int phase = 1; phase < PHASES; phase++) {
        const apr_array_header_t *list = modswift_every((unsigned int)phase);
        for (int i = 0; list && i < list->nelts; i++) {
            const modswift_binding *b = &APR_ARRAY_IDX(list, i, modswift_binding);
            if (count++ == 0)
                ap_rputs("<h2>Handlers of every request</h2>\n<table border=\"1\" cellpadding=\"4\">\n"
                         "<tr><th>plugin</th><th>handler</th><th>phase</th></tr>\n",
                         r);
            ap_rvputs(r, "<tr><td>", ap_escape_html(r->pool, b->table->name), "</td><td>",
                      ap_escape_html(r->pool, b->registration->name), "</td><td>", phases[phase], "</td></tr>\n", NULL);
        }
    }
    if (count > 0) ap_rputs("</table>\n", r);
}

static void print_page(request_rec *r) {
    tally_reading reading;
    int count = 0;
    ap_rputs(DOCTYPE_HTML_4_01 "<html><head>\n<title>Swift Status</title>\n</head><body>\n", r);
    ap_rvputs(r, "<h1>Swift protocols of ", ap_escape_html(r->pool, ap_get_server_name(r)), "</h1>\n", NULL);
    ap_rputs("<table border=\"1\" cellpadding=\"4\">\n<tr><th>protocol</th><th>where</th>", r);
    for (int i = 0; columns[i].title; i++) ap_rvputs(r, "<th>", columns[i].title, "</th>", NULL);
    ap_rputs("</tr>\n", r);
    for (int row = 0; row < TALLY_ROWS; row++) {
        if (!tally_read(row, &reading) || !is_shown(&reading)) continue;
        print_row(r, &reading);
        count++;
    }
    ap_rputs("</table>\n", r);
    if (count == 0) ap_rputs("<p>No protocol is bound.</p>\n", r);
    ap_rputs("<dl>\n", r);
    for (int i = 0; columns[i].title; i++)
        ap_rvputs(r, "<dt>", columns[i].title, "</dt><dd>", columns[i].meaning, "</dd>\n", NULL);
    ap_rputs("</dl>\n", r);
    print_counters(r);
    print_every(r);
    ap_rputs("<p>In all children together, since the server was started.</p>\n", r);
    ap_rputs(ap_psignature("<hr>\n", r), r);
    ap_rputs("</body></html>\n", r);
}

// Whether the query has a word, between ampersands.
static int has_word(const char *query, const char *word) {
    size_t length = strlen(word);
    for (const char *part = query; part; part = strchr(part, '&')) {
        if (*part == '&') part++;
        if (strncmp(part, word, length) == 0 && strchr("&=", part[length])) return 1;
    }
    return 0;
}

int modswift_status_handler(request_rec *r) {
    ap_allow_standard_methods(r, REPLACE_ALLOW, M_GET, -1);
    if (r->method_number != M_GET) return HTTP_METHOD_NOT_ALLOWED;
    int is_auto = has_word(r->args, "auto");
    ap_set_content_type(r, is_auto ? "text/plain; charset=ISO-8859-1" : "text/html; charset=ISO-8859-1");
    apr_table_setn(r->headers_out, "Cache-Control", "no-store");
    if (r->header_only) return OK;
    if (is_auto)
        print_auto(r);
    else
        print_page(r);
    return OK;
}
