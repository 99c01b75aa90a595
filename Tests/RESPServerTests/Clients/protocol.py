#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sends malformed and unusual input to a Redis server and to this one, and compares the bytes until they close.

    protocol.py REDIS_PORT OUR_PORT [--auth USER PASSWORD] [--known FILE]

Each case is sent in one piece, and again cut at some places; where nothing is said and nothing closed, both have to
stay silent. With --auth both servers ask for that user's password, and the cases are those of a client that has not
given it yet.
"""
import argparse
import random
import re
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from compare import Known
from resp import Connection, Reply, encode

PING = b"*1\r\n$4\r\nPING\r\n"
QUIET = 0.25
LATEST = 5.0


def cases():
    """Name and bytes; a client that sends them expects any number of replies, and perhaps the end."""
    yield "nothing", b""
    for end in (b"\r\n", b"\n"):
        yield "inline", b"PING" + end
        yield "inline with an argument", b"PING hello" + end
        yield "blank lines", end * 3 + b"PING" + end
        yield "spaces", b"   PING   x   " + end
        yield "tabs", b"\tPING\tx" + end
    yield "a line of spaces", b"    \r\nPING\r\n"
    yield "CR inside", b"PI\rNG\r\nPING\r\n"
    yield "NUL inside", b"PING a\x00b\r\nPING\r\n"
    for line in (b'PING "a b"', b"PING 'a b'", b'PING "a\\nb\\x41\\t\\""', b"PING 'it\\'s'", b"PING 'a\\nb'", b'PING ""',
                 b'"PING"', b'P"ING"', b'PING "\\xZZ"', b'PING "\\q"', b"ECHO ''", b'ECHO ""'):
        yield "quotes", line + b"\r\nPING\r\n"
    for line in (b'PING "', b"PING '", b'PING "a', b"PING 'a", b'PING "a"b', b"PING 'a'b", b'"', b'PING "a\\"', b'PING a"b'):
        yield "unbalanced quotes", line + b"\r\nPING\r\n"
    yield "an HTTP request", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    yield "a POST", b"POST / HTTP/1.1\r\nHost: x\r\n\r\nPING\r\n"
    yield "Host first", b"Host: x\r\nPING\r\n"
    yield "inline of 60,000 bytes", b"PING " + b"x" * 60_000 + b"\r\n"
    yield "inline too big", b"PING " + b"x" * 70_000
    yield "inline of 200,000 bytes", b"x" * 200_000 + b"\r\nPING\r\n"
    yield "spaces too many", b" " * 100_000
    for count in (b"0", b"-1", b"-5", b"-1000000000"):
        yield "arrays of no command", b"*" + count + b"\r\n" + PING
    for count in (b"1048577", b"1000000000", b"2147483647", b"2147483648", b"9223372036854775807", b"9223372036854775808",
                  b"99999999999999999999", b"x", b"", b" 1", b"1 ", b"+1", b"01", b"1.0", b"0x1", b"\x00", b"--1", b"-"):
        yield "array lengths", b"*" + count + b"\r\n$4\r\nPING\r\n" + PING
    for count in (b"1048577", b"536870913", b"1000000000", b"9223372036854775807", b"9223372036854775808", b"-1", b"-5",
                  b"x", b"", b" 4", b"4 ", b"+4", b"04", b"4.0", b"0x4", b"\x00"):
        yield "bulk lengths", b"*1\r\n$" + count + b"\r\nPING\r\n" + PING
        yield "bulk lengths of an argument", b"*2\r\n$4\r\nPING\r\n$" + count + b"\r\nabcd\r\n" + PING
    for kind in (b":", b"+", b"-", b"*", b"%", b"_", b"P", b"\r", b"\n", b"\x00", b"\xff", b" "):
        yield "something else than a bulk string", b"*2\r\n$4\r\nECHO\r\n" + kind + b"1\r\nx\r\n" + PING
    yield "nested arrays", b"*1\r\n*1\r\n*1\r\n$4\r\nPING\r\n"
    yield "nested arrays in the second place", b"*2\r\n$4\r\nPING\r\n*1\r\n$1\r\nx\r\n"
    yield "arrays 10,000 deep", b"*1\r\n" * 10_000
    yield "a length without its end", b"*1" + b"1" * 70_000
    yield "a bulk length without its end", b"*1\r\n$" + b"1" * 70_000
    yield "a short array length without its end", b"*12"
    yield "a length with LF alone", b"*1\n$4\nPING\n"
    yield "a bulk string without CRLF", b"*1\r\n$4\r\nPINGxx" + PING
    yield "a bulk string that is longer", b"*2\r\n$4\r\nECHO\r\n$3\r\nabcdef\r\n" + PING
    yield "a bulk string that is shorter", b"*2\r\n$4\r\nECHO\r\n$10\r\nabc\r\n" + PING
    yield "an empty command", b"*1\r\n$0\r\n\r\n" + PING
    yield "an empty argument", b"*2\r\n$4\r\nECHO\r\n$0\r\n\r\n" + PING
    yield "after an error", b"*1\r\n$x\r\n" + PING * 3
    yield "before an error", PING * 3 + b"*x\r\n" + PING
    for kind in (b"+OK", b"-ERR", b":1", b"$4", b"$-1", b"_", b"%1", b"~1", b">1", b"#t", b",1", b"(1", b"!1", b"=4", b"|1"):
        yield "a reply for a command", kind + b"\r\n" + PING
    yield "garbage", bytes(range(256)) * 4 + b"\r\nPING\r\n"
    yield "garbage of TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x11" * 200 + b"\n"
    yield "zeroes", b"\x00" * 1_000 + b"\r\nPING\r\n"
    yield "a command in pieces", b"*2\r\n$4\r\nEC"
    yield "many commands", PING * 1_000
    yield "all kinds in a row", b"PING\r\n" + PING + b"\r\n*0\r\n" + encode("ECHO", "x" * 5_000) + b"PING 'a'\n"
    yield "many arguments", encode("DEL", *range(1_000))
    yield "many arguments too many", encode("GET", *range(1_000))
    yield "a value of 1 MB", encode("ECHO", b"z" * 1_048_576)
    yield "a value too big", encode("ECHO", b"z" * 1_048_577)
    yield "QUIT before others", encode("QUIT") + PING * 3
    yield "QUIT inline", b"quit\r\nPING\r\n"
    yield "QUIT and an error", encode("QUIT") + b"*x\r\n"
    yield "names with spaces", encode("PING ", "x") + encode(" PING") + encode("P I N G")
    yield "names in UTF-8", encode("grüße", "ü")
    yield "a name of 100,000 bytes", encode(b"n" * 100_000, b"a" * 100_000)
    yield "quotes in a name", encode("it's", '"x"', "\\", "\r\n", b"\x00")
    yield from hello()


def hello():
    for arguments in [
            [], ["2"], ["3"], ["4"], ["1"], ["0"], ["-1"], ["x"], [""], ["3.0"], ["99999999999999999999"], ["3", "3"],
            ["3", "SETNAME", "n"], ["3", "SETNAME", "a b"], ["3", "SETNAME", ""], ["3", "SETNAME"], ["2", "setname", "n"],
            ["3", "AUTH"], ["3", "AUTH", "u"], ["3", "AUTH", "u", "p"], ["3", "AUTH", "u", "p", "SETNAME", "n"],
            ["3", "AUTH", "default"], ["3", "FOO"], ["3", "SETNAME", "n", "FOO"], ["3", "SETNAME", "n", "SETNAME", "m"],
            ["AUTH", "u", "p"], ["2", "AUTH", "u", "p"], ["3", "AUTH", "u", "p", "AUTH", "u", "p"],
    ]:
        yield "HELLO", encode("HELLO", *arguments) + encode("GET", "nosuch") + encode("CLIENT", "GETNAME")
    yield "HELLO inline", b"HELLO 3\r\nGET nosuch\r\n"
    yield "HELLO back and forth", encode("HELLO", 3) + encode("GET", "nosuch") + encode("HELLO", 2) + encode("GET", "nosuch")
    yield "HELLO in a subscription", encode("SUBSCRIBE", "a") + encode("HELLO", 3) + PING
    yield "a subscription of RESP3", encode("HELLO", 3) + encode("SUBSCRIBE", "a") + PING + encode("GET", "nosuch") + encode(
        "UNSUBSCRIBE") + encode("UNSUBSCRIBE") + PING
    yield "HELLO 2 in a subscription of RESP3", encode("HELLO", 3) + encode("SUBSCRIBE", "a") + encode("HELLO", 2) + PING
    yield "a subscription of RESP2", b"".join(encode(*words) for words in [
        ["SUBSCRIBE", "a"], ["GET", "x"], ["NOSUCH"], ["PING"], ["PING", "x"], ["ping", "x", "y"], ["GET"], ["SUBSCRIBE"],
        ["UNSUBSCRIBE", "b"], ["PSUBSCRIBE", "p*"], ["UNSUBSCRIBE"], ["GET", "x"], ["PUNSUBSCRIBE"], ["GET", "nosuch"]])
    yield "QUIT in a subscription", encode("SUBSCRIBE", "a") + encode("QUIT") + PING
    yield "RESET in a subscription", encode("SUBSCRIBE", "a") + encode("RESET") + PING
    yield "RESET of RESP3", encode("HELLO", 3, "SETNAME", "n") + encode("RESET") + encode("GET", "nosuch") + encode(
        "CLIENT", "GETNAME")


def stranger(user, password):
    """What a client may do that has not given its password yet, and how it gives it."""
    for command in (["GET", "x"], ["PING"], ["ECHO", "x"], ["NOSUCH"], ["GET"], ["SET", "a"], ["HELLO"], ["HELLO", "2"],
                    ["HELLO", "3"], ["SUBSCRIBE", "a"], ["CLIENT", "ID"], ["COMMAND"], ["RESET"], ["QUIT"], ["INFO"],
                    ["SELECT", "0"], ["MONITOR"], ["CONFIG", "GET", "save"], ["FLUSHDB"], ["PUBLISH", "a", "b"], ["AUTH"]):
        yield "not yet known", encode(*command) + PING
    for arguments in ([user, password], [user, "wrong"], ["nobody", password], ["nobody", ""], [user, ""], ["", ""],
                      [user, password, "x"], [user, password + "\0"], [user.upper(), password], ["x" * 5_000, "y" * 5_000]):
        yield "AUTH", encode("AUTH", *arguments) + encode("GET", "nosuch")
        yield "HELLO with AUTH", encode("HELLO", 3, "AUTH", *arguments) + encode("GET", "nosuch")
    yield "HELLO with AUTH and a name", encode("HELLO", 3, "AUTH", user, password, "SETNAME", "n") + encode("CLIENT", "GETNAME")
    yield "HELLO with a name, and a wrong password", encode("HELLO", 3, "SETNAME", "n", "AUTH", user, "x") + PING
    yield "AUTH, and wrong again", encode("AUTH", user, password) + encode("AUTH", user, "x") + encode("GET", "nosuch")
    yield "AUTH and RESET", encode("AUTH", user, password) + encode("RESET") + encode("GET", "nosuch")
    yield "AUTH inline", f"AUTH {user} {password}\r\nGET nosuch\r\n".encode()
    # Before AUTH Redis takes 10 arguments of 16,384 bytes.
    yield "10 arguments", encode("DEL", *range(9)) + PING
    yield "11 arguments", encode("DEL", *range(10)) + PING
    yield "an argument of 16,384 bytes", encode("ECHO", b"x" * 16_384) + PING
    yield "an argument of 16,385 bytes", encode("ECHO", b"x" * 16_385) + PING
    yield "11 arguments after AUTH", encode("AUTH", user, password) + encode("DEL", *range(20)) + encode("ECHO", b"x" * 20_000)
    yield "a huge array", b"*1000000\r\n"
    yield "a huge string", b"*2\r\n$4\r\nAUTH\r\n$1000000\r\n"
    yield "an inline command of 20,000 bytes", b"ECHO " + b"x" * 20_000 + b"\r\n" + PING


def neutral(data):
    """Without what each server has of its own: version and number in HELLO's answer."""
    data = re.sub(rb"(\$7\r\nversion\r\n)\$\d+\r\n[^\r]*\r\n", rb"\1VERSION\r\n", data)
    data = re.sub(rb"(\$6\r\nserver\r\n)\$\d+\r\n[^\r]*\r\n", rb"\1SERVER\r\n", data)
    return re.sub(rb"(\$2\r\nid\r\n):\d+\r\n", rb"\1NUMBER\r\n", data)


