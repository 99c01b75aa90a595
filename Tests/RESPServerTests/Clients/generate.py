# SPDX-License-Identifier: Apache-2.0
"""Makes commands: right ones in all their forms, and wrong ones of every kind. One seed, one sequence."""
import time

WORDS = [b"alpha", b"beta", b"user:1", b"user:2", b"user:10", b"page", b"page:x", b"Page", b"n", b"m"]
ODD_KEYS = [b"", b"\x00", b"a b", b"\r\n", b"gr\xc3\xbc\xc3\x9fe", b"\xff\xfe", b"*", b"a[b]c", b"a\\b", b"?", b"k" * 300]
NUMBERS = [b"0", b"1", b"-1", b"5", b"10", b"100", b"-100", b"9223372036854775807", b"-9223372036854775808",
           b"4611686018427387904", b"1000000"]
NO_NUMBERS = [b"", b" ", b"x", b" 1", b"1 ", b"+1", b"01", b"-0", b"00", b"1.0", b"1e3", b"0x10", b"nan", b"1\x00",
              b"9223372036854775808", b"-9223372036854775809", b"99999999999999999999999", b"--1", b"-", b"1_000"]
FLOATS = [b"0", b"0.5", b"-0.5", b"3.0", b"3.14159", b"1e3", b"-1.5e-3", b"5e10", b"0.1", b"0.2", b"1e17", b"10.50",
          b"1.1", b"100000.00001", b".5", b"5."]
NO_FLOATS = [b"", b"x", b" 1.5", b"1.5 ", b"nan", b"inf", b"-inf", b"1e5000", b"1.5x", b"1,5", b"0x"]
PATTERNS = [b"*", b"user:*", b"user:?", b"user:??", b"[a-m]*", b"[^a]*", b"[^a-m]*", b"*a", b"*e*a*", b"p[aA]ge", b"P*",
            b"page", b"\\*", b"a[[]b]c", b"a\\\\b", b"**", b"", b"[", b"[a", b"user:[0-9]", b"user:[9-0]*", b"*\\", b"k*k",
            b"[a-", b"[]*", b"[^]*", b"\xff*", b"???", b"?*?", b"[\\a-c]*", b"a b", b"user:1*0", b"*:*"]
CHANNELS = [b"news", b"news.sport", b"weather", b"", b"\x00\x01", b"a b"]
CHANNEL_PATTERNS = [b"news*", b"n?ws", b"*", b"[nw]e*", b"", b"news"]
UNKNOWN = [b"FOO", b"get2", b"", b"G ET", b"'quoted'", b"\"", b"a\r\nb", b"\x00\xff", b"x" * 200, b"HGETALLL", b"SETS",
           b"\\", b"gett"]

# Every command of the list with the number of arguments that it takes, for calls with too few and too many.
ARITY = {
    "PING": (0, 1), "ECHO": (1, 1), "SELECT": (1, 1), "AUTH": (1, 2), "TIME": (0, 0), "DBSIZE": (0, 0),
    "GET": (1, 1), "SET": (2, 9), "SETEX": (3, 3), "PSETEX": (3, 3), "SETNX": (2, 2), "GETSET": (2, 2),
    "GETDEL": (1, 1), "GETEX": (1, 9), "DEL": (1, 9), "UNLINK": (1, 9), "EXISTS": (1, 9), "EXPIRE": (2, 9),
    "PEXPIRE": (2, 9), "EXPIREAT": (2, 9), "PERSIST": (1, 1), "TTL": (1, 1), "PTTL": (1, 1), "TYPE": (1, 1),
    "MGET": (1, 9), "MSET": (2, 9), "APPEND": (2, 2), "STRLEN": (1, 1), "GETRANGE": (3, 3), "SETRANGE": (3, 3),
    "INCR": (1, 1), "DECR": (1, 1), "INCRBY": (2, 2), "DECRBY": (2, 2), "INCRBYFLOAT": (2, 2), "SCAN": (1, 9),
    "KEYS": (1, 1), "SUBSCRIBE": (1, 9), "PSUBSCRIBE": (1, 9), "PUBLISH": (2, 2), "CONFIG": (1, 9),
    "CLIENT": (1, 9), "RESET": (0, 0), "MONITOR": (0, 0),
}


