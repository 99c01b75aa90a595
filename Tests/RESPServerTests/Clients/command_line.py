#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""redis-cli in its ways of working, on a Redis server and on this one: what it prints has to be the same.

    command_line.py REDIS_PORT OUR_PORT [--tls CA [CERTIFICATE KEY]] [--user NAME PASSWORD]

TLS and the user are for this server only.
"""
import argparse
import re
import subprocess
import sys
import threading

SESSION = r"""
FLUSHDB
PING
ping "a b"
SET greeting "hello \x00\xff world"
GET greeting
GET nosuch
SET n 5 NX GET
INCR n
INCRBYFLOAT n 1.5
INCR n
EXPIRE n 1000
TTL greeting
MSET a 1 b 2 "" 3 "with space" 4
MGET a nosuch b "" "with space"
DEL a nosuch
KEYS b*
DBSIZE
NOSUCH a "b c"
GET
SETRANGE r 3 x
GETRANGE r 0 -1
TYPE r
ECHO "\"quoted\""
CLIENT SETNAME cli
CLIENT GETNAME
SELECT 0
SELECT 3
CONFIG GET nosuch
COMMAND INFO nosuch
PUBLISH nobody hello
RESET
EXISTS b b b
"""
KEYS = [f"user:{number}" for number in range(300)] + ["", "a b", "page"]


class Server:
    def __init__(self, port, extra):
        self.words = ["redis-cli", "-h", "127.0.0.1", "-p", str(port)] + extra

    def run(self, *arguments, text=None):
        done = subprocess.run(self.words + list(arguments), input=text, capture_output=True, timeout=60, text=True,
                              errors="backslashreplace", check=False)
        return done.returncode, done.stdout + done.stderr

    def watch(self, *arguments):
        watcher = subprocess.Popen(self.words + list(arguments), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
                                   stderr=subprocess.STDOUT, text=True, errors="backslashreplace")
        # Whoever waits for a line that never comes gets the end instead.
        limit = threading.Timer(20, watcher.kill)
        limit.daemon = True
        limit.start()
        return watcher


def session(server, *mode):
    return server.run(*mode, text=SESSION)


def scan(server):
    server.run(text="FLUSHDB\n" + "".join(f'SET "{key}" "{key}"\n' for key in KEYS))
    found = []
    for arguments in (["--scan"], ["--scan", "--pattern", "user:1*"], ["--scan", "--pattern", "nosuch"]):
        status, text = server.run(*arguments)
        found.append((status, sorted(text.splitlines())))
    return found


def big_keys(server):
    server.run(text="FLUSHDB\nSET small x\nSET big " + "x" * 500 + "\nSET middle xxxxx\n")
    status, text = server.run("--bigkeys")
    return status, [line for line in text.splitlines() if "Biggest string found " in line and "so far" not in line
                    or "strings with" in line]


def one_by_one(server):
    """Arguments on the command line, input as the last argument, repetition, other forms of output."""
    return [
        server.run("SET", "k", "v"), server.run("GET", "k"), server.run("--raw", "GET", "k"), server.run("-x", "SET", "k", text="in\nput"),
        server.run("-r", "3", "INCR", "counted"), server.run("--csv", "MGET", "k", "nosuch"), server.run("--json", "MGET", "k", "nosuch"),
        server.run("-e", "NOSUCH"), server.run("--no-raw", "GET", "k"), server.run("-2", "CONFIG", "GET", "nosuch"),
        server.run("DEL", "k", "counted"), server.run("QUIT"),
    ]


def subscription(server):
    """What is printed of a subscription, up to the last message."""
    watcher = server.watch("--csv", "psubscribe", "ne*", "s?")
    lines = [watcher.stdout.readline() for _ in range(2)]
    try:
        for number in range(3):
            server.run("PUBLISH", "news", f"item {number}")
        server.run("PUBLISH", "s1", "the \"end\"")
        while "end" not in lines[-1] and lines[-1]:
            lines.append(watcher.stdout.readline())
    finally:
        watcher.kill()
        watcher.wait()
    return [line for line in lines if "message" in line]


def monitor(server):
    watcher = server.watch("monitor")
    lines = [watcher.stdout.readline()]
    try:
        server.run("SET", "k", "a \"b\"\n\\x")
        server.run("GET", "nosuch")
        server.run("ECHO", "the end")
        while "the end" not in lines[-1] and lines[-1]:
            lines.append(watcher.stdout.readline())
    finally:
        watcher.kill()
        watcher.wait()
    # Its own first commands may be there or not.
    lines = [line for line in lines if '"COMMAND"' not in line and '"AUTH"' not in line and '"HELLO"' not in line]
    return [re.sub(r"^\d+\.\d+ \[(\d+) 127\.0\.0\.1:\d+\]", r"TIME [\1 CLIENT]", line) for line in lines]


PARTS = {
    "a session": session,
    "a session in RESP3": lambda server: session(server, "-3"),
    "a session without colours of its own": lambda server: session(server, "--no-raw"),
    "a session in RESP3, typed": lambda server: session(server, "-3", "--no-raw"),
    "--scan": scan,
    "--bigkeys": big_keys,
    "one command at a time": one_by_one,
    "psubscribe": subscription,
    "monitor": monitor,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("redis_port", type=int)
    parser.add_argument("our_port", type=int)
    parser.add_argument("--tls", nargs="+", metavar="FILE")
    parser.add_argument("--user", nargs=2, metavar=("NAME", "PASSWORD"))
    options = parser.parse_args()
    extra = []
    if options.tls:
        extra += ["--tls", "--cacert", options.tls[0]]
        if len(options.tls) > 2:
            extra += ["--cert", options.tls[1], "--key", options.tls[2]]
    if options.user:
        extra += ["--user", options.user[0], "--pass", options.user[1], "--no-auth-warning"]
    differences = 0
    for name, part in PARTS.items():
        reference, ours = part(Server(options.redis_port, [])), part(Server(options.our_port, extra))
        if reference != ours:
            differences += 1
            print(f"=== {name}")
            left, right = (str(value[-1] if isinstance(value, tuple) else value) for value in (reference, ours))
            lines = list(zip(left.splitlines(), right.splitlines()))
            first = next((index for index, (one, other) in enumerate(lines) if one != other), len(lines))
            print("    Redis: " + "\n           ".join(left.splitlines()[max(0, first - 2):first + 3])[:1_500])
            print("    ours:  " + "\n           ".join(right.splitlines()[max(0, first - 2):first + 3])[:1_500])
    print(f"redis-cli: {len(PARTS)} parts, {differences} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
