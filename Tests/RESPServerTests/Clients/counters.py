#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes for a while, and checks that no write is lost that was acknowledged, whatever the server does meanwhile.

    counters.py PORT SECONDS [--writers N] [--depth N] [--forgetful]

Each writer counts with INCR, and sets one key after the other, some of them in one piece. When the server closes, it
has to do so between two commands: no reply may be cut, and no command may have been carried out without a reply. So
the counter is always the number of its replies. With --forgetful the server may lose everything when it closes (a
store of the child's own), and only the replies are looked at. Exits with 1 if something was wrong; prints what was
done.
"""
import argparse
import sys
import threading
import time

from resp import Closed, Connection, Malformed, TooLate, encode

RING = 50


class Writer(threading.Thread):
    def __init__(self, options, number):
        super().__init__(daemon=True)
        self.options, self.number = options, number
        self.counter = b"counter:%d" % number
        self.count = 0  # replies to INCR
        self.replies = 0
        self.sent = 0  # what the next SET has to set
        self.stored = {}  # acknowledged values
        self.closes = 0
        self.connections = 0
        self.problems = []

    def run(self):
        deadline = time.monotonic() + self.options.seconds
        while time.monotonic() < deadline and len(self.problems) < 5:
            try:
                with Connection(self.options.port, timeout=30) as connection:
                    self.connections += 1
                    self.look(connection)
                    self.write(connection, deadline)
            except Closed as closed:
                self.closes += 1
                if closed.rest:
                    self.problems.append(f"closed inside a reply: {closed.rest[:100]!r}")
            except (OSError, TooLate, Malformed) as error:
                self.problems.append(f"{type(error).__name__}: {error}")

    def look(self, connection):
        """Whether the counter is what was acknowledged: a new connection's first command."""
        reply = connection.ask("GET", self.counter)
        if self.options.forgetful:
            self.count = int(reply.value or 0)
            self.stored = {}
        elif reply.value != (b"%d" % self.count if self.count else None):
            self.problems.append(f"{self.count} INCR had a reply, and the counter is {reply}")
            self.count = int(reply.value or 0)

    def write(self, connection, deadline):
        while time.monotonic() < deadline:
            batch, expected = b"", []
            for _ in range(self.options.depth):
                self.sent += 1
                key, value = b"key:%d:%d" % (self.number, self.sent % RING), b"%d" % self.sent
                batch += encode("INCR", self.counter) + encode("SET", key, value)
                expected.append((key, value))
                # What is not acknowledged may have either value.
                self.stored.pop(key, None)
            connection.send(batch)
            for key, value in expected:
                reply = connection.reply()
                self.count += 1
                if reply.raw != b":%d\r\n" % self.count:
                    self.problems.append(f"INCR number {self.count} answers {reply}")
                    return
                reply = connection.reply()
                if reply.raw != b"+OK\r\n":
                    self.problems.append(f"SET answers {reply}")
                    return
                self.stored[key] = value
                self.replies += 2

    def check(self, connection):
        """At the end: everything that was acknowledged is there."""
        if self.options.forgetful:
            return
        self.look(connection)
        for key, value in self.stored.items():
            reply = connection.ask("GET", key)
            if reply.value != value:
                self.problems.append(f"{key} was set to {value}, and is {reply}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("port", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("--writers", type=int, default=6)
    parser.add_argument("--depth", type=int, default=4)
    parser.add_argument("--forgetful", action="store_true")
    options = parser.parse_args()
    with Connection(options.port) as connection:
        connection.ask("FLUSHDB")
    writers = [Writer(options, number) for number in range(options.writers)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(options.seconds + 60)
    with Connection(options.port) as connection:
        for writer in writers:
            writer.check(connection)
    problems = [f"writer {writer.number}: {problem}" for writer in writers for problem in writer.problems]
    problems += [f"writer {writer.number} does not end" for writer in writers if writer.is_alive()]
    for problem in problems[:20]:
        print(f"=== {problem}")
    print(f"acknowledged {sum(writer.replies for writer in writers)}, connections "
          f"{sum(writer.connections for writer in writers)}, closes {sum(writer.closes for writer in writers)}, "
          f"problems {len(problems)}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
