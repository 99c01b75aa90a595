# SPDX-License-Identifier: Apache-2.0
"""A server that is wrong: passes everything to another one, and alters what comes back. Shows that the programs that
compare two servers find what is wrong with one of them."""
import re
import socket
import socketserver
import threading


class Passing(socketserver.BaseRequestHandler):
    def handle(self):
        upstream = socket.create_connection(("127.0.0.1", self.server.upstream))
        threading.Thread(target=self.pass_on, args=(self.request, upstream, lambda data: data), daemon=True).start()
        self.pass_on(upstream, self.request, self.server.change)

    @staticmethod
    def pass_on(source, target, change):
        try:
            while data := source.recv(1 << 16):
                target.sendall(change(data))
            target.shutdown(socket.SHUT_WR)
        except OSError:
            source.close()


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 100


def start(port, old, new):
    """Starts one before the server on a port, and returns its own port.

    The old is a regular expression for bytes of the replies, the new one the template of what takes their place."""
    server = Server(("127.0.0.1", 0), Passing)
    server.upstream = port
    pattern = re.compile(old.encode(), re.S)
    server.change = lambda data: pattern.sub(new.encode(), data)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]
