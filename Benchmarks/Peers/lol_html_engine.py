#!/usr/bin/env python3
"""Passes a page through lol-html again and again, in pieces of 64 KB, and prints what one pass takes.

    lol_html_engine.py PAGE SECONDS OUTPUT

The binding has no selectors: built in are `script` and `style`, whose elements it removes. It parses in a thread of its
own; pieces and output go through channels, which are as long as all of them so that nobody waits.
"""
import asyncio
import resource
import statistics
import sys
import time

from lol_html import AsyncRewriter

PIECE = 64 * 1024


async def rewrite(pieces):
    start = time.perf_counter()
    rewriter = AsyncRewriter(input_capacity=len(pieces) + 1, output_capacity=len(pieces) + 1, flush_threshold=PIECE)
    for piece in pieces:
        await rewriter.feed(piece)
    rewriter.close()
    first, output = 0.0, []
    async for part in rewriter:
        first = first or time.perf_counter() - start
        output.append(part)
    return time.perf_counter() - start, first, output


async def main(path, seconds, output):
    with open(path, "rb") as file:
        page = file.read()
    pieces = [page[index : index + PIECE] for index in range(0, len(page), PIECE)]
    with open(output, "wb") as file:
        file.write(b"".join((await rewrite(pieces))[2]))
    base = resource.getrusage(resource.RUSAGE_SELF)
    passes, times, firsts, end = 0, [], [], time.perf_counter() + seconds
    while time.perf_counter() < end:
        took, first, _ = await rewrite(pieces)
        times.append(took)
        firsts.append(first)
        passes += 1
    usage = resource.getrusage(resource.RUSAGE_SELF)
    cpu = (usage.ru_utime + usage.ru_stime - base.ru_utime - base.ru_stime) / passes
    # Seconds: median, shortest, of CPU, to the first output; then kilobytes.
    print(statistics.median(times), min(times), cpu, statistics.median(firsts), usage.ru_maxrss)


asyncio.run(main(sys.argv[1], float(sys.argv[2]), sys.argv[3]))