def talk(port, pieces, half_close, quiet, expected=None):
    """All that a server says to these bytes, and whether it closes. Waits longer while it is not what is expected."""
    with Connection(port, timeout=LATEST) as connection:
        said = b""
        for index, piece in enumerate(pieces):
            if index:
                time.sleep(0.003)
            connection.send(piece)
        if half_close:
            try:
                connection.socket.shutdown(socket.SHUT_WR)
            except OSError:
                pass
        deadline = time.monotonic() + LATEST
        while True:
            said += connection.until_silent(0.05 if expected else quiet)
            now = (neutral(said), connection.ended)
            if connection.ended or expected is None or now == expected or time.monotonic() > deadline:
                break
        if expected and not connection.ended:
            # What is more than that would come now.
            said += connection.until_silent(0.05)
        return neutral(said), connection.ended


def ways(data, generator):
    """How to send it: its name, the pieces, and whether the client ends its side behind them."""
    yield "whole", [data], False
    yield "whole, and ends its side", [data], True
    if 1 < len(data) < 100_000:
        cuts = sorted(generator.sample(range(1, len(data)), min(3, len(data) - 1)))
        yield "in pieces", [data[start:end] for start, end in zip([0] + cuts, cuts + [len(data)])], False
    if len(data) < 60:
        yield "byte by byte", [data[index:index + 1] for index in range(len(data))], True