class Generator:
    """Commands out of a random number generator; `longest` bounds the values."""

    def __init__(self, random, longest):
        self.random = random
        self.longest = longest

    # Parts

    def one(self, values):
        return values[self.random.randrange(len(values))]

    def chance(self, probability):
        return self.random.random() < probability

    def key(self):
        return self.one(ODD_KEYS) if self.chance(0.12) else self.one(WORDS)

    def value(self):
        choice = self.random.random()
        if choice < 0.35:
            return self.one(NUMBERS)
        if choice < 0.45:
            return self.one(NO_NUMBERS)
        if choice < 0.55:
            return self.one(FLOATS)
        if choice < 0.60:
            return b""
        if choice < 0.72:
            return bytes(self.random.randrange(256) for _ in range(self.random.randrange(40)))
        if choice < 0.76:
            return self.random.randbytes(self.random.randrange(self.longest))
        return b"value %d" % self.random.randrange(1000)

    def integer(self):
        return self.one(NO_NUMBERS) if self.chance(0.12) else self.one(NUMBERS)

    def offset(self):
        choice = self.random.random()
        if choice < 0.1:
            return self.one(NO_NUMBERS)
        if choice < 0.2:
            return self.one(NUMBERS)
        return b"%d" % self.random.randrange(-30, 30)

    def seconds(self):
        """A time that will not end while it is looked at, or one that has ended, or none."""
        choice = self.random.random()
        if choice < 0.12:
            return self.one(NO_NUMBERS + [b"0", b"-1", b"-9223372036854775808", b"9223372036854775807",
                                          b"9223372036854775", b"9223372036854776"])
        return b"%d" % self.random.randrange(1_000, 1_000_000)

    def milliseconds(self):
        if self.chance(0.12):
            return self.seconds()
        return b"%d" % self.random.randrange(1_000_000, 1_000_000_000)

    def moment(self, scale=1):
        """A time of day, in seconds or milliseconds: most of them to come, some gone."""
        choice = self.random.random()
        now = int(time.time())
        if choice < 0.1:
            return self.one(NO_NUMBERS + [b"0", b"-1"])
        if choice < 0.2:
            return b"%d" % ((now - self.random.randrange(10, 10_000)) * scale)
        return b"%d" % ((now + self.random.randrange(1_000, 1_000_000)) * scale)

    def cased(self, word):
        choice = self.random.random()
        if choice < 0.5:
            return word.upper().encode()
        if choice < 0.9:
            return word.lower().encode()
        return "".join(self.one([letter.upper(), letter.lower()]) for letter in word).encode()

    def some(self, make, most):
        return [make() for _ in range(self.random.randrange(1, most + 1))]

    # Commands

    def set(self):
        command = [self.key(), self.value()]
        options = {
            "EX": self.seconds, "PX": self.milliseconds, "EXAT": self.moment, "PXAT": lambda: self.moment(1000),
            "NX": None, "XX": None, "GET": None, "KEEPTTL": None,
        }
        count = self.one([0, 0, 1, 1, 1, 2, 2, 3, 4])
        for _ in range(count):
            name = self.one(list(options))
            command.append(self.cased(name))
            if options[name] and not self.chance(0.03):
                command.append(options[name]())
        if self.chance(0.03):
            command.append(self.one([b"PERSIST", b"", b"EXX", b"N", b"\x00", b"FOO"]))
        return [self.cased("SET")] + command

    def getex(self):
        command = [self.cased("GETEX"), self.key()]
        options = {
            "EX": self.seconds, "PX": self.milliseconds, "EXAT": self.moment, "PXAT": lambda: self.moment(1000),
            "PERSIST": None,
        }
        for _ in range(self.one([0, 1, 1, 1, 1, 2])):
            name = self.one(list(options))
            command.append(self.cased(name))
            if options[name] and not self.chance(0.03):
                command.append(options[name]())
        if self.chance(0.03):
            command.append(self.one([b"KEEPTTL", b"NX", b"", b"GET"]))
        return command

    def expire(self):
        name = self.one(["EXPIRE", "EXPIRE", "PEXPIRE", "EXPIREAT"])
        time = {"EXPIRE": self.seconds, "PEXPIRE": self.milliseconds, "EXPIREAT": self.moment}[name]
        flags = [self.cased(self.one(["NX", "XX", "GT", "LT"])) for _ in range(self.one([0, 0, 0, 1, 1, 2]))]
        if self.chance(0.02):
            flags.append(self.one([b"XY", b"", b"KEEPTTL"]))
        return [self.cased(name), self.key(), time()] + flags

    def strings(self):
        name = self.one([
            "SETEX", "PSETEX", "SETNX", "GETSET", "GETDEL", "APPEND", "STRLEN", "GETRANGE", "GETRANGE", "SETRANGE",
            "MGET", "MSET", "TYPE", "GET", "GET", "GET",
        ])
        arguments = {
            "SETEX": lambda: [self.key(), self.seconds(), self.value()],
            "PSETEX": lambda: [self.key(), self.milliseconds(), self.value()],
            "SETNX": lambda: [self.key(), self.value()],
            "GETSET": lambda: [self.key(), self.value()],
            "APPEND": lambda: [self.key(), self.value()[:200]],
            "GETRANGE": lambda: [self.key(), self.offset(), self.offset()],
            "SETRANGE": lambda: [self.key(), self.range_start(), self.value()[:60]],
            "MGET": lambda: self.some(self.key, 6),
            "MSET": lambda: [part for _ in range(self.random.randrange(1, 5)) for part in (self.key(), self.value())]
            + ([self.key()] if self.chance(0.05) else []),
        }.get(name, lambda: [self.key()])()
        return [self.cased(name)] + arguments

    def range_start(self):
        choice = self.random.random()
        if choice < 0.08:
            return self.one(NO_NUMBERS)
        if choice < 0.14:
            return self.one([b"-1", b"9223372036854775807", b"1048576", b"536870912", b"-9223372036854775808"])
        return b"%d" % self.random.randrange(self.longest // 2 if choice < 0.2 else 30)

    def numbers(self):
        name = self.one(["INCR", "DECR", "INCRBY", "DECRBY", "INCRBYFLOAT", "INCRBYFLOAT"])
        if name in ("INCR", "DECR"):
            return [self.cased(name), self.key()]
        if name == "INCRBYFLOAT":
            return [self.cased(name), self.key(), self.one(NO_FLOATS) if self.chance(0.15) else self.one(FLOATS)]
        return [self.cased(name), self.key(), self.integer()]

    def keys(self):
        name = self.one(["DEL", "UNLINK", "EXISTS", "EXISTS", "PERSIST", "TTL", "TTL", "PTTL", "PTTL", "KEYS", "DBSIZE"])
        if name == "KEYS":
            return [self.cased(name), self.one(PATTERNS)]
        if name == "DBSIZE":
            return [self.cased(name)]
        if name in ("DEL", "UNLINK", "EXISTS"):
            return [self.cased(name)] + self.some(self.key, 4)
        return [self.cased(name), self.key()]

    def scan_error(self):
        """A SCAN whose arguments are wrong: what a right one returns is compared elsewhere, as a set."""
        return [self.cased("SCAN")] + self.one([
            [b"x"], [b""], [b"-1"], [b"18446744073709551616"], [b"0", b"COUNT"], [b"0", b"COUNT", b"0"],
            [b"0", b"COUNT", b"-1"], [b"0", b"COUNT", b"x"], [b"0", b"MATCH"], [b"0", b"FOO", b"1"], [b"0", b""],
            [b"0", b"TYPE"], [b"0", b"COUNT", b"10", b"MATCH"], [b" 0"], [b"0x1", b"COUNT", b"1"],
        ])

    def connection(self):
        return self.one([
            lambda: [self.cased("PING")],
            lambda: [self.cased("PING"), self.value()[:100]],
            lambda: [self.cased("ECHO"), self.value()],
            lambda: [self.cased("SELECT"), self.one([b"0", b"0", b"1", b"16", b"-1", b"x", b"", b"99999999999999999999"])],
            lambda: [self.cased("CLIENT"), self.cased("SETNAME"), self.one([b"me", b"", b"a b", b"n\n", b"\xff", b"x" * 99])],
            lambda: [self.cased("CLIENT"), self.cased("GETNAME")],
            lambda: [self.cased("CLIENT"), self.cased("ID")],
            lambda: [self.cased("CLIENT"), self.cased("LIST")],
            lambda: [self.cased("CLIENT"), self.cased("NO-EVICT"), self.one([b"on", b"OFF", b"x", b""])],
            lambda: [self.cased("CLIENT"), self.cased("SETINFO"), self.one([b"LIB-NAME", b"lib-ver"]), b"1.0"],
            lambda: [self.cased("CLIENT"), self.one([b"FOO", b"", b"\x00", b"SET NAME", b"x" * 200])],
            lambda: [self.cased("CLIENT"), self.cased(self.one(["SETNAME", "GETNAME", "ID", "NO-EVICT"]))]
            + [b"x"] * self.random.randrange(4),
            lambda: [self.cased("TIME")],
            lambda: [self.cased("INFO")] + self.some(lambda: self.one([b"server", b"CLIENTS", b"keyspace"]), 1)
            * self.random.randrange(2),
            lambda: [self.cased("COMMAND"), self.cased("COUNT")],
            lambda: [self.cased("COMMAND"), self.cased("INFO"), self.one([b"get", b"SET", b"nosuch", b"", b"\xff"])],
            lambda: [self.cased("COMMAND"), self.cased("DOCS"), self.one([b"get", b"nosuch"])],
            lambda: [self.cased("COMMAND"), self.one([b"FOO", b"COUNTS", b""])],
            lambda: [self.cased("CONFIG"), self.cased("GET"), self.one([b"save", b"appendonly", b"nosuch", b""])],
            lambda: [self.cased("CONFIG"), self.one([b"FOO", b"get2", b"GET"])],
            lambda: [self.cased("AUTH"), b"secret"],
            lambda: [self.cased("AUTH"), b"nobody", b"secret"],
            lambda: [self.cased("RESET")],
            lambda: [self.cased("HELLO")] + self.one([
                [], [b"2"], [b"3"], [b"3"], [b"4"], [b"1"], [b"x"], [b""], [b"3", b"SETNAME", b"me"],
                [b"2", b"SETNAME", b"a b"], [b"3", b"FOO"], [b"3", b"SETNAME"], [b"3", b"AUTH", b"nobody"],
                [b"3", b"AUTH", b"nobody", b"secret"], [b"2", b"setname", b"a", b"SETNAME", b"b"],
            ]),
        ])()

    def subscription(self):
        name = self.one(["SUBSCRIBE", "SUBSCRIBE", "PSUBSCRIBE", "UNSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE"])
        values = CHANNEL_PATTERNS if name.startswith("P") else CHANNELS
        least = 0 if name.endswith("UNSUBSCRIBE") else 1
        return [self.cased(name)] + [self.one(values) for _ in range(self.random.randrange(least, 4))]

    def publish(self):
        return [self.cased("PUBLISH"), self.one(CHANNELS), self.value()[:300]]

    def wrong_arity(self):
        name = self.one(list(ARITY))
        least, most = ARITY[name]
        counts = [count for count in range(least)] + ([most + 1, most + 3] if most < 9 else [])
        count = self.one(counts or [0])
        return [self.cased(name)] + [self.one([b"a", b"1", b"", b"\x00"]) for _ in range(count)]

    def unknown(self):
        arguments = [self.one([b"a", b"it's", b'"x"', b"", b"\r\n", b"\x00\xff", b"y" * 100, b"z" * 200, b"\\"])
                     for _ in range(self.random.randrange(6))]
        return [self.one(UNKNOWN)] + arguments

    def command(self):
        """Any command that has one reply, or replies that a PING behind it ends; no PUBLISH, no QUIT."""
        choice = self.random.random()
        for share, make in [
            (0.20, self.set), (0.06, self.getex), (0.10, self.expire), (0.24, self.strings), (0.12, self.numbers),
            (0.11, self.keys), (0.015, self.scan_error), (0.05, self.connection), (0.035, self.wrong_arity),
            (0.03, self.unknown),
        ]:
            if choice < share:
                return make()
            choice -= share
        if choice < 0.003:
            return [self.cased("FLUSHDB")] + self.one([[], [b"ASYNC"], [b"sync"], [b"FOO"], [b"ASYNC", b"SYNC"]])
        return self.subscription()
