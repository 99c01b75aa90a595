#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Clients that are many or ill-mannered, with ordinary ones beside them.

    crowd.py PORT idle COUNT [--seconds N]
    crowd.py PORT flood COUNT             so many pipelined commands in one piece, whose replies are read
    crowd.py PORT stuffed COUNT           the same, and no reply is read before everything is sent, or nothing goes out
    crowd.py PORT mute COUNT              so many replies of 10 KB asked for, and none read for a while
    crowd.py PORT half COUNT              so many connections that send half a command of 1 MB each

--pids A,B,… are the processes that serve; with --growth KILOBYTES their peak of memory may grow by so much in all, and
the ordinary clients' slowest reply may take --slowest SECONDS. Prints what was found, exits with 1 if it is too much.
"""
import argparse
import resource
import select
import socket
import sys
import threading
import time

from resp import Connection, Closed, TooLate, encode


class Memory:
    """The peak of the processes' resident memory, from now on."""

    def __init__(self, pids):
        self.pids = pids
        for pid in pids:
            try:
                with open(f"/proc/{pid}/clear_refs", "w", encoding="ascii") as file:
                    file.write("5")  # the peak begins anew
            except OSError:
                pass
        self.before = self.peak()

    def peak(self):
        total = 0
        for pid in self.pids:
            with open(f"/proc/{pid}/status", encoding="utf-8") as file:
                total += next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
        return total

    def growth(self):
        return self.peak() - self.before


class Ordinary(threading.Thread):
    """A client that asks for something every few milliseconds, and remembers the slowest reply."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.count, self.slowest, self.problem, self.stopped = port, 0, 0.0, None, False

    def run(self):
        try:
            with Connection(self.port, timeout=30) as connection:
                while not self.stopped:
                    start = time.monotonic()
                    value = b"%d" % self.count
                    if connection.ask("SET", "ordinary", value).raw != b"+OK\r\n":
                        self.problem = "SET fails"
                    if connection.ask("GET", "ordinary").value is None:
                        self.problem = "GET finds nothing"
                    self.slowest = max(self.slowest, time.monotonic() - start)
                    self.count += 1
                    time.sleep(0.005)
        except (OSError, Closed, TooLate) as error:
            self.problem = repr(error)


def idle(options):
    """Connections that say nothing after their first command; at the end all of them still answer."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    connections = []
    for _ in range(options.count):
        connection = Connection(options.port, timeout=30)
        if connection.ask("PING").raw != b"+PONG\r\n":
            return "a connection does not answer"
        connections.append(connection)
    print(f"{len(connections)} connections are open", flush=True)
    time.sleep(options.seconds)
    start = time.monotonic()
    for connection in connections:
        connection.send(encode("PING"))
    for connection in connections:
        if connection.reply().raw != b"+PONG\r\n":
            return "an idle connection does not answer"
    print(f"all answer within {time.monotonic() - start:.2f} s")
    return None


def flood(options):
    """Every command gets its reply, in order: each tenth is numbered."""
    connection = Connection(options.port, timeout=60)
    data = b"".join(encode("ECHO", number) if number % 10 == 0 else b"*1\r\n$4\r\nPING\r\n" for number in range(options.count))
    expected = b"".join(
        b"$%d\r\n%d\r\n" % (len(str(number)), number) if number % 10 == 0 else b"+PONG\r\n" for number in range(options.count))
    sender = threading.Thread(target=connection.send, args=(data,), daemon=True)
    sender.start()
    received = bytearray()
    while len(received) < len(expected):
        readable, _, _ = select.select([connection.socket], [], [], 60)
        part = connection.socket.recv(1 << 20) if readable else b""
        if not part:
            break
        received += part
    sender.join(10)
    return None if received == expected else f"{len(received)} of {len(expected)} bytes came, or other ones"


def stuffed(options):
    """Sends until the server takes no more, waits, and then reads what there is."""
    connection = socket.create_connection(("127.0.0.1", options.port), timeout=2)
    data = b"*1\r\n$4\r\nPING\r\n" * options.count
    sent = 0
    connection.setblocking(False)
    while sent < len(data):
        _, writable, _ = select.select([], [connection], [], 1.5)
        if not writable:
            break
        sent += connection.send(data[sent:sent + (1 << 20)])
    print(f"{sent} of {len(data)} bytes were taken")
    time.sleep(options.seconds)
    whole, received = sent // 14, 0
    while received < whole * 7:
        readable, _, _ = select.select([connection], [], [], 30)
        part = connection.recv(1 << 20) if readable else b""
        if not part:
            # A server that has a deadline for writing may have closed.
            print("the server closed")
            break
        received += len(part)
    connection.close()
    return None


def mute(options):
    """Asks for much, reads nothing; the server may close, but must not hold it all."""
    with Connection(options.port) as setter:
        setter.ask("SET", "big", b"x" * 10_000)
    connections = []
    for _ in range(4):
        connection = socket.create_connection(("127.0.0.1", options.port), timeout=2)
        connection.setblocking(False)
        data, sent = encode("GET", "big") * options.count, 0
        while sent < len(data):
            _, writable, _ = select.select([], [connection], [], 0.5)
            if not writable:
                break
            try:
                sent += connection.send(data[sent:sent + (1 << 18)])
            except OSError:
                break
        connections.append(connection)
    time.sleep(options.seconds)
    for connection in connections:
        connection.close()
    return None


def half(options):
    """Commands that never come to their end."""
    connections = []
    for _ in range(options.count):
        connection = socket.create_connection(("127.0.0.1", options.port), timeout=5)
        connection.sendall(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1000000\r\n" + b"x" * 1_000)
        connections.append(connection)
    time.sleep(options.seconds)
    for connection in connections:
        connection.close()
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("port", type=int)
    parser.add_argument("kind", choices=["idle", "flood", "stuffed", "mute", "half"])
    parser.add_argument("count", type=int)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--pids", default="")
    parser.add_argument("--growth", type=int)
    parser.add_argument("--slowest", type=float, default=2)
    options = parser.parse_args()
    memory = Memory([int(word) for word in options.pids.split(",") if word])
    ordinary = [Ordinary(options.port) for _ in range(2)]
    for client in ordinary:
        client.start()
    problem = globals()[options.kind](options)
    for client in ordinary:
        client.stopped = True
        client.join(30)
    problems = [problem] if problem else []
    problems += [f"an ordinary client: {client.problem}" for client in ordinary if client.problem]
    problems += ["an ordinary client hangs" for client in ordinary if client.is_alive()]
    slowest = max(client.slowest for client in ordinary)
    if slowest > options.slowest:
        problems.append(f"an ordinary client waited {slowest:.2f} s")
    growth = memory.growth()
    if options.growth is not None and growth > options.growth:
        problems.append(f"the peak of memory grew by {growth} kB, more than {options.growth}")
    for text in problems:
        print(f"=== {text}")
    print(f"{options.kind} {options.count}: the peak of memory grew by {growth} kB; ordinary clients asked "
          f"{2 * sum(client.count for client in ordinary)} times and waited {1000 * slowest:.0f} ms at most; "
          f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
