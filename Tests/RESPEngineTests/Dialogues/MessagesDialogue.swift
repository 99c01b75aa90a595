// SPDX-License-Identifier: Apache-2.0

/// What Redis 7.0.15 answered to one client, from one line to the next.
enum MessagesDialogue {
    static let lines: [(String, String)] = [
        ("SUBSCRIBE", "-ERR wrong number of arguments for 'subscribe' command\r\n"),
        ("PSUBSCRIBE", "-ERR wrong number of arguments for 'psubscribe' command\r\n"),
        (
            "SUBSCRIBE a a b",
            "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n*3\r\n"
                + "$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n"
        ),
        (
            "GET x",
            "-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are"
                + " allowed in this context\r\n"
        ),
        ("PING", "*2\r\n$4\r\npong\r\n$0\r\n\r\n"),
        ("PING x", "*2\r\n$4\r\npong\r\n$1\r\nx\r\n"),
        ("PING x y", "-ERR wrong number of arguments for 'ping' command\r\n"),
        ("nosuch", "-ERR unknown command 'nosuch', with args beginning with: \r\n"),
        ("GET", "-ERR wrong number of arguments for 'get' command\r\n"),
        (
            "CLIENT ID",
            "-ERR Can't execute 'client|id': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RES"
                + "ET are allowed in this context\r\n"
        ),
        (
            "COMMAND COUNT",
            "-ERR Can't execute 'command|count': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT /"
                + " RESET are allowed in this context\r\n"
        ),
        (
            "HELLO 3",
            "-ERR Can't execute 'hello': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET a"
                + "re allowed in this context\r\n"
        ),
        (
            "AUTH x",
            "-ERR Can't execute 'auth': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET ar"
                + "e allowed in this context\r\n"
        ),
        (
            "SELECT 1",
            "-ERR Can't execute 'select': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET "
                + "are allowed in this context\r\n"
        ),
        (
            "PUBLISH a b",
            "-ERR Can't execute 'publish': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET"
                + " are allowed in this context\r\n"
        ),
        ("PSUBSCRIBE a*", "*3\r\n$10\r\npsubscribe\r\n$2\r\na*\r\n:3\r\n"),
        ("UNSUBSCRIBE zz", "*3\r\n$11\r\nunsubscribe\r\n$2\r\nzz\r\n:3\r\n"),
        ("UNSUBSCRIBE a", "*3\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n:2\r\n"),
        ("UNSUBSCRIBE", "*3\r\n$11\r\nunsubscribe\r\n$1\r\nb\r\n:1\r\n"),
        ("UNSUBSCRIBE", "*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:1\r\n"),
        ("PUNSUBSCRIBE nosuch", "*3\r\n$12\r\npunsubscribe\r\n$6\r\nnosuch\r\n:1\r\n"),
        ("PUNSUBSCRIBE", "*3\r\n$12\r\npunsubscribe\r\n$2\r\na*\r\n:0\r\n"),
        ("PUNSUBSCRIBE", "*3\r\n$12\r\npunsubscribe\r\n$-1\r\n:0\r\n"),
        (
            "UNSUBSCRIBE x y",
            "*3\r\n$11\r\nunsubscribe\r\n$1\r\nx\r\n:0\r\n*3\r\n$11\r\nunsubscribe\r\n$1\r\ny\r\n:0\r\n"
        ),
        ("GET x", "$-1\r\n"),
        ("SUBSCRIBE q", "*3\r\n$9\r\nsubscribe\r\n$1\r\nq\r\n:1\r\n"),
        ("RESET", "+RESET\r\n"),
        ("GET x", "$-1\r\n"),
        ("SUBSCRIBE \"\"", "*3\r\n$9\r\nsubscribe\r\n$0\r\n\r\n:1\r\n"),
        ("QUIT", "+OK\r\n"),
    ]
}
