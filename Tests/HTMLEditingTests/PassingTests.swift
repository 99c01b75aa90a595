// SPDX-License-Identifier: Apache-2.0
import HTMLEditing
import HTMLLinks
import Testing

/// Tags that nothing is for are passed over. What comes out must not show it.
@Suite("Tags that are passed over") struct PassingTests {
    /// Pieces of pages: what opens and closes, and what hides attributes and tags.
    private static let parts = [
        "<p>", "</p>", "<b>", "</b>", "<a href=/a>", "<a href='/b'>", "</a>", "<a\nhref=\"//from.test/x\">",
        "<div class=x>",
        "</div>", "<ul><li>", "<li>", "</ul>", "<table><tr><td>", "</table>", "<img src=/i.png>", "<img\tSRC = '/j'>",
        "<IMG SRC=/k>", "<x/href=/l>", "<i a/src=/m>", "<i a/=/n>", "<area href=h>", "<area href=\" /o\">",
        "<area href=&#47;p>",
        "<p style='background:url(/q)'>", "<style>a{b:url(/r)}</style>", "<style>", "</style>",
        "<script>'<a href=/s>'</script>",
        "<svg><a xlink:href=/t></svg>", "<svg>", "</svg>", "<title><a href=/u></title>", "<!-- <a href=/v> -->",
        "text ", "<",
        "</", "<!", "&amp;", "<br>", "<input formaction=/w>", "<img srcset='/1 1x, /2 2x'>",
        "<meta content='1;url=/y' http-equiv=refresh>",
        "<iframe srcdoc='<a href=/z>'>", "</iframe>", "<blockquote cite=/c>", "</blockquote>", "<noscript>",
        "</noscript>",
        "<math><mi href=/m>", "</math>", "<template>", "</template>", "<body>", "</body>", "<head>", "</head>",
        "<option>",
        "<i ID=n>", "<i id=\"n m\" hidden>", "<i hidden>", "<i data-a-long-name/src=/x>", "<longername href=/a>",
        "<h1>", "</h1>",
    ]

    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    /// Handlers for which tags may be passed over; the last argument keeps it from being so, and does nothing.
    private static let handlers: [@Sendable () -> [HTMLHandler]] = [
        { [] },
        { [on("b") { element in try? element.setAttribute("x", to: "1") }] },
        { [on("p, li, img") { element in element.after(.text("+")) }] },
        { [on("div") { element in try? element.append(.text("!")) }, on("a") { $0.unwrap() }] },
        { [on("table") { $0.remove() }, on("ul") { element in try? element.setContent(.text("-")) }] },
        { [on("#n") { element in element.before(.text("*")) }, on("[hidden]") { $0.removeAttribute("hidden") }] },
        { [on("[href]") { element in element.before(.text("*")) }, on("[src]") { $0.after(.text("/")) }] },
        { [on("i[x], svg a, [class~=x]") { element in element.before(.text("*")) }] },
        { [on("longername, style, template") { element in element.after(.text("*")) }] },
        { [text(in: "h1", whole: true) { part in try? part.after(.text("~")) }, comments(in: "p") { $0.remove() }] },
        {
            [
                on(":root") { element in try? element.setAttribute("root", to: "") },
                on("body") { try? $0.append(.text("]")) },
            ]
        },
    ]

    @Test(
        "what is passed over makes no difference, with and without URLs that are mapped",
        arguments: handlers.indices, [false, true])
    func difference(_ index: Int, _ mapsURLs: Bool) throws {
        let urls = mapsURLs ? try URLMap([("/", "/app/"), ("//from.test/", "https://to.test/")]) : nil
        let rules = try HTMLRules(Self.handlers[index]())
        // A selector that looks at what is around an element wants to know of each.
        let thorough = try HTMLRules(Self.handlers[index]() + [on("nothing > nothing") { _ in }])
        var numbers = Numbers(state: UInt64(index) * 2 + (mapsURLs ? 1 : 0))
        var changed = 0
        for _ in 0..<400 {
            let count = Int.random(in: 1...24, using: &numbers)
            let page = (0..<count).map { _ in Self.parts.randomElement(using: &numbers) ?? "" }.joined()
            let bytes = Array(page.utf8)
            let cut = Int.random(in: 0..<bytes.count, using: &numbers)
            let expected = try rewritten(bytes, thorough, urls: urls)
            for cuts in [[], [cut], Array(bytes.indices)] {
                let result = try rewritten(bytes, rules, cuts: cuts, urls: urls)
                guard result == expected else {
                    Issue.record(
                        "\(page) cut at \(cuts): \(String(decoding: result, as: UTF8.self)), not \(String(decoding: expected, as: UTF8.self))"
                    )
                    return
                }
            }
            if expected != bytes { changed += 1 }
        }
        #expect(changed > 0 || (index == 0 && !mapsURLs))
    }

    @Test("a limit of depth counts what is passed over, and ends all changes") func depth() throws {
        let nested = String(repeating: "<p><div>", count: 20) + String(repeating: "</div></p>", count: 20)
        let rules = try HTMLRules { on("b") { $0.remove() } }
        var exceeded: HTMLLimits.Limit?
        let page = Array((nested + "<b>x</b>").utf8)
        let result = try rewritten(page, rules, limits: HTMLLimits(depth: 8)) { exceeded = $0.exceeded }
        #expect(exceeded == .depth && result == page)
    }
}
