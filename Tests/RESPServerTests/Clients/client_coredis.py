#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""coredis, which speaks RESP3 alone and checks the type of every answer, on a Redis server and on this one.

    client_coredis.py REDIS_PORT OUR_PORT

Exits with 1 if the library returns anything else.
"""
import asyncio
import sys
import time
import warnings

import coredis
from coredis import PureToken

from recorded import compare, failure, plain

# Old commands, and those that belong to one connection, are meant to be tried too.
warnings.simplefilter("ignore")

STEPS = {
    "ping": lambda r: r.ping(),
    "ping with a message": lambda r: r.ping("hello"),
    "echo": lambda r: r.echo("hello"),
    "flushdb": lambda r: r.flushdb(),
    "set": lambda r: r.set("a", "1"),
    "set nx": lambda r: r.set("a", "2", condition=PureToken.NX),
    "set xx": lambda r: r.set("a", "2", condition=PureToken.XX),
    "set get": lambda r: r.set("a", "3", get=True),
    "set ex": lambda r: r.set("b", "x", ex=1_000),
    "set pxat": lambda r: r.set("c", "x", pxat=int(time.time() + 1_000) * 1_000),
    "set keepttl": lambda r: r.set("b", "y", keepttl=True),
    "ttl": lambda r: r.ttl("b"),
    "pttl": lambda r: r.pttl("c"),
    "get": lambda r: r.get("a"),
    "get of none": lambda r: r.get("nosuch"),
    "setex": lambda r: r.setex("s", value="x", seconds=1_000),
    "psetex": lambda r: r.psetex("p", milliseconds=1_000_000, value="x"),
    "setnx": lambda r: r.setnx("a", "x"),
    "getset": lambda r: r.getset("a", "4"),
    "getex": lambda r: r.getex("a", ex=1_000),
    "getex persist": lambda r: r.getex("a", persist=True),
    "getdel": lambda r: r.getdel("a"),
    "exists": lambda r: r.exists(["a", "b", "c", "c"]),
    "delete": lambda r: r.delete(["c", "nosuch"]),
    "unlink": lambda r: r.unlink(["b", "nosuch"]),
    "expire": lambda r: r.expire("s", 500),
    "expire gt": lambda r: r.expire("s", 400, condition=PureToken.GT),
    "pexpire": lambda r: r.pexpire("s", 700_000),
    "expireat": lambda r: r.expireat("s", int(time.time()) + 900),
    "persist": lambda r: r.persist("s"),
    "type": lambda r: r.type("s"),
    "type of none": lambda r: r.type("nosuch"),
    "mset": lambda r: r.mset({"m1": "1", "m2": b"\xff\x00", "m3": ""}),
    "mget": lambda r: r.mget(["m1", "nosuch", "m2", "m3"]),
    "append": lambda r: r.append("m1", "00"),
    "strlen": lambda r: r.strlen("m1"),
    "getrange": lambda r: r.getrange("m1", -2, -1),
    "setrange": lambda r: r.setrange("m1", 5, "x"),
    "incr": lambda r: r.incr("n"),
    "decr": lambda r: r.decr("n"),
    "incrby": lambda r: r.incrby("n", 2 ** 40),
    "decrby": lambda r: r.decrby("n", 7),
    "incrbyfloat": lambda r: r.incrbyfloat("f", 0.1),
    "incrbyfloat again": lambda r: r.incrbyfloat("f", 0.2),
    "incr of text": lambda r: r.incr("s"),
    "keys": lambda r: r.keys("m?"),
    "scan": lambda r: everything(r),
    "dbsize": lambda r: r.dbsize(),
    "time": lambda r: kind(r.time()),
    "hello": lambda r: hello(r),
    "info": lambda r: fields(r.info("server")),
    "client_setname": lambda r: r.client_setname("me"),
    "client_getname": lambda r: kind(r.client_getname()),
    "client_id": lambda r: kind(r.client_id()),
    "client_list": lambda r: kind(r.client_list()),
    "client_no_evict": lambda r: r.client_no_evict(PureToken.ON),
    "command_count": lambda r: kind(r.command_count()),
    "command_info": lambda r: information(r),
    "command_docs": lambda r: kind(r.command_docs("get")),
    "config_get": lambda r: kind(r.config_get(["save"])),
    "publish": lambda r: r.publish("nobody", "x"),
    "pipeline": lambda r: pipeline(r, ["x", "y"]),
    "long pipeline": lambda r: pipeline(r, [str(number) for number in range(2_000)]),
    "many tasks": lambda r: tasks(r),
    "subscriptions": lambda r: subscriptions(r),
    "flushdb async": lambda r: r.flushdb(PureToken.ASYNC),
    "dbsize of none": lambda r: r.dbsize(),
}
TOLERANCES = {"ttl": 2, "pttl": 2_000}


async def kind(request):
    return type(await request).__name__


async def everything(r):
    return sorted([key async for key in r.scan_iter(match="*", count=2)])


async def hello(r):
    answer = await r.hello()
    return sorted(name for name in answer), answer[b"proto"], answer[b"role"]


async def fields(request):
    return sorted(name for name in await request if name in ("redis_version", "process_id", "uptime_in_seconds"))


async def information(r):
    answer = await r.command_info("get", "set")
    return sorted((name, command["arity"]) for name, command in answer.items())


async def pipeline(r, values):
    async with r.pipeline(transaction=False) as commands:
        answers = [commands.set("k", value) for value in values] + [commands.get("k"), commands.incr("counted")]
    return [await answer for answer in answers]


async def tasks(r):
    """Many at once, on as many connections as the library likes."""
    answers = await asyncio.gather(*(r.incr("shared") for _ in range(500)))
    return sorted(answers) == list(range(1, 501)), await r.get("shared")


async def subscriptions(r):
    found = []
    async with r.pubsub(channels=["news"], patterns=["s*"]) as subscription:
        receivers = [await r.publish("news", "one"), await r.publish("sport", b"\x00 two"), await r.publish("other", "x")]
        deadline = time.monotonic() + 10
        while len(found) < 4 and time.monotonic() < deadline:
            # What it was subscribed to comes first.
            if message := await subscription.get_message(timeout=1):
                found.append({name: message[name] for name in ("type", "pattern", "channel", "data")})
    return receivers, found


async def results(port):
    found = []
    async with coredis.Redis(host="127.0.0.1", port=port, stream_timeout=20) as r:
        for name, step in STEPS.items():
            try:
                found.append(plain(await step(r)))
            except Exception as error:
                found.append(failure(error))
    return found


def main():
    ports = [int(word) for word in sys.argv[1:3]]
    reference, ours = [asyncio.run(results(port)) for port in ports]
    differences = compare(STEPS, reference, ours, TOLERANCES)
    failures = sum("Error" in str(result) for result in reference)
    print(f"coredis {coredis.__version__}: {len(STEPS)} calls, {differences} differences, {failures} errors on both")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
