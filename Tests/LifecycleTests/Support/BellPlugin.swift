// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting

/// A protocol in C, past the toolkit, that does in the middle of a call what other threads do by chance: it wakes its own
/// connection after it has looked whether it was woken. Each command is a letter.
///
/// | command | what it does | answer |
/// |---|---|---|
/// | `x` | nothing | `x` |
/// | `w` | wakes the connection when all else is done, as a push would that comes just then | `A` when it is attended to |
/// | `h` | the same; to attend to it takes 300 ms | `A` |
/// | `l` | the same; to attend to it takes 8 s | `A` |
/// | `r` | tells how often the MPM ran the connection, and how often a reactor served it | `2 1` and a line feed |
enum BellPlugin {
    static func bytes() throws -> [UInt8] { try Plugins.tinyPlugin(named: "Bell", seesHTTPD: true, source) }

    static func configuration(_ more: String = "") throws -> HTTPDConfiguration {
        let directives = """
            \(Plugins.module)SwiftPlugin "@ROOT@/libBell.so"
            Listen 127.0.0.1:@PORT2@ bell
            \(more)

            """
        return HTTPDConfiguration(mpm: .event, directives: directives, files: ["libBell.so": try bytes()])
    }

    private static let source = """
        #include <apache2/httpd.h>
        #include <apache2/http_core.h>
        #include <apr_portable.h>
        #include <stdio.h>
        #include <string.h>
        #include <sys/socket.h>
        #include <unistd.h>

        static const swift_httpd_host_services *host;

        typedef struct session {
            int runs, serves, milliseconds;
            uint64_t number;
            void *link;
        } session;

        static int descriptor(conn_rec *c) {
            apr_os_sock_t fd = -1;
            apr_os_sock_get(&fd, ap_get_conn_socket(c));
            return fd;
        }

        static void say(conn_rec *c, const char *text) {
            (void)!send(descriptor(c), text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL);
        }

        // What it was sent; 0 if nothing, -1 at the end. The letters that wake are left to the caller.
        static int take(conn_rec *c, session *s) {
            char letter, text[32];
            ssize_t count = recv(descriptor(c), &letter, 1, MSG_DONTWAIT);
            if (count == 0) return -1;
            if (count < 0) return 0;
            if (letter == 'x') say(c, "x");
            if (letter == 'h') s->milliseconds = 300;
            if (letter == 'l') s->milliseconds = 8000;
            if (letter == 'r') {
                snprintf(text, sizeof text, "%d %d\\n", s->runs, s->serves);
                say(c, text);
            }
            return letter;
        }

        static int wakes(int letter) { return letter == 'w' || letter == 'h' || letter == 'l'; }

        static int begin(void *instance, void *connection, void **made) {
            conn_rec *c = connection;
            session *s = apr_pcalloc(c->pool, sizeof *s);
            s->link = host->link(c, &s->number);
            *made = s;
            return s->link != NULL;
        }

        static int run(void *instance, void *connection, void **made) {
            conn_rec *c = connection;
            session *s = *made;
            s->runs++;
            int letter = take(c, s);
            if (letter < 0) {
                c->keepalive = AP_CONN_CLOSE;
                c->cs->state = CONN_STATE_LINGER;
                return OK;
            }
            c->keepalive = AP_CONN_KEEPALIVE;
            c->cs->state = CONN_STATE_ASYNC_WAITIO;
            c->cs->sense = CONN_SENSE_WANT_READ;
            host->park(s->link, SWIFT_HTTPD_WAIT_READ);
            if (wakes(letter)) host->wake(s->number);
            return OK;
        }

        static uint32_t serve(void *instance, void *connection, void *known) {
            session *s = known;
            s->serves++;
            int letter = take(connection, s);
            if (letter < 0) return SWIFT_HTTPD_RUN;
            if (wakes(letter)) host->wake(s->number);
            return SWIFT_HTTPD_SERVED + SWIFT_HTTPD_WAIT_READ;
        }

        static uint32_t attend(void *instance, void *connection, void *known) {
            session *s = known;
            usleep(s->milliseconds * 1000);
            s->milliseconds = 0;
            say(connection, "A");
            return SWIFT_HTTPD_ATTENDED;
        }

        static void end(void *instance, void *connection, void *known) {}
        static int64_t setting(void *instance, uint32_t which) { return 0; }
        static const char *configure(void *context, void *pool, const char *name, const swift_httpd_option *options,
                                     uint64_t count, void **instance) {
            return NULL;
        }

        static const swift_httpd_registration offers[] = {{SWIFT_HTTPD_PROTOCOL, 0, "Bell", "bell"}};
        static swift_httpd_plugin_table table = {
            .abi = SWIFT_HTTPD_PLUGIN_ABI, .size = sizeof table, .name = "Bell", .count = 1, .registrations = offers,
            .configure = configure, .connection = run, .attend = attend, .end = end, .setting = setting,
            .begin = begin, .serve = serve,
        };

        swift_httpd_table_reference swift_httpd_plugin_Bell(swift_httpd_host_reference reference) {
            host = (const swift_httpd_host_services *)(uintptr_t)reference.token;
            return (swift_httpd_table_reference){(uint64_t)(uintptr_t)&table};
        }
        """
}
