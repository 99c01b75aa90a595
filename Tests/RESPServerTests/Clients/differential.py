#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sends the same generated commands to a Redis server and to this one, and compares every reply.

    differential.py REDIS_PORT OUR_PORT SEED COUNT [--resp3] [--store memory|socache] [--known FILE] [--reference]
                    [--random-only] [--alter OLD NEW]

Exits with 1, after the first differences with what was sent before them, if there are any. Redis should run with
`--proto-max-bulk-len 1mb`, which are this server's own limits. With --reference the second server is a
Redis server too, and is spared what only this one refuses.
"""
import argparse
import random
import sys
import time
from collections import deque

import altering_proxy
from compare import Known, agree
from generate import ARITY, Generator
from resp import Closed, Connection, Malformed, Reply, TooLate, encode, encode_inline, printable

MARKER = b"--mark-"
MANY = {b"SUBSCRIBE", b"UNSUBSCRIBE", b"PSUBSCRIBE", b"PUNSUBSCRIBE"}
# Redis knows these, this server does not: they are compared with the answer to a name that neither knows.
REDIS_ONLY = [[b"LPUSH", b"k", b"v"], [b"HSET", b"k", b"f", b"it's"], [b"zadd", b"k", b"1", b"m"], [b"EVAL", b"return 1", b"0"],
              [b"XADD"], [b"Multi"], [b"DEBUG", b"SLEEP", b"0"], [b"SADD", b"k", b"\r\n"], [b"SHUTDOWN"], [b"SAVE"],
              [b"REPLICAOF", b"no", b"one"], [b"MODULE", b"LOAD", b"/x"], [b"SLOWLOG", b"GET"]]


class Difference(Exception):
    def __init__(self, what, batch=()):
        super().__init__(what)
        self.batch = batch


def in_order(replies):
    """What UNSUBSCRIBE without names answers, the names in order; the counts stay where they are."""
    if not all(len(reply.items) == 3 for reply in replies):
        return replies
    names = sorted(reply.items[1].raw for reply in replies)
    raws = [reply.raw.replace(reply.items[1].raw, name, 1) for reply, name in zip(replies, names)]
    return [Reply(raw, reply.kind, reply.value) for raw, reply in zip(raws, replies)]


def sequence(messages):
    """The messages of one PUBLISH: for the channel, and then for patterns in any order."""
    return [message.items[0].raw for message in messages], sorted(message.raw for message in messages)


class Side:
    """One connection to one of the servers: its replies, and apart from them the messages of its subscriptions."""

    def __init__(self, port):
        self.port = port
        self.connection = Connection(port)
        self.messages = deque()

    def reply(self, timeout=None):
        """The next reply that is no message of a subscription."""
        while True:
            reply = self.connection.reply(timeout)
            if reply.kind in (b"*", b">") and reply.items and reply.items[0].value in (b"message", b"pmessage"):
                self.messages.append(reply)
            else:
                return reply

    def until(self, mark):
        """All replies before the one that has the mark; the second value tells whether the server closed instead."""
        replies = []
        while True:
            try:
                reply = self.reply()
            except Closed as closed:
                if closed.rest:
                    raise Difference(f"port {self.port} closed inside a reply: {closed.rest[:200]!r}") from None
                return replies, True
            if mark in reply.raw and len(reply.raw) < 200:
                return replies, False
            replies.append(reply)


class Session:
    """A pair of connections that are sent the same."""

    def __init__(self, ports):
        self.ports = ports
        self.history = deque(maxlen=400)
        self.open()

    def open(self):
        self.sides = [Side(port) for port in self.ports]
        self.subscribed = False
        self.history.append("(a new connection)")

    def close(self):
        for side in self.sides:
            side.connection.close()

    def send(self, data):
        for side in self.sides:
            side.connection.send(data)


class Run:
    def __init__(self, options):
        self.options = options
        self.random = random.Random(options.seed)
        self.generator = Generator(self.random, 2_000 if options.store == "socache" else 20_000)
        self.known = Known(options.known, options.store)
        self.ports = [options.redis_port, options.our_port]
        if options.alter:
            self.ports[1] = altering_proxy.start(options.our_port, *options.alter)
        self.sessions = []
        self.differences = 0
        self.commands = 0
        self.marks = 0
        self.names = {}

    # What goes to both

    def start(self):
        """New connections, and empty stores."""
        for session in self.sessions:
            session.close()
        self.sessions = [Session(self.ports) for _ in range(3)]
        for session in self.sessions:
            if self.options.resp3:
                self.exchange(session, [[b"HELLO", b"3"]])
        self.exchange(self.sessions[0], [[b"FLUSHDB"]])

    def mark(self):
        self.marks += 1
        return b"%s%d-" % (MARKER, self.marks)

    def exchange(self, session, batch, split=False):
        """Sends a batch in one piece (or cut anywhere), and compares what comes back. False if both closed."""
        data, plan = bytearray(), []
        for arguments in batch:
            inline = self.random.random() < 0.15 and sum(map(len, arguments)) < 8_000
            session.history.append(("inline " if inline else "") + printable(arguments))
            data += encode_inline(*arguments) if inline else encode(*arguments)
            mark = None
            if arguments[0].upper() in MANY:
                mark = self.mark()
                data += encode("PING", mark)
            plan.append((arguments, mark))
            name = arguments[0].upper()
            self.names[name] = self.names.get(name, 0) + 1
        last = self.mark()
        data += encode("PING", last)
        self.commands += len(batch)
        if split:
            cut = self.random.randrange(len(data))
            session.send(bytes(data[:cut]))
            time.sleep(0.002)
            session.send(bytes(data[cut:]))
        else:
            session.send(bytes(data))
        closed = False
        position = 0
        while position < len(plan) and not closed:
            # Up to the next mark there is one reply for each command.
            stop = next((index + 1 for index in range(position, len(plan)) if plan[index][1]), len(plan))
            mark = plan[stop - 1][1] or last
            results = [side.until(mark) for side in session.sides]
            (reference, closed), (ours, ours_closed) = results
            self.judge(session, [arguments for arguments, _ in plan[position:stop]], reference, ours)
            if closed != ours_closed:
                raise Difference(f"Redis {'closed' if closed else 'went on'}, and this server did not do so", batch)
            position = stop
        if not closed and plan and plan[-1][1]:
            for side in session.sides:
                side.until(last)
        return not closed

    def judge(self, session, commands, reference, ours):
        for index, arguments in enumerate(commands):
            many = arguments[0].upper() in MANY
            left = reference[index:] if many else reference[index:index + 1]
            right = ours[index:] if many else ours[index:index + 1]
            if many and len(arguments) == 1:
                # From everything: in which order is each server's own matter.
                left, right = in_order(left), in_order(right)
            for one, other in zip(left, right):
                if agree(arguments, one, other) or self.known.covers(arguments, other):
                    continue
                raise Difference(f"{printable(arguments)}\n    Redis: {one}\n    ours:  {other}", commands)
            if len(left) != len(right):
                raise Difference(
                    f"{printable(arguments)}\n    Redis: {len(left)} replies {left[:5]}\n"
                    f"    ours:  {len(right)} replies {right[:5]}", commands)
            if many and right and right[-1].items:
                session.subscribed = right[-1].items[-1].value not in (0, None)
            if arguments[0].upper() == b"RESET" and right and right[0].raw == b"+RESET\r\n":
                session.subscribed = False

    def compare_messages(self):
        """What was published has to be with everybody by now, in the same order."""
        for session in self.sessions:
            mark = self.mark()
            session.send(encode("PING", mark))
            for side in session.sides:
                side.until(mark)
            reference, ours = (side.messages for side in session.sides)
            deadline = time.monotonic() + 3
            while len(ours) < len(reference) and time.monotonic() < deadline:
                # Other children's messages come in their own time.
                mark = self.mark()
                session.sides[1].connection.send(encode("PING", mark))
                session.sides[1].until(mark)
                time.sleep(0.01)
            if sequence(reference) != sequence(ours):
                raise Difference(f"messages\n    Redis: {list(reference)[:6]}\n    ours:  {list(ours)[:6]}")
            reference.clear()
            ours.clear()

    # Commands at random

    def step(self):
        session = self.random.choice(self.sessions)
        size = self.random.choice([1, 1, 1, 2, 5, 20, 60])
        batch = [self.generator.command() for _ in range(size)]
        if session.subscribed and self.random.random() < 0.3:
            batch.insert(0, self.random.choice([[b"RESET"], [b"UNSUBSCRIBE"], [b"punsubscribe"]]))
        publishes = self.random.random() < 0.12
        if publishes:
            batch.append(self.generator.publish())
        elif self.random.random() < 0.02:
            batch.append([self.generator.cased("QUIT")] + self.random.choice([[], [], [b"now"]]))
        if not self.exchange(session, batch, split=self.random.random() < 0.1):
            session.close()
            session.open()
        if publishes:
            self.compare_messages()

    def scan(self, connection, arguments):
        """All that a whole iteration returns."""
        found, cursor = set(), b"0"
        for _ in range(100_000):
            reply = connection.ask("SCAN", cursor, *arguments)
            if reply.is_error or len(reply.items) != 2:
                return reply.raw
            cursor = reply.items[0].value
            found |= {item.value for item in reply.items[1].items}
            if cursor == b"0":
                return found
        return b"the iteration does not end"

    def compare_stores(self):
        """Whole iterations with all options, and every key's value, type and time to live."""
        with Connection(self.ports[0]) as reference, Connection(self.ports[1]) as ours:
            for arguments in [
                    (), ("COUNT", "1"), ("COUNT", "1000"), ("match", "user:*"), ("MATCH", "*e*", "COUNT", "3"),
                    ("TYPE", "string"), ("type", "list"), ("TYPE", "nosuch"), ("COUNT", "5", "MATCH", "[a-m]*", "TYPE", "STRING"),
            ]:
                left, right = self.scan(reference, arguments), self.scan(ours, arguments)
                self.commands += 1
                if left != right:
                    raise Difference(f"SCAN 0 {' '.join(arguments)}\n    Redis: {left}\n    ours:  {right}")
            keys = sorted(self.scan(reference, ()))
            size = ours.ask("DBSIZE").value
            # A shared cache may count what has expired as long as nobody looks for it.
            if size != len(keys) and (self.options.store == "memory" or size < len(keys)):
                raise Difference(f"DBSIZE is {size} with {len(keys)} keys")
            for key in keys:
                for command in ([b"GET", key], [b"PTTL", key], [b"TYPE", key], [b"STRLEN", key], [b"EXISTS", key]):
                    one, other = reference.ask(*command), ours.ask(*command)
                    self.commands += 1
                    if not agree(command, one, other):
                        raise Difference(f"{printable(command)}\n    Redis: {one}\n    ours:  {other}")

    # Scenes that chance would hardly make

    def expiry(self):
        """Keys that end: by every way to give them a time, seen by every way to look."""
        session = self.sessions[0]
        soon = int(time.time() * 1000) + 150
        ways = [
            [[b"SET", b"e0", b"v", b"PX", b"150"]], [[b"SET", b"e1", b"v", b"PXAT", b"%d" % soon]],
            [[b"PSETEX", b"e2", b"150", b"v"]], [[b"SET", b"e3", b"v"], [b"PEXPIRE", b"e3", b"150"]],
            [[b"SET", b"e4", b"v"], [b"GETEX", b"e4", b"PX", b"150"]],
            [[b"SET", b"e5", b"5"], [b"PEXPIRE", b"e5", b"150"], [b"INCR", b"e5"], [b"APPEND", b"e5", b"0"]],
            [[b"SET", b"e6", b"v", b"PX", b"150"], [b"SET", b"e6", b"w", b"KEEPTTL"]],
            [[b"SET", b"s0", b"v", b"PX", b"150"], [b"SET", b"s0", b"w"]],
            [[b"SET", b"s1", b"v", b"PX", b"150"], [b"PERSIST", b"s1"]],
            [[b"SET", b"s2", b"v", b"PX", b"150"], [b"GETEX", b"s2", b"PERSIST"]],
            [[b"SET", b"s3", b"v", b"PX", b"150"], [b"GETSET", b"s3", b"w"]],
        ]
        self.exchange(session, [[b"FLUSHDB"]] + [command for way in ways for command in way])
        names = [b"e%d" % index for index in range(7)] + [b"s%d" % index for index in range(4)]
        time.sleep(0.6)
        for name in names:
            for command in ([b"GET", name], [b"EXISTS", name], [b"TTL", name], [b"TYPE", name], [b"STRLEN", name],
                            [b"PERSIST", name], [b"EXPIRE", name, b"100", b"XX"], [b"SET", name, b"x", b"XX"]):
                self.exchange(session, [command])
        self.exchange(session, [[b"KEYS", b"*"], [b"MGET"] + names, [b"DEL"] + names])
        self.exchange(session, [[b"SET", b"n", b"41", b"PX", b"100"]])
        time.sleep(0.4)
        self.exchange(session, [[b"INCR", b"n"], [b"TTL", b"n"], [b"GET", b"n"]])
        self.compare_stores()

    def clients(self):
        """CLIENT LIST, KILL and what a killed client sees; MONITOR."""
        results = []
        for port in self.ports:
            with Connection(port) as one, Connection(port) as two, Connection(port) as three:
                seen = []
                two.ask("CLIENT", "SETNAME", "victim")
                number = two.ask("CLIENT", "ID").value
                lines = [line for line in one.ask("CLIENT", "LIST").value.splitlines() if b"name=victim" in line]
                seen.append(("listed", len(lines)))
                fields = dict(part.split(b"=", 1) for part in lines[0].split()) if lines else {}
                seen.append(("id", fields.get(b"id") == b"%d" % number))
                address = b"127.0.0.1:%d" % two.socket.getsockname()[1]
                seen.append(("addr", fields.get(b"addr") == address))
                listed = one.ask("CLIENT", "LIST", "ID", number)
                seen.append(("list of one", listed.kind, len(listed.value.splitlines()) if listed.value else 0))
                for arguments in [("ID", 0), ("ID", "x"), ("ID",), ("nosuch",), ("ID", number), ("ID", number)]:
                    reply = one.ask("CLIENT", "KILL", *arguments)
                    seen.append(("CLIENT KILL", arguments[:1], reply.raw))
                try:
                    seen.append(("the killed", two.reply().raw))
                except Closed as closed:
                    seen.append(("the killed", "closed", closed.rest))
                address = "127.0.0.1:%d" % three.socket.getsockname()[1]
                seen.append(("by address", one.ask("CLIENT", "KILL", address).raw))
                seen.append(("again", one.ask("CLIENT", "KILL", address).raw))
                try:
                    seen.append(("the other", three.reply().raw))
                except Closed as closed:
                    seen.append(("the other", "closed", closed.rest))
                # By its number nobody ends himself, by his address he does.
                seen.append(("oneself", one.ask("CLIENT", "KILL", "ID", one.ask("CLIENT", "ID").value).raw))
                seen.append(("afterwards", one.ask("PING").raw))
                seen.append(("by one's address", one.ask("CLIENT", "KILL", "127.0.0.1:%d" % one.socket.getsockname()[1]).raw))
                try:
                    seen.append(("and then", one.reply().raw))
                except Closed as closed:
                    seen.append(("and then", "closed", closed.rest))
                results.append(seen)
        for one, other in zip(*results):
            if one != other:
                raise Difference(f"clients\n    Redis: {one}\n    ours:  {other}")

    def monitor(self):
        results = []
        for port in self.ports:
            with Connection(port) as watcher, Connection(port) as one:
                seen = [watcher.ask("MONITOR").raw]
                # Other children hear of it in their own time.
                for _ in range(100):
                    one.ask("ECHO", "the beginning")
                    try:
                        watcher.reply(0.05)
                        break
                    except TooLate:
                        pass
                for command in [("SET", "k", "v"), ("get", "k"), ("SET", b"\x00\xff\"\\\r\n\t", "a b"), ("AUTH", "x"),
                                ("GET",), ("NOSUCH", "x"), ("PING",), ("MGET", "a", "", "b")]:
                    one.ask(*command)
                one.ask("ECHO", "the end")
                client = b"127.0.0.1:%d" % one.socket.getsockname()[1]
                while not seen[-1].endswith(b'"the end"\r\n'):
                    line = watcher.reply().raw
                    if line.endswith(b'"the beginning"\r\n'):
                        continue
                    head, _, rest = line.partition(b" [")
                    digits = head[1:].replace(b".", b"")
                    # A time in microseconds, the database, the client.
                    ok = head[:1] == b"+" and digits.isdigit() and b"." in head
                    seen.append((b"" if ok else head) + b"[" + rest.replace(client, b"client"))
                results.append(seen)
        for one, other in zip(*results):
            if one != other:
                raise Difference(f"MONITOR\n    Redis: {one}\n    ours:  {other}")
        if len(results[0]) != len(results[1]):
            raise Difference(f"MONITOR\n    Redis: {results[0]}\n    ours:  {results[1]}")

    def unknown(self):
        """Commands of Redis that are not on the list: the error of an unknown command."""
        if self.options.reference:
            return
        with Connection(self.ports[0]) as reference, Connection(self.ports[1]) as ours:
            for name, *arguments in REDIS_ONLY:
                invented = name[:-1] + b"J"
                left = reference.ask(invented, *arguments).raw.replace(invented, name)
                right = ours.ask(name, *arguments)
                if left != right.raw and not self.known.covers([name] + arguments, right):
                    raise Difference(f"{printable([name] + arguments)}\n    expected: {left}\n    ours:     {right}")

    def command_table(self):
        """COMMAND INFO of every command, and its absence from COMMAND DOCS and COMMAND COUNT's number."""
        with Connection(self.ports[0]) as reference, Connection(self.ports[1]) as ours:
            for name in sorted(ARITY):
                for command in ([b"COMMAND", b"INFO", name.encode()], [b"COMMAND", b"DOCS", name.encode()]):
                    left, right = reference.ask(*command), ours.ask(*command)
                    if not agree(command, left, right) and not self.known.covers(command, right):
                        raise Difference(f"{printable(command)}\n    Redis: {left}\n    ours:  {right}")
            count = ours.ask("COMMAND", "COUNT")
            if count.kind != b":" or count.value < len(ARITY):
                raise Difference(f"COMMAND COUNT is {count}")

    # The whole

    def attempt(self, what, *arguments):
        """Runs a part; what differs is reported, and both servers start afresh."""
        try:
            what(*arguments)
            return
        except Difference as difference:
            report = str(difference)
        except (TooLate, Malformed, Closed, OSError) as error:
            report = f"{type(error).__name__}: {error}"
        self.differences += 1
        print(f"\n=== difference {self.differences}, after {self.commands} commands: {report}")
        for number, session in enumerate(self.sessions):
            lines = list(session.history)[-self.options.history:]
            print(f"  connection {number} was sent before:")
            for line in lines:
                print(f"    {line}")
        try:
            self.start()
        except (Difference, TooLate, Malformed, Closed, OSError) as error:
            print(f"and cannot start afresh: {error}")
            self.differences = self.options.most

    def go(self):
        self.start()
        if not self.options.random_only:
            scenes = [self.expiry, self.monitor, self.unknown, self.command_table]
            # Clients list and kill those of their own child.
            for scene in scenes if self.options.several else scenes + [self.clients]:
                self.attempt(scene)
        looked = 0
        while self.commands < self.options.count and self.differences < self.options.most:
            self.attempt(self.step)
            if self.commands - looked > 2_000:
                looked = self.commands
                self.attempt(self.compare_stores)
        self.attempt(self.compare_stores)
        self.known.report()
        listed = ", ".join(f"{name.decode()} {count}" for name, count in sorted(
            self.names.items(), key=lambda item: -item[1]) if count > 5 and name.isalpha())
        print(f"{self.commands} commands, {self.differences} differences; sent: {listed}")
        return 1 if self.differences else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("redis_port", type=int)
    parser.add_argument("our_port", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("count", type=int)
    parser.add_argument("--resp3", action="store_true", help="begin each connection with HELLO 3")
    parser.add_argument("--store", choices=["memory", "socache"], default="memory")
    parser.add_argument("--several", action="store_true", help="the second server has several children")
    parser.add_argument("--known", help="a file of deliberate differences")
    parser.add_argument("--reference", action="store_true", help="the second server is a Redis server too")
    parser.add_argument("--random-only", action="store_true", help="only what chance makes, no scenes")
    parser.add_argument("--alter", nargs=2, metavar=("OLD", "NEW"), help="falsify the second server's replies")
    parser.add_argument("--most", type=int, default=5, help="stop after so many differences")
    parser.add_argument("--history", type=int, default=25, help="commands to show before a difference")
    return Run(parser.parse_args()).go()


if __name__ == "__main__":
    sys.exit(main())
