// SPDX-License-Identifier: Apache-2.0
import HTMLLinks
import Testing

@Suite("URLs in header fields are mapped")
struct HeaderTests {
    typealias Rules = [(from: String, to: String)]
    static let rules: Rules = [("http://b:8080/", "https://w.example/app/"), ("/", "/app/")]

    private func map(_ field: String, _ value: String, _ rules: Rules = rules) throws -> String {
        let name = Array(field.utf8)
        guard let kind = HeaderLinks(field: name.span) else { return "no such field" }
        var rewriter = LinkRewriter(try URLMap(rules))
        let bytes = Array(value.utf8)
        return rewriter.map(header: bytes.span, as: kind).map { String(decoding: $0, as: UTF8.self) } ?? value
    }

    @Test(
        "Fields with one URL",
        arguments: [
            "Location", "content-location", "URI", "SourceMap", "X-SourceMap", "Service-Worker-Allowed", "X-Pingback",
        ])
    func single(field: String) throws {
        #expect(try map(field, "http://b:8080/x?y") == "https://w.example/app/x?y")
        #expect(try map(field, "/x") == "/app/x")
        #expect(try map(field, "http://o/x") == "http://o/x")
    }

    @Test("Refresh is that of <meta>")
    func refresh() throws {
        #expect(try map("Refresh", "3; url=/x") == "3; url=/app/x")
    }

    @Test(
        "Others are not looked at",
        arguments: [
            "", "Content-Type", "Referer", "Alt-Svc", "Locations", "Set-Cookie2", "Content-Security", "ETag",
            "Link-Template",
        ])
    func others(field: String) {
        let name = Array(field.utf8)
        #expect(HeaderLinks(field: name.span) == nil)
    }

    @Test(
        "Link: targets, not parameters",
        arguments: [
            ("</a>; rel=preload", "</app/a>; rel=preload"),
            ("</a>; title=\"x, </b>\", <http://b:8080/c>", "</app/a>; title=\"x, </b>\", <https://w.example/app/c>"),
            ("</a>; title=\"\\\", </b>\", </c>", "</app/a>; title=\"\\\", </b>\", </app/c>"),
            ("</a>,,</b>", "</app/a>,,</app/b>"), ("</a,b;c>", "</app/a,b;c>"),
            ("/a", "/a"), ("</a", "</a"), ("", ""), ("<>", "<>"), ("</a>; x=\"", "</app/a>; x=\""),
            ("x, </a>", "x, </a>"), ("</a>; x=\"\\", "</app/a>; x=\"\\"),
        ])
    func link(value: String, expected: String) throws {
        #expect(try map("Link", value) == expected)
    }

