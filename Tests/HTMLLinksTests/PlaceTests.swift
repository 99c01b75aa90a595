// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTMLLinks
import HTMLTokenizing
import Testing

@Suite("Attributes that hold URLs are known")
struct PlaceTests {
    private func kind(_ attribute: String, _ element: String, _ namespace: HTMLNamespace = .html) -> LinkKind? {
        let attribute = Array(attribute.utf8)
        let element = Array(element.utf8)
        return LinkPlace.kind(ofAttribute: attribute.span, element: element.span, namespace: namespace)
    }

    /// The attributes of the HTML standard's index whose value is a URL, or several.
    static let index: [(attribute: String, elements: String, kind: LinkKind)] = [
        ("action", "form", .url), ("cite", "blockquote del ins q", .url), ("data", "object", .url),
        ("formaction", "button input", .url), ("href", "a area link base", .url), ("imagesrcset", "link", .srcset),
        ("ping", "a area", .spaces), ("poster", "video", .url),
        ("src", "audio embed iframe img input script source track video", .url), ("srcdoc", "iframe", .document),
        ("srcset", "img source", .srcset), ("style", "a div body made-up", .declarations),
        ("content", "meta", .content),
        // Of its obsolete features.
        ("background", "body table thead tbody tfoot tr td th", .url), ("longdesc", "img iframe frame", .url),
        ("manifest", "html", .url), ("codebase", "object applet", .url), ("classid", "object", .url),
        ("archive", "object", .spaces), ("archive", "applet", .commas), ("profile", "head", .spaces),
        ("src", "frame", .url),
    ]

    @Test("HTML's, with the name in any letters", arguments: index)
    func html(attribute: String, elements: String, expected: LinkKind) {
        for element in elements.split(separator: " ") {
            #expect(kind(attribute, String(element)) == expected)
            #expect(kind(attribute.uppercased(), element.uppercased()) == expected)
        }
    }

    @Test(
        "Attributes that hold none, or belong to another element",
        arguments: [
            ("href", "div"), ("src", "a"), ("usemap", "img"), ("itemid", "div"), ("itemtype", "div"), ("onclick", "a"),
            ("class", "a"),
            ("id", "a"), ("data-src", "img"), ("xlink:href", "a"), ("fill", "div"), ("xmlns", "html"), ("", "a"),
            ("h", "a"), ("hre", "a"),
            ("hrefs", "a"), ("srcsetsrcsetsrcset", "img"), ("target", "a"), ("hrefhref", "a"), ("src", ""),
            ("value", "param"), ("ping", "form"),
            ("s\u{0}c", "img"), ("name", "meta"),
        ])
    func none(attribute: String, element: String) {
        #expect(kind(attribute, element) == nil)
    }

    @Test("SVG's and MathML's")
    func foreign() {
        for name in ["href", "xlink:href", "xLink:HREF"] {
            #expect(kind(name, "use", .svg) == .url)
            #expect(kind(name, "mrow", .mathML) == .url)
        }
        for name in [
            "fill", "stroke", "filter", "clip-path", "mask", "marker", "marker-start", "marker-mid", "marker-end",
            "cursor", "style",
        ] { #expect(kind(name, "path", .svg) == .declarations) }
        #expect(kind("src", "image", .svg) == nil)
        #expect(kind("action", "form", .svg) == nil)
        #expect(kind("style", "mi", .mathML) == .declarations)
        #expect(kind("fill", "mi", .mathML) == nil)
    }

    @Test("What <meta> holds is a matter of its other attributes")
    func meta() {
        func meta(_ httpEquiv: String?, _ name: String?) -> LinkKind? {
            let first = Array((httpEquiv ?? "").utf8)
            let second = Array((name ?? "").utf8)
            switch (httpEquiv, name) {
            case (nil, nil): return LinkPlace.meta(httpEquiv: nil, name: nil)
            case (_, nil): return LinkPlace.meta(httpEquiv: first.span, name: nil)
            case (nil, _): return LinkPlace.meta(httpEquiv: nil, name: second.span)
            default: return LinkPlace.meta(httpEquiv: first.span, name: second.span)
            }
        }
        #expect(meta("refresh", nil) == .refresh)
        #expect(meta("Refresh", "og:url") == .refresh)
        #expect(meta("content-type", "x") == nil)
        #expect(meta(nil, nil) == nil)
        for name in [
            "og:url", "OG:image", "og:image:url", "og:image:secure_url", "og:video", "og:audio:url", "twitter:image",
            "twitter:image:src",
            "twitter:player:stream", "msapplication-TileImage", "msapplication-config", "msapplication-square70x70logo",
            "thumbnail",
        ] { #expect(meta(nil, name) == .url, "\(name)") }
        for name in [
            "", "og", "og:title", "og:image:width", "og:image:alt", "og:imageurl", "description", "twitter:site",
            "twitter:card",
            "msapplication-TileColor", "viewport", "og:url2",
        ] { #expect(meta(nil, name) == nil, "\(name)") }
    }

    @Test("The table is what the script writes")
    func table() throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../scripts/link-tables.py")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [script.standardizedFileURL.path, "--check"]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }
}
