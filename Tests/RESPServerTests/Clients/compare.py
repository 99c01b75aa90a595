# SPDX-License-Identifier: Apache-2.0
"""Whether two servers' replies to one command agree: byte for byte, but for what is bound to differ."""
import re
import tomllib

from resp import as_bytes, printable


def shape(reply, depth=9):
    """The types of a reply, without its values."""
    if isinstance(reply.value, list) and depth > 0:
        return (reply.kind, tuple(shape(item, depth - 1) for item in reply.value))
    return reply.kind


def pairs(reply):
    """A map's (or a flat array's) keys with their values."""
    items = reply.items
    return {items[index].value: items[index + 1] for index in range(0, len(items) - 1, 2)}


def close_numbers(reference, ours, tolerance):
    if reference.kind != b":" or ours.kind != b":" or reference.value < 0 or ours.value < 0:
        return reference.raw == ours.raw
    return abs(reference.value - ours.value) <= tolerance


def same_hello(reference, ours):
    left, right = pairs(reference), pairs(ours)
    return (reference.kind == ours.kind and list(left) == list(right)
            and all(left[name].kind == right[name].kind for name in left)
            and all(left[name].raw == right[name].raw for name in (b"proto", b"mode", b"role")))


def same_information(reference, ours):
    """INFO: text in the same kind of string, with the same headings if there are any of ours."""
    if reference.kind != ours.kind:
        return False
    headings = set(re.findall(rb"^# .*$", ours.value.replace(b"\r", b""), re.M))
    return headings <= set(re.findall(rb"^# .*$", reference.value.replace(b"\r", b""), re.M)) | {b"# Store"}


def same_command_information(reference, ours):
    """COMMAND INFO: names, arities and key positions."""
    if reference.kind != ours.kind or len(reference.items) != len(ours.items):
        return False
    for left, right in zip(reference.items, ours.items):
        if not left.items or not right.items:
            if left.raw != right.raw:
                return False
        elif len(left.items) != len(right.items) or any(
                left.items[index].raw != right.items[index].raw for index in (0, 1, 3, 4, 5)):
            return False
    return True


def same_sets(reference, ours):
    return reference.kind == ours.kind and sorted(item.raw for item in reference.items) == sorted(
        item.raw for item in ours.items)


def agree(arguments, reference, ours):
    """Whether two replies agree, as far as this command's replies can."""
    if reference.raw == ours.raw:
        return True
    if reference.is_error or ours.is_error:
        return False
    words = [as_bytes(word).upper() for word in arguments[:2]] + [b""]
    name, second = words[0], words[1]
    if name == b"TTL":
        return close_numbers(reference, ours, 2)
    if name == b"PTTL":
        return close_numbers(reference, ours, 2_000)
    if name == b"SCAN":
        # Where it goes on, and what it finds first, is each server's own matter.
        return shape(reference, 1) == shape(ours, 1) and len(ours.items) == 2
    if name == b"KEYS":
        return same_sets(reference, ours)
    if name == b"HELLO":
        return same_hello(reference, ours)
    if name == b"INFO":
        return same_information(reference, ours)
    if name == b"TIME":
        return shape(reference) == shape(ours) and all(item.value.isdigit() for item in ours.items)
    if name == b"DBSIZE":
        # Keys that have expired count until somebody finds them.
        return shape(reference) == shape(ours)
    if name == b"CLIENT":
        return second in (b"ID", b"LIST", b"INFO") and reference.kind == ours.kind
    if name == b"CONFIG":
        return second == b"GET" and reference.kind == ours.kind and len(ours.items) % 2 == 0
    if name == b"COMMAND":
        if second == b"INFO":
            return same_command_information(reference, ours)
        return second in (b"COUNT", b"DOCS", b"LIST", b"") and reference.kind == ours.kind
    return False


class Known:
    """The differences that are meant to be."""

    def __init__(self, path, store):
        self.entries = []
        self.used = {}
        if path:
            with open(path, "rb") as file:
                for entry in tomllib.load(file).get("difference", []):
                    if entry.get("store", store) == store:
                        self.entries.append((
                            re.compile(entry["command"], re.I | re.S), re.compile(entry["ours"].encode("latin-1"), re.S),
                            entry["reason"]))

    def covers(self, arguments, ours):
        for command, reply, reason in self.entries:
            if command.match(printable(arguments)) and reply.match(ours.raw):
                self.used[reason] = self.used.get(reason, 0) + 1
                return True
        return False

    def report(self):
        for reason, count in sorted(self.used.items()):
            print(f"known: {count} × {reason}")