    @Test("Reporting-Endpoints")
    func endpoints() throws {
        #expect(
            try map("Reporting-Endpoints", "a=\"/r\", b=\"http://b:8080/\"")
                == "a=\"/app/r\", b=\"https://w.example/app/\"")
        #expect(try map("Reporting-Endpoints", "a=\"/r") == "a=\"/r")
        #expect(try map("Reporting-Endpoints", "\"") == "\"")
        #expect(try map("Reporting-Endpoints", "=\"") == "=\"")
    }

    @Test(
        "Set-Cookie: Path and Domain",
        arguments: [
            ("a=/; Path=/; Secure", "a=/; Path=/app/; Secure"),
            ("a=b;path = /x ;HttpOnly", "a=b;path = /app/x ;HttpOnly"), ("a=b; Domain=b", "a=b; Domain=w.example"),
            ("a=b; domain=.B; Path=/", "a=b; domain=.w.example; Path=/app/"), ("a=b; Domain=o", "a=b; Domain=o"),
            ("a=b; Path=x", "a=b; Path=x"), ("a=b; Path", "a=b; Path"),
            ("a=b", "a=b"), ("Path=/", "Path=/"), ("Path=/; x", "Path=/; x"),
            ("a=b; Path=/x; Path=/", "a=b; Path=/app/x; Path=/app/"), ("", ""), (";", ";"),
            (";;Path=/", ";;Path=/app/"),
            ("a=b; Path=", "a=b; Path="), ("a=b; Domain=", "a=b; Domain="),
        ])
    func cookies(value: String, expected: String) throws {
        #expect(try map("Set-Cookie", value) == expected)
    }

    @Test("Set-Cookie: by the rules for a host, if there is one; a domain that the public has not goes")
    func cookiesOfHosts() throws {
        let one: Rules = [("http://b:8080/", "https://w/app"), ("http://b/x", "/y")]
        #expect(try map("Set-Cookie", "a=b; Path=/", one) == "a=b; Path=/app")
        #expect(try map("Set-Cookie", "a=b; Path=/x", one) == "a=b; Path=/y")
        #expect(try map("Set-Cookie", "a=b; Path=/z", one) == "a=b; Path=/app/z")
        #expect(try map("Set-Cookie", "a=b; Path=/z", one + [("http://c/", "/c/")]) == "a=b; Path=/z")
        #expect(try map("Set-Cookie", "a=b; Domain=b; Secure", [("http://b/", "/")]) == "a=b; Secure")
        #expect(try map("Set-Cookie", "a=b; Path=/app", [("/app/", "/x/")]) == "a=b; Path=/x/")
        #expect(try map("Set-Cookie", "a=b; Path=/", [("/", "/x;y/")]) == "a=b; Path=/")
        #expect(try map("Set-Cookie", "a=b; Path=/application", [("/app", "/x")]) == "a=b; Path=/application")
    }

    @Test(
        "Content-Security-Policy: sources and reports",
        arguments: [
            ("default-src 'self' http://b:8080", "default-src 'self' https://w.example/app/"),
            ("script-src b:8080/js/ 'nonce-x'", "script-src https://w.example/app/js/ 'nonce-x'"),
            ("img-src * https: data: b:80 *.b:8080", "img-src * https: data: b:80 *.b:8080"),
            ("report-uri /r http://b:8080/r", "report-uri /app/r https://w.example/app/r"),
            (
                "sandbox http://b:8080; form-action HTTP://B:8080/f",
                "sandbox http://b:8080; form-action https://w.example/app/f"
            ),
            (
                "frame-ancestors http://b:8080, base-uri http://b:8080/",
                "frame-ancestors https://w.example/app/, base-uri https://w.example/app/"
            ),
            (
                "script-src-elem http://b:8080;style-src-attr http://b:8080",
                "script-src-elem https://w.example/app/;style-src-attr https://w.example/app/"
            ),
            ("", ""), (";", ";"), ("default-src", "default-src"), ("src http://b:8080", "src http://b:8080"),
            ("img-src /x", "img-src /x"),
        ])
    func policy(value: String, expected: String) throws {
        #expect(try map("Content-Security-Policy", value) == expected)
        #expect(try map("content-security-policy-report-only", value) == expected)
    }

    @Test("Content-Security-Policy: the public's own host is 'self', and separators are encoded")
    func policySelf() throws {
        #expect(
            try map("Content-Security-Policy", "img-src http://b/ b c", [("http://b/", "/x/")])
                == "img-src 'self' 'self' c")
        #expect(
            try map("Content-Security-Policy", "img-src b/y", [("http://b/", "https://w/a;b,c/")])
                == "img-src https://w/a%3Bb%2Cc/y")
        #expect(
            try map("Content-Security-Policy", "img-src http://b", [("http://b", "https://w")]) == "img-src https://w")
    }

    @Test("Origins are mapped to origins, as far as they are known")
    func origins() throws {
        let field = "Access-Control-Allow-Origin"
        #expect(try map(field, "http://b:8080") == "https://w.example")
        for value in ["*", "null", "http://o", "https://b:8080", "http://b:8080/", "b:8080", ""] {
            #expect(try map(field, value) == value)
        }
        #expect(try map(field, "http://b", [("http://b/", "/")]) == "http://b")
        #expect(try map(field, "http://b", [("http://b/x", "https://w/")]) == "http://b")
        #expect(try map("Timing-Allow-Origin", "http://o, http://b:8080") == "http://o, https://w.example")
    }

    @Test("No value of any field traps")
    func chance() throws {
        var chance = Chance(state: 13)
        var rewriter = LinkRewriter(try URLMap(Self.rules))
        let fields: [HeaderLinks] = [.url, .refresh, .link, .cookie, .policy, .origins, .endpoints]
        let parts = [
            "<", ">", "/", "http://b:8080", "\"", "\\", ";", ",", "=", "Path", "Domain", "b", " ", "img-src",
            "report-uri", "'", ":", "a", "0",
        ]
        var changed = 0
        for _ in 0..<40000 {
            let value = Array(chance.text(of: parts, 14).utf8)
            if let new = rewriter.map(header: value.span, as: fields[chance.below(fields.count)]) {
                changed += 1
                #expect(new != value)
            }
        }
        #expect(changed > 600)
    }
}
