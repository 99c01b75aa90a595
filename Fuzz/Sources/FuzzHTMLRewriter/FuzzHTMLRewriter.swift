// SPDX-License-Identifier: Apache-2.0
import FuzzSupport
import HTMLEditing
import HTMLLinks
import HTMLTokenizing
import HTTPDTesting
import Streaming

/// However a page is cut, the same becomes of it, with URLs that are mapped too, and whether tags are passed over that nothing
/// is for or looked at. Where no rule matches, it is what it was. Text that is put in, whatever is in it, changes none of
/// the tags.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let choice = Int(input.byte())
    let flags = input.byte()
    let step = Int(input.byte()) % 32 + 1
    var limits = HTMLLimits()
    if flags & 1 != 0 { limits.memory = 200 }
    if flags & 2 != 0 { limits.depth = 5 }
    if flags & 4 != 0 { limits.attributes = 2 }
    let page = input.remaining()
    let set = sets[choice % sets.count]

    let urls = flags & 8 != 0 ? map : nil
    let whole = run(set.rules, urls, limits, page, step: max(1, page.count))
    let cut = run(set.rules, urls, limits, page, step: step)
    if whole != cut { finding("\(text(whole)) whole, \(text(cut)) in pieces of \(step)") }
    let looked = run(set.thorough, urls, limits, page, step: max(1, page.count))
    if whole != looked { finding("\(text(whole)) with tags passed over, \(text(looked)) without") }
    if urls != nil { return 0 }
    switch set.promise {
    case .identity: if whole != page { finding("\(text(whole)) is not \(text(page))") }
    case .tags: if tags(whole) != tags(page) { finding("\(text(whole)) has other tags than \(text(page))") }
    case .none: break
    }
    return 0
}

private enum Promise {
    case none, identity, tags
}

/// What could end what it is put into.
private let hostile = "--></p></script></style></title><b>\"'&lt;<!--"

private let map: URLMap? = try? URLMap([
    ("/", "/app/"), ("//a/", "https://to.test/"), ("http://b.test/", "/b/"), ("https://c.test/c", "//to.test"),
])

private let sets: [(rules: HTMLRules, thorough: HTMLRules, promise: Promise)] = lists.map { list in
    // A selector that looks at what is around an element wants to know of each.
    (rules(list.handlers), rules(list.handlers + [on("nothing > nothing") { _ in }]), list.promise)
}

private let lists: [(handlers: [HTMLHandler], promise: Promise)] = [
    (
        handlers {
            on("nothing") { $0.remove() }
            on("p a") { element in _ = element["x"] }
            text { _ in }
            comments { _ in }
        }, .identity
    ),
    (handlers { text(whole: true) { _ in } }, .identity),
    (
        handlers {
            on("*") { element in
                try? element.append(.text(hostile))
                try? element.prepend(.text(hostile))
                element.after(.text(hostile))
                element.before(.text(hostile))
                try? element.setAttribute("x", to: hostile)
                element.removeAttribute("b")
            }
            document { part in if part.moment == .end { part.append(.text(hostile)) } }
        }, .tags
    ),
    (
        handlers {
            on("*") { element in
                try? element.append(.text("b x"))
                element.before(.text("/p y"))
                element.after(.text("!--z"))
            }
            text(whole: true) { part in try? part.after(.text("i x")) }
        }, .tags
    ),
    (handlers { on("p, b, a, td") { $0.unwrap() } }, .none),
    (
        handlers {
            on("p") { $0.remove() }
            on("b") { element in try? element.setContent(.html("<i>")) }
            on("a:nth-of-type(2n)") { $0.replace(with: .text("a")) }
            on("p ~ a") { element in
                try? element.rename(to: "c")
                element.atEnd { end in end.before(.text(end.isWritten ? "w" : "-")) }
            }
            text(in: "a", whole: true) { part in try? part.replace(with: .text(part.decoded + "&")) }
            comments { comment in try? comment.setText(comment.text + "-") }
        }, .none
    ),
    (
        handlers {
            on("b, [href], td") { element in
                element.after(.text("+"))
                try? element.append(.text("-"))
            }
            on("p") { $0.unwrap() }
            on("#x") { $0.remove() }
        }, .none
    ), ([], .identity),
    (
        handlers {
            comments { $0.remove() }
            text(in: "b", whole: true) { part in try? part.replace(with: .text("<")) }
        }, .none
    ),
]

private func rules(_ handlers: [HTMLHandler]) -> HTMLRules {
    do {
        return try HTMLRules(handlers)
    } catch {
        finding("\(error)")
    }
}

private func handlers(@HTMLHandlerList _ handlers: () -> [HTMLHandler]) -> [HTMLHandler] { handlers() }

private func run(
    _ rules: HTMLRules, _ urls: URLMap?, _ limits: HTMLLimits, _ page: [UInt8], step: Int
) -> [UInt8] {
    let pieces = stride(from: 0, to: page.count, by: step).map { Array(page[$0..<min($0 + step, page.count)]) }
    do throws(StreamError) {
        return try TransformRun.output(of: HTMLRewriter(rules, urls: urls, limits: limits), fed: pieces)
    } catch {
        finding("\(error)")
    }
}

/// The names of the tags of a page, with the comments less the empty ones.
private func tags(_ page: [UInt8]) -> [String] {
    var tokenizer = HTMLTokenizer()
    var result: [String] = []
    var index = 0
    while let token = tokenizer.next(in: page.span, from: index, isLast: true) {
        index = token.range.upperBound
        let name = String(decoding: page[token.content], as: UTF8.self).lowercased()
        switch token.kind {
        case .startTag: result.append("<" + name)
        case .endTag: result.append("</" + name)
        case .comment: if page[token.range] != Array("<!---->".utf8)[...] { result.append("!" + name) }
        default: break
        }
    }
    return result
}

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self).debugDescription }
