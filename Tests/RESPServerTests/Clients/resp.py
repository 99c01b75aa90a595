# SPDX-License-Identifier: Apache-2.0
"""A small RESP2 and RESP3 client that keeps the bytes of every reply, so that two servers can be compared by them."""
import select
import socket
import time


class Closed(Exception):
    """The server closed the connection where a reply should begin; `rest` is what came of a reply, if it was cut."""

    def __init__(self, rest=b""):
        super().__init__(f"closed, with {rest!r} of a reply" if rest else "closed")
        self.rest = rest


class TooLate(Exception):
    """No whole reply came in time."""


class Malformed(Exception):
    """What came is no RESP."""


class Reply:
    """One reply: its bytes, its type (the first byte), and its value with nested replies in a list."""

    __slots__ = ("raw", "kind", "value")

    def __init__(self, raw, kind, value):
        self.raw, self.kind, self.value = raw, kind, value

    @property
    def is_error(self):
        return self.kind in (b"-", b"!")

    @property
    def items(self):
        return self.value if isinstance(self.value, list) else []

    def plain(self):
        """The value in plain Python: bytes, int, None, lists."""
        return [item.plain() for item in self.value] if isinstance(self.value, list) else self.value

    def __repr__(self):
        text = repr(self.raw)
        return text if len(text) <= 400 else f"{text[:300]}… ({len(self.raw)} bytes)"


class Incomplete(Exception):
    pass


LINES = {b"+", b"-", b":", b"_", b"#", b",", b"("}
BULKS = {b"$", b"=", b"!"}
GROUPS = {b"*": 1, b"~": 1, b">": 1, b"%": 2}


def number(text):
    try:
        return int(text)
    except ValueError:
        raise Malformed(text) from None


def parse(data, at=0):
    """The reply that begins at an offset, and the offset behind it; throws `Incomplete` if more is needed."""
    end = data.find(b"\r\n", at)
    if end < 0:
        if len(data) - at > 1 << 20:
            raise Malformed(bytes(data[at:at + 100]))
        raise Incomplete
    kind, text, after = bytes(data[at:at + 1]), bytes(data[at + 1:end]), end + 2
    if kind in LINES:
        value = text
        if kind == b":":
            value = number(text)
        elif kind == b"_":
            value = None
        return Reply(bytes(data[at:after]), kind, value), after
    if kind in BULKS:
        size = number(text)
        if size < 0:
            return Reply(bytes(data[at:after]), kind, None), after
        if len(data) < after + size + 2:
            raise Incomplete
        if data[after + size:after + size + 2] != b"\r\n":
            raise Malformed(bytes(data[at:at + 100]))
        stop = after + size + 2
        return Reply(bytes(data[at:stop]), kind, bytes(data[after:after + size])), stop
    if kind in GROUPS:
        count = number(text)
        if count < 0:
            return Reply(bytes(data[at:after]), kind, None), after
        items = []
        for _ in range(count * GROUPS[kind]):
            item, after = parse(data, after)
            items.append(item)
        return Reply(bytes(data[at:after]), kind, items), after
    raise Malformed(bytes(data[at:at + 100]))


def encode(*arguments):
    """A command as an array of bulk strings."""
    parts = [b"*%d\r\n" % len(arguments)]
    for argument in arguments:
        argument = as_bytes(argument)
        parts.append(b"$%d\r\n%s\r\n" % (len(argument), argument))
    return b"".join(parts)


def as_bytes(argument):
    return argument if isinstance(argument, bytes) else str(argument).encode()


def encode_inline(*arguments):
    """A command as a line, quoted where it has to be."""
    words = []
    for argument in arguments:
        argument = as_bytes(argument)
        if argument and all(33 <= byte < 127 and byte not in b"\"'\\" for byte in argument):
            words.append(argument)
        else:
            words.append(b'"' + b"".join(
                bytes([byte]) if 32 <= byte < 127 and byte not in b'"\\' else b"\\x%02x" % byte
                for byte in argument) + b'"')
    return b" ".join(words) + b"\r\n"


class Connection:
    """A blocking connection with a deadline for each reply."""

    def __init__(self, port, timeout=20.0, host="127.0.0.1"):
        self.timeout = timeout
        self.socket = socket.create_connection((host, port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.data = bytearray()
        self.at = 0
        self.ended = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        """Sends all; a server that closed is found out when a reply is read."""
        try:
            self.socket.settimeout(self.timeout)
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def fill(self, seconds):
        """Waits for bytes; false if none came in time. Sets `ended` at the end."""
        if self.ended:
            return False
        # Not select(), which knows 1,024 descriptors.
        waiting = select.poll()
        waiting.register(self.socket, select.POLLIN)
        if not waiting.poll(max(0, seconds) * 1_000):
            return False
        try:
            part = self.socket.recv(1 << 16)
        except ConnectionResetError:
            part = b""
        if not part:
            self.ended = True
            return False
        if self.at:
            del self.data[:self.at]
            self.at = 0
        self.data += part
        return True

    def reply(self, timeout=None):
        """The next reply."""
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout)
        while True:
            try:
                reply, self.at = parse(self.data, self.at)
                return reply
            except Incomplete:
                pass
            if not self.fill(deadline - time.monotonic()):
                if self.ended:
                    raise Closed(bytes(self.data[self.at:]))
                if time.monotonic() >= deadline:
                    raise TooLate(f"no reply within the time, only {bytes(self.data[self.at:self.at + 200])!r}")

    def ask(self, *arguments):
        """Sends a command, and returns its reply."""
        self.send(encode(*arguments))
        return self.reply()

    def until_silent(self, seconds, limit=1 << 26):
        """All bytes until the server closes, or is silent for so long."""
        while len(self.data) - self.at < limit and self.fill(seconds):
            pass
        rest = bytes(self.data[self.at:])
        self.data, self.at = bytearray(), 0
        return rest


def printable(arguments):
    """A command as a line for people."""
    words = []
    for argument in arguments:
        text = repr(as_bytes(argument))[2:-1]
        if len(text) > 80:
            text = f"{text[:60]}…({len(argument)} bytes)"
        words.append(f"'{text}'" if " " in text or not text else text)
    return " ".join(words)
