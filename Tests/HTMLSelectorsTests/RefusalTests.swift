// SPDX-License-Identifier: Apache-2.0
import HTMLSelectors
import Testing

@Suite struct RefusalTests {
    @Test(
        "An error says why, and at which byte",
        arguments: [
            ("", .missing, 0), ("  ", .missing, 2), ("a,", .missing, 2), (",a", .missing, 0), ("a,,b", .missing, 2),
            ("a >", .missing, 3), ("> a", .unexpected(">"), 0), ("a > > b", .unexpected(">"), 4),
            ("a)", .unexpected(")"), 1),
            ("é}", .unexpected("}"), 2), ("a {", .unexpected("{"), 2), ("a!", .unexpected("!"), 1),
            ("1a", .unexpected("1"), 0),
            ("a 😀!", .unexpected("!"), 6), (".1", .noName(after: "."), 1), ("#1", .noName(after: "#"), 1),
            ("#-", .noName(after: "#"), 1), (". a", .noName(after: "."), 1), ("a:", .noName(after: ":"), 2),
            ("a::", .noName(after: "::"), 3), ("[]", .noName(after: "["), 1), ("[=a]", .noName(after: "["), 1),
            ("svg|", .noName(after: "|"), 4), ("*|", .noName(after: "|"), 2), ("[svg|=]", .noValue, 6),
            ("[svg|1]", .noName(after: "|"), 5), (".a*", .misplacedType, 2), (".a|b", .misplacedType, 2),
            ("[a]b", .misplacedType, 3), ("**", .misplacedType, 1), (":root|a", .misplacedType, 5),
            ("[a", .unclosed(.attribute), 0), ("p [a=", .unclosed(.attribute), 2), ("p[a=b", .unclosed(.attribute), 1),
            ("p[", .unclosed(.attribute), 1), ("[a='b", .unclosed(.string), 3), ("[a=\"b']", .unclosed(.string), 3),
            ("[a='b\\", .unclosed(.string), 3), ("[a='b\nc']", .lineEndInString, 5), ("a/*", .unclosed(.comment), 1),
            ("a /* * /", .unclosed(.comment), 2), ("p:not(", .unclosed(.function), 1),
            ("p:not(a", .unclosed(.function), 1),
            ("p:is(a, ", .unclosed(.function), 1), (":nth-child(", .unclosed(.function), 0),
            (":nth-child(2", .unclosed(.function), 0), (":nth-child(2 of", .unclosed(.function), 0),
            (":not()", .missing, 5), (":is(,a)", .missing, 4), (":where(a,)", .missing, 9), ("[a=1]", .noValue, 3),
            ("[a==b]", .noValue, 3), ("[a~b]", .unexpected("~"), 2), ("[a b]", .unexpected("b"), 3),
            ("[a=b c]", .unknownFlag("c"), 5), ("[a=b ii]", .unknownFlag("ii"), 5), ("[a=b i i]", .unexpected("i"), 7),
            ("[a i]", .unexpected("i"), 3), ("x|a", .unknownPrefix("x"), 0), ("SVG|a", .unknownPrefix("SVG"), 0),
            ("p [x|a]", .unknownPrefix("x"), 3), ("xlink|a", .unknownPrefix("xlink"), 0),
            (":nth-child(2 in p)", .unexpected("in"), 13), (":nth-of-type(2 of p)", .unexpected("o"), 15),
            ("a || b", .unsupported("||"), 2), ("a||b", .unsupported("||"), 1), ("&", .unsupported("&"), 0),
            ("a & b", .unsupported("&"), 2), ("a:is", .missingArguments("is"), 1),
            (":not a", .missingArguments("not"), 0),
            (":nth-child", .missingArguments("nth-child"), 0), (":root(a)", .needlessArguments("root"), 0),
            (":first-child()", .needlessArguments("first-child"), 0), ("#a\\\n", .unexpected("\\"), 2),
        ] as [(String, SelectorError.Reason, Int)])
    func errors(selector: String, reason: SelectorError.Reason, offset: Int) {
        let error = refusal(of: selector)
        #expect(error?.reason == reason)
        #expect(error?.offset == offset)
        #expect(error?.message.isEmpty == false)
    }

    @Test(
        "What comes behind the start tag cannot be asked for, and the error says so",
        arguments: [
            "last-child", "nth-last-child(2)", "last-of-type", "nth-last-of-type(2n)", "only-child", "only-of-type",
            "has(a)", "empty", "LAST-child", "\\6c ast-child",
        ])
    func undecidable(name: String) throws {
        let error = try #require(refusal(of: "ul li:\(name) b"))
        guard case .undecidable = error.reason else {
            Issue.record("\(error)")
            return
        }
        #expect(error.offset == 5)
        #expect(error.message.contains("cannot be decided at the start tag"))
        #expect(refusal(of: "ul:not(li:\(name))")?.offset == 9)
    }

    @Test("What a browser knows, pseudo-elements and unknown names have their own reasons")
    func others() {
        #expect(refusal(of: "a:hover") == refusal(of: "b:hover"))
        #expect(refusal(of: "a:hover")?.reason == .dynamic("hover"))
        #expect(refusal(of: ":lang(en)")?.reason == .dynamic("lang"))
        #expect(refusal(of: "p::before")?.reason == .pseudoElement("before"))
        #expect(refusal(of: "p:First-Line")?.reason == .pseudoElement("first-line"))
        #expect(refusal(of: "p::slotted(a)")?.reason == .pseudoElement("slotted"))
        #expect(refusal(of: ":foo")?.reason == .unknownPseudoClass("foo"))
        #expect(refusal(of: ":-webkit-any(a)")?.reason == .unknownPseudoClass("-webkit-any"))
        #expect(refusal(of: ":foo")?.description == "the pseudo-class :foo is not known (at byte 0)")
    }

    @Test("Functions are nested 32 deep, and no deeper")
    func nesting() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: ":not(", count: depth) + "p" + String(repeating: ")", count: depth)
        }
        #expect(matching(nested(32), in: "p#a") == "a")
        let error = try #require(refusal(of: nested(33)))
        #expect(error.reason == .nestedTooDeep)
        #expect(error.offset == 32 * 5)
        #expect(refusal(of: String(repeating: ":is(", count: 100_000))?.reason == .nestedTooDeep)
    }

    @Test("No beginning of a long selector breaks the parser")
    func beginnings() {
        let text = Array(
            #"svg|a#b\31 .c[d|=e][*|f~="\"g" i]:not(:is(h > i, j + k ~ l)):nth-child(2n + 1 of m), n/*o*/ p"#.utf8)
        for count in 0...text.count {
            let beginning = String(decoding: text.prefix(count), as: UTF8.self)
            do throws(SelectorError) {
                _ = try Selector(beginning)
            } catch {
                #expect(error.offset >= 0 && error.offset <= count)
            }
        }
    }
}
