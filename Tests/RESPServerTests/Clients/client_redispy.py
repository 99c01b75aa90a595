#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""redis-py: every command, pipelines, and subscriptions in a thread, on a Redis server and on this one.

    client_redispy.py REDIS_PORT OUR_PORT [--protocol 2|3] [--tls CA CERTIFICATE KEY] [--user NAME PASSWORD]

TLS and the user are for this server only. Exits with 1 if the library returns anything else.
"""
import argparse
import queue
import sys
import time
import warnings

import redis

from recorded import compare, failure, plain

# Old commands are meant to be tried too.
warnings.simplefilter("ignore", DeprecationWarning)

STEPS = {
    "ping": lambda r: r.ping(),
    "echo": lambda r: r.echo(b"\x00\xff"),
    "flushdb": lambda r: r.flushdb(),
    "set": lambda r: r.set("a", "1"),
    "set nx": lambda r: r.set("a", "2", nx=True),
    "set xx": lambda r: r.set("a", "2", xx=True),
    "set get": lambda r: r.set("a", "3", get=True),
    "set get of none": lambda r: r.set("none", "3", get=True),
    "set ex": lambda r: r.set("b", "x", ex=1_000),
    "set px": lambda r: r.set("c", "x", px=1_000_000),
    "set exat": lambda r: r.set("d", "x", exat=int(time.time()) + 1_000),
    "set pxat": lambda r: r.set("e", "x", pxat=int(time.time() + 1_000) * 1_000),
    "set keepttl": lambda r: r.set("b", "y", keepttl=True),
    "ttl": lambda r: r.ttl("b"),
    "pttl": lambda r: r.pttl("c"),
    "ttl of no end": lambda r: r.ttl("a"),
    "ttl of none": lambda r: r.ttl("nosuch"),
    "get": lambda r: r.get("a"),
    "get of none": lambda r: r.get("nosuch"),
    "binary": lambda r: (r.set(b"\x00\xff\r\n", bytes(range(256))), r.get(b"\x00\xff\r\n")),
    "large": lambda r: (r.set("large", b"z" * 5_000), len(r.get("large"))),
    "empty": lambda r: (r.set("", ""), r.get("")),
    "setex": lambda r: r.setex("s", 1_000, "x"),
    "psetex": lambda r: r.psetex("p", 1_000_000, "x"),
    "setex of no time": lambda r: r.setex("s", 0, "x"),
    "setnx": lambda r: (r.setnx("new", 1), r.setnx("new", 2)),
    "getset": lambda r: r.getset("a", "4"),
    "getdel": lambda r: (r.getdel("new"), r.getdel("new")),
    "getex": lambda r: (r.getex("a", ex=1_000), r.getex("a", persist=True), r.getex("a")),
    "exists": lambda r: r.exists("a", "a", "nosuch"),
    "delete": lambda r: r.delete("a", "nosuch"),
    "unlink": lambda r: r.unlink("b", "nosuch"),
    "expire": lambda r: (r.expire("c", 500), r.expire("nosuch", 5), r.expire("c", 400, gt=True), r.expire("c", 600, gt=True)),
    "pexpire": lambda r: r.pexpire("c", 700_000, nx=True),
    "expireat": lambda r: r.expireat("c", int(time.time()) + 900),
    "persist": lambda r: (r.persist("c"), r.persist("c")),
    "type": lambda r: (r.type("c"), r.type("nosuch")),
    "mset": lambda r: r.mset({"m1": 1, "m2": b"\xff", "m3": ""}),
    "mget": lambda r: r.mget("m1", "nosuch", "m2", "m3"),
    "append": lambda r: (r.append("m1", "00"), r.get("m1")),
    "strlen": lambda r: (r.strlen("m1"), r.strlen("nosuch")),
    "getrange": lambda r: r.getrange("m1", -2, -1),
    "setrange": lambda r: (r.setrange("m1", 5, "x"), r.get("m1")),
    "incr": lambda r: (r.incr("n"), r.incr("n", 10)),
    "decr": lambda r: (r.decr("n"), r.decr("n", 10)),
    "incrby": lambda r: r.incrby("n", 2 ** 40),
    "incrbyfloat": lambda r: (r.incrbyfloat("f", 0.1), r.incrbyfloat("f", 0.2), r.get("f")),
    "incr of text": lambda r: r.incr("c"),
    "incr too far": lambda r: (r.set("n", 2 ** 63 - 1), r.incr("n")),
    "keys": lambda r: sorted(r.keys("m?")),
    "scan_iter": lambda r: sorted(r.scan_iter(match="*", count=2)),
    "dbsize": lambda r: r.dbsize(),
    "select": lambda r: r.execute_command("SELECT", 0),
    "time": lambda r: [type(part).__name__ for part in r.time()],
    "info": lambda r: sorted(name for name in r.info() if name in ("redis_version", "process_id", "connected_clients", "role")),
    "client_setname": lambda r: (r.client_setname("me"), r.client_getname()),
    "client_id": lambda r: type(r.client_id()).__name__,
    "client_list": lambda r: any(client["name"] == "me" and client["cmd"].startswith("client") for client in r.client_list()),
    "client_kill of none": lambda r: r.client_kill("127.0.0.1:1"),
    "client_kill_filter of none": lambda r: r.client_kill_filter(_id=2 ** 40),
    "client_no_evict": lambda r: r.client_no_evict("ON"),
    "command_count": lambda r: type(r.command_count()).__name__,
    "command": lambda r: [(name, info["arity"]) for name, info in sorted(r.command().items()) if name in ("get", "set", "scan")],
    "config_get": lambda r: type(r.config_get("save")).__name__,
    "publish": lambda r: r.publish("nobody", "x"),
    "no such command": lambda r: r.execute_command("NOSUCH", "a", "b"),
    "wrong arity": lambda r: r.execute_command("GET"),
    "pipeline": lambda r: r.pipeline(transaction=False).set("k", 1).incr("k").get("k").expire("k", 100).execute(),
    "long pipeline": lambda r: sum(long_pipeline(r, 2_000)),
    "pipeline with an error": lambda r: [
        failure(item) if isinstance(item, Exception) else item
        for item in r.pipeline(transaction=False).set("t", "x").incr("t").get("t").execute(raise_on_error=False)],
    "subscriptions": lambda r: subscriptions(r),
    "subscriptions in a thread": lambda r: thread(r),
    "flushdb at the end": lambda r: (r.flushdb(asynchronous=True), r.dbsize()),
    "quit": lambda r: r.execute_command("QUIT"),
}
TOLERANCES = {"ttl": 2, "pttl": 2_000}


def long_pipeline(r, count):
    pipeline = r.pipeline(transaction=False)
    for _ in range(count):
        pipeline.incr("long")
    return pipeline.execute()


def messages(subscription, count):
    """So many messages, or as many as come within a time."""
    found = []
    deadline = time.monotonic() + 10
    while len(found) < count and time.monotonic() < deadline:
        if message := subscription.get_message(timeout=0.5):
            found.append(message)
    return found


def subscriptions(r):
    with r.pubsub() as subscription:
        subscription.subscribe("news", "sport")
        found = messages(subscription, 2)
        subscription.psubscribe("n*")
        found += messages(subscription, 1)
        receivers = [r.publish("news", b"\x00 one"), r.publish("sport", "two"), r.publish("other", "three")]
        found += messages(subscription, 3)
        subscription.ping()
        found += messages(subscription, 1)
        subscription.unsubscribe("news")
        found += messages(subscription, 1)
        receivers.append(r.publish("news", "four"))
        found += messages(subscription, 1)
        return receivers, found


def thread(r):
    received = queue.Queue()
    subscription = r.pubsub(ignore_subscribe_messages=True)
    subscription.subscribe(busy=lambda message: received.put(message["data"]))
    subscription.get_message(timeout=5)
    worker = subscription.run_in_thread(sleep_time=0.05, daemon=True)
    try:
        for number in range(500):
            r.publish("busy", number)
        return [received.get(timeout=10) for _ in range(500)]
    finally:
        worker.stop()
        worker.join()


def results(r):
    found = []
    for name, step in STEPS.items():
        try:
            found.append(plain(step(r)))
        except Exception as error:
            found.append(failure(error))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("redis_port", type=int)
    parser.add_argument("our_port", type=int)
    parser.add_argument("--protocol", type=int, choices=[2, 3], default=2)
    parser.add_argument("--tls", nargs=3, metavar=("CA", "CERTIFICATE", "KEY"))
    parser.add_argument("--user", nargs=2, metavar=("NAME", "PASSWORD"))
    options = parser.parse_args()
    extra = {}
    if options.tls:
        authority, certificate, key = options.tls
        extra.update(ssl=True, ssl_ca_certs=authority, ssl_certfile=certificate, ssl_keyfile=key, host="localhost")
    if options.user:
        extra.update(username=options.user[0], password=options.user[1])
    common = {"protocol": options.protocol, "socket_timeout": 20, "single_connection_client": True}
    reference = results(redis.Redis(**{"host": "127.0.0.1", "port": options.redis_port, **common}))
    ours = results(redis.Redis(**{"host": "127.0.0.1", "port": options.our_port, **common, **extra}))
    differences = compare(STEPS, reference, ours, TOLERANCES)
    failures = sum("Error" in str(result) for result in reference)
    print(f"redis-py {redis.__version__}, RESP{options.protocol}: {len(STEPS)} calls, {differences} differences, "
          f"{failures} errors on both")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
