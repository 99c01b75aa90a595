// SPDX-License-Identifier: Apache-2.0
import HTMLLinks
import Testing

@Suite("URLs are mapped by prefixes")
struct URLMapTests {
    typealias Rules = [(from: String, to: String)]
    static let proxy: Rules = [("http://backend:8080/", "https://www.example.com/app/"), ("/", "/app/")]

    @Test(
        "What is below a host is mapped, however the host is written",
        arguments: [
            ("http://backend:8080/x", "https://www.example.com/app/x"),
            ("HTTP://Backend:8080/X", "https://www.example.com/app/X"),
            ("http://backend:08080/x", "https://www.example.com/app/x"),
            ("http://backend:8080", "https://www.example.com/app/"),
            ("http://backend:8080?q", "https://www.example.com/app/?q"),
            ("http://backend:8080#f", "https://www.example.com/app/#f"),
            ("//backend:8080/x", "https://www.example.com/app/x"),
            (" \t http://backend:8080/x ", " \t https://www.example.com/app/x "),
            ("ht\ntp://back\tend:8080/x\ty", "https://www.example.com/app/x\ty"),
            (#"http:\\backend:8080\x"#, #"https://www.example.com/app\x"#),
            (#"\/backend:8080/x"#, "https://www.example.com/app/x"),
            ("http:////backend:8080/x", "https://www.example.com/app/x"),
            ("///backend:8080/x", "https://www.example.com/app/x"),
            ("/x", "/app/x"), ("/", "/app/"), ("/app/x", "/app/app/x"), ("/x//y", "/app/x//y"),
            ("\u{0}/x", "\u{0}/app/x"),
        ])
    func maps(url: String, expected: String) throws {
        #expect(try mapped(url, Self.proxy) == expected)
    }

    @Test(
        "All else stays",
        arguments: [
            "", " ", "x", "x/y", "../x", "?q=/", "#/", "data:,/x", "javascript:'/x'", "mailto:a@b", "http:/x", "http:x",
            "http://backend/x", "http://backend:80801/x", "http://backend:8080x/", "http://backend.example:8080/x",
            "http://user@backend:8080/x", "http://backend:8080@other/x", "https://backend:8080/x", "//other/x",
            #"/\other/x"#,
            "/\t/other/x", "ws://backend:8080/", "http", "http:", "http://", "h", "//", "///", "http://:8080/",
            "http://backend:99999999999999999999/", "x http://backend:8080/", "\u{A0}/x",
        ])
    func leaves(url: String) throws {
        #expect(try mapped(url, Self.proxy) == url)
    }

    @Test(
        "A prefix ends where a part of the path ends",
        arguments: [
            ("/app", "/x/"), ("/app/", "/x/"), ("/app/y", "/x/y"), ("/app?q", "/x/?q"), ("/app#f", "/x/#f"),
            ("/application", "/application"), ("/app%2Fy", "/app%2Fy"), ("/App/y", "/App/y"), ("/ap", "/ap"),
            (#"/app\y"#, #"/x\y"#), ("//app/y", "//app/y"), ("/./app/y", "/./app/y"),
        ])
    func boundary(url: String, expected: String) throws {
        #expect(try mapped(url, [("/app", "/x/")]) == expected)
    }

    @Test("A prefix with a slash at its end is not mapped without one, unless it is a host's root")
    func slashAtTheEnd() throws {
        #expect(try mapped("/app", [("/app/", "/x/")]) == "/app")
        #expect(try mapped("/app?q", [("/app/", "/x/")]) == "/app?q")
        #expect(try mapped("http://h/app", [("http://h/app/", "/x/")]) == "http://h/app")
        #expect(try mapped("http://h", [("http://h/", "/x/")]) == "/x/")
    }

    @Test(
        "Slashes at the ends of the two prefixes need not agree",
        arguments: [
            ("http://h/", "https://w", "http://h/x", "https://w/x"),
            ("http://h", "https://w/", "http://h/x", "https://w/x"),
            ("http://h", "https://w", "http://h?q", "https://w?q"), ("http://h", "/", "http://h/x", "/x"),
            ("http://h", "/", "http://h", "/"), ("/a/", "/b", "/a/x", "/b/x"), ("/a", "/b/", "/a/x", "/b/x"),
            ("/a", "/", "/a", "/"), ("/a", "//h", "/a/x", "//h/x"), ("//h", "/a", "https://h/x", "/a/x"),
            ("http://h/", "/app", "http://h", "/app"),
        ])
    func slashes(from: String, to: String, url: String, expected: String) throws {
        #expect(try mapped(url, [(from, to)]) == expected)
    }

    @Test(
        "A path with two slashes does not become a host",
        arguments: [
            ("http://h//evil.example/x", "/.//evil.example/x"), (#"http://h/\evil.example"#, #"/./\evil.example"#),
            ("http://h/\t/evil.example", "/./\t/evil.example"), ("http://h/x//y", "/x//y"),
        ])
    func doubleSlash(url: String, expected: String) throws {
        #expect(try mapped(url, [("http://h/", "/")]) == expected)
    }

    @Test(
        "A scheme's own port is the same as none",
        arguments: [
            ("http://h/", "http://h:80/x"), ("http://h:80/", "http://h/x"), ("http://h:80/", "http://h:/x"),
            ("https://h/", "https://h:443/x"), ("wss://h/", "wss://h:443/x"), ("ftp://h/", "ftp://h:21/x"),
            ("http://h/", "//h:80/x"), ("http://h:80/", "//h/x"), ("//h/", "http://h:80/x"),
            ("//h:8/", "https://h:8/x"),
            ("//h:443/", "https://h/x"), ("http://[::1]:80/", "http://[::1]/x"), ("http://[::1]/", "//[::1]/x"),
        ])
    func ports(from: String, url: String) throws {
        #expect(try mapped(url, [(from, "/p/")]) == "/p/x")
    }

    @Test(
        "Another port or scheme is another server",
        arguments: [
            ("http://h/", "http://h:443/x"), ("http://h:443/", "https://h/x"), ("https://h/", "//h:80/x"),
            ("//h/", "ws://h/x"), ("ws://h/", "//h/x"), ("ws://h/", "http://h/x"), ("//h:80/", "https://h/x"),
            ("http://[::1]/", "http://[::1]:8/x"),
        ])
    func otherPorts(from: String, url: String) throws {
        #expect(try mapped(url, [(from, "/p/")]) == url)
    }

    @Test("The longest path counts, then the scheme, then the order")
    func precedence() throws {
        let rules: Rules = [
            ("/", "/1/"), ("/a/b", "/2"), ("/a", "/3"), ("//h/", "/4/"), ("http://h/", "/5/"), ("http://h/", "/6/"),
        ]
        #expect(try mapped("/a/b/c", rules) == "/2/c")
        #expect(try mapped("/a/c", rules) == "/3/c")
        #expect(try mapped("/c", rules) == "/1/c")
        #expect(try mapped("http://h/c", rules) == "/5/c")
        #expect(try mapped("https://h/c", rules) == "/4/c")
    }

    @Test("A prefix that is mapped to itself is an exception")
    func exception() throws {
        let rules: Rules = [("/", "/app/"), ("/static", "/static")]
        #expect(try mapped("/static/x", rules) == "/static/x")
        #expect(try mapped("/statics/x", rules) == "/app/statics/x")
        let bytes = Array("/static/x".utf8)
        #expect(try URLMap(rules).map(bytes.span) == nil)
    }

    @Test("A result is not mapped again")
    func once() throws {
        #expect(try mapped("http://h/x", [("http://h/", "/"), ("/", "/app/")]) == "/x")
    }

    @Test(
        "A prefix that is none is refused, and the message says why",
        arguments: [
            ("", "/", "empty"), ("/", "", "empty"), ("backend/", "/", "begins with"), ("/", "x", "begins with"),
            ("/a b", "/", "space"), ("/a\tb", "/", "control"), ("/", "/a\"b", "'\"'"), ("/", "/<", "'<'"),
            ("/a?b", "/", "'?'"),
            ("/", "/#", "'#'"), ("http://", "/", "host"), ("http:///x", "/", "host"), ("http://h:x/", "/", "host"),
            ("http://u@h/", "/", "@"), ("/", "/x,", "comma"), ("http://bäckend/", "/", "xn--"),
            ("/", "http://bäckend/", "xn--"),
            ("gopher://h/", "/", "begins with"), ("/a//", "/", "slash"), ("http://h:65536/", "/", "host"),
            ("///", "/", "host"),
            (#"/a\b"#, "/", #"'\'"#), ("http:/h", "/", "host"), ("//", "/", "host"),
        ])
    func refusals(from: String, to: String, reason: String) {
        let error = #expect(throws: URLMapError.self) { _ = try URLMap([("/ok", "/"), (from, to)]) }
        #expect(error?.message.contains(reason) == true, "\(String(describing: error))")
        #expect(error?.rule == 1)
    }

    @Test("What is not ASCII, and an apostrophe, is percent-encoded on the way out")
    func encoding() throws {
        #expect(try mapped("/x", [("/", "/ä'/")]) == "/%C3%A4%27/x")
        #expect(try mapped("/x", [("/", "https://h/ä/")]) == "https://h/%C3%A4/x")
        #expect(try mapped("/x", [("/", "/a/b/ä/")]) == "/a/b/%C3%A4/x")
        #expect(try mapped("/x", [("/", "//h/ä")]) == "//h/%C3%A4/x")
        #expect(try mapped("/ä/x", [("/ä", "/a")]) == "/a/x")
    }

    @Test("No URL traps, and only its beginning changes")
    func chance() throws {
        var chance = Chance(state: 7)
        let map = try URLMap(Self.proxy + [("//h/a", "/b"), ("https://[::1]/", "/")])
        let parts = [
            "http", "https", ":", "/", "//", "backend", "8080", "\\", "\t", "\n", " ", "@", "[::1]", "?", "#", "h", "a",
            ".",
            "\u{0}", "99999999999", "ä",
        ]
        var edits = 0
        for _ in 0..<50000 {
            let url = Array(chance.text(of: parts, 9).utf8)
            guard let edit = map.map(url.span) else { continue }
            edits += 1
            #expect(edit.range.upperBound <= url.count && edit.range.lowerBound >= 0)
            #expect(!edit.range.isEmpty || !edit.text.isEmpty)
        }
        #expect(edits > 1000)
    }
}