def short(answer):
    data, closed = answer
    text = repr(data) if len(data) < 300 else f"{data[:200]!r}… {data[-60:]!r} ({len(data)} bytes)"
    return text + (", then closes" if closed else ", and stays")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("redis_port", type=int)
    parser.add_argument("our_port", type=int)
    parser.add_argument("--auth", nargs=2, metavar=("USER", "PASSWORD"))
    parser.add_argument("--known")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    generator = random.Random(options.seed)
    known = Known(options.known, "memory")
    inputs = [
        (name, data, way) for name, data in (stranger(*options.auth) if options.auth else cases())
        for way in ways(data, generator)
    ]

    def answers(case):
        _, _, (_, pieces, half_close) = case
        for quiet in (QUIET, 4 * QUIET):
            # A busy machine may need a second look.
            reference = talk(options.redis_port, pieces, half_close, quiet)
            ours = talk(options.our_port, pieces, half_close, quiet, reference)
            if ours == reference:
                break
        return reference, ours

    differences = 0
    with ThreadPoolExecutor(max_workers=8) as workers:
        for (name, data, (way, _, _)), (reference, ours) in zip(inputs, workers.map(answers, inputs)):
            if ours == reference or known.covers([b"protocol", name.encode(), data], Reply(ours[0], b"", None)):
                continue
            differences += 1
            shown = repr(data) if len(data) < 200 else f"{data[:100]!r}… ({len(data)} bytes)"
            print(f"=== {name}, {way}: {shown}\n    Redis: {short(reference)}\n    ours:  {short(ours)}")
    known.report()
    print(f"{len(inputs)} inputs, {differences} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
