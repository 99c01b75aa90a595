// SPDX-License-Identifier: Apache-2.0

/// What Redis 7.0.15 answered to one client, from one line to the next.
enum VersionThreeDialogue {
    static let lines: [(String, String)] = [
        ("GET x", "_\r\n"),
        ("SET x 1", "+OK\r\n"),
        ("GET x", "$1\r\n1\r\n"),
        ("SET x 2 NX", "_\r\n"),
        ("SET x 2 GET", "$1\r\n1\r\n"),
        ("GETDEL nokey", "_\r\n"),
        ("GETEX nokey", "_\r\n"),
        ("GETSET nokey 1", "_\r\n"),
        ("MGET x nokey2", "*2\r\n$1\r\n2\r\n_\r\n"),
        ("CLIENT GETNAME", "_\r\n"),
        ("COMMAND INFO nosuch", "*1\r\n_\r\n"),
        ("COMMAND DOCS nosuch", "%0\r\n"),
        ("CONFIG GET nosuch", "%0\r\n"),
        ("INCRBYFLOAT x 0.5", "$3\r\n2.5\r\n"),
        ("SCAN 0 MATCH nosuch COUNT 100", "*2\r\n$1\r\n0\r\n*0\r\n"),
        ("KEYS nosuch", "*0\r\n"),
        ("PUBLISH a b", ":0\r\n"),
        ("SUBSCRIBE q", ">3\r\n$9\r\nsubscribe\r\n$1\r\nq\r\n:1\r\n"),
        ("GET x", "$3\r\n2.5\r\n"),
        ("PING", "+PONG\r\n"),
        ("PING x", "$1\r\nx\r\n"),
        ("SUBSCRIBE q", ">3\r\n$9\r\nsubscribe\r\n$1\r\nq\r\n:1\r\n"),
        (
            "PSUBSCRIBE p* r*",
            ">3\r\n$10\r\npsubscribe\r\n$2\r\np*\r\n:2\r\n>3\r\n$10\r\npsubscribe\r\n$2\r\nr*\r\n:3\r\n"
        ),
        ("UNSUBSCRIBE", ">3\r\n$11\r\nunsubscribe\r\n$1\r\nq\r\n:2\r\n"),
        ("UNSUBSCRIBE", ">3\r\n$11\r\nunsubscribe\r\n_\r\n:2\r\n"),
        ("PUNSUBSCRIBE p*", ">3\r\n$12\r\npunsubscribe\r\n$2\r\np*\r\n:1\r\n"),
        ("PUNSUBSCRIBE zz", ">3\r\n$12\r\npunsubscribe\r\n$2\r\nzz\r\n:1\r\n"),
        ("PUNSUBSCRIBE", ">3\r\n$12\r\npunsubscribe\r\n$2\r\nr*\r\n:0\r\n"),
        ("PUNSUBSCRIBE", ">3\r\n$12\r\npunsubscribe\r\n_\r\n:0\r\n"),
        ("HELLO 4", "-NOPROTO unsupported protocol version\r\n"),
        ("RESET", "+RESET\r\n"),
        ("GET nokey2", "$-1\r\n"),
    ]
}
