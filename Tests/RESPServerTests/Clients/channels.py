#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""PUBLISH reaches the subscribers of all processes of a server.

    channels.py PORT [--processes N] [--messages N] [--each N]

Opens connections until there are some with each of N processes (INFO server: process_id), subscribes most of them, and
publishes from one in each process. Every subscriber has to get every message, those of one publisher in their order.
Under prefork, where a process has one connection, --each 1 and twice the processes do.
"""
import argparse
import sys
import threading
import time

from resp import Closed, Connection, TooLate


def process(connection):
    text = connection.ask("INFO", "server").value
    return int(next(line.split(b":")[1] for line in text.splitlines() if line.startswith(b"process_id:")))


def spread(port, processes, each):
    """Connections by process, so many at least with each."""
    found = {}
    for _ in range(300):
        connection = Connection(port)
        found.setdefault(process(connection), []).append(connection)
        if len(found) >= processes and all(len(some) >= each for some in found.values()):
            return found
    raise SystemExit(f"300 connections, and no more processes than {sorted(found)}")


def subscribe(subscribers, problems):
    for number, subscriber in enumerate(subscribers):
        if number % 2:
            subscriber.ask("HELLO", 3)
        # Some by channel, some by pattern.
        reply = subscriber.ask(*(("SUBSCRIBE", "news") if number % 3 else ("PSUBSCRIBE", "n?ws")))
        if not reply.items or reply.items[-1].value != 1:
            problems.append(f"SUBSCRIBE answers {reply}")


def receive(subscriber, number, publishers, messages, problems):
    wanted = publishers * messages
    following = [0] * publishers
    while wanted:
        try:
            message = subscriber.reply(10)
        except (Closed, TooLate) as error:
            problems.append(f"subscriber {number} lacks {wanted} messages: {error}")
            return
        publisher, index = (int(word) for word in message.items[-1].value.split())
        if publisher < 0:
            continue
        if following[publisher] != index:
            problems.append(f"subscriber {number}: message {index} of {publisher}, after {following[publisher]} of them")
            return
        following[publisher] += 1
        wanted -= 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("port", type=int)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument("--each", type=int, default=2)
    options = parser.parse_args()
    problems, counts = [], []
    found = spread(options.port, options.processes, options.each)
    if options.each > 1:
        publishers = [some.pop() for some in found.values()]
        subscribers = [connection for some in found.values() for connection in some[:10]]
    else:
        everyone = [some[0] for some in found.values()]
        publishers, subscribers = everyone[::2], everyone[1::2]
    subscribe(subscribers, problems)
    # A subscription may take a moment to be known to the others.
    deadline = time.monotonic() + 5
    while (receivers := publishers[0].ask("PUBLISH", "news", "-1 0").value) != len(subscribers):
        if time.monotonic() > deadline:
            problems.append(f"PUBLISH tells of {receivers} receivers, and there are {len(subscribers)}")
            break
        time.sleep(0.05)

    def publish(number, publisher):
        for index in range(options.messages):
            reply = publisher.ask("PUBLISH", "news", f"{number} {index}")
            if reply.value != len(subscribers):
                counts.append(f"PUBLISH answers {reply}, and there are {len(subscribers)} subscribers")

    threads = [threading.Thread(target=publish, args=pair) for pair in enumerate(publishers)]
    threads += [
        threading.Thread(target=receive, args=(subscriber, number, len(publishers), options.messages, problems))
        for number, subscriber in enumerate(subscribers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    problems += counts[:3]
    for problem in problems[:20]:
        print(f"=== {problem}")
    print(f"{len(found)} processes, {len(subscribers)} subscribers, {len(publishers)} publishers, "
          f"{len(publishers) * options.messages} messages, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
