// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPDTesting

/// The engines alone, in processes of their own that take turns: the page in pieces of 64 KB.
struct HTMLEngines {
    private let libraries: Libraries
    private let effort: Effort

    /// A program that passes a page through an engine.
    private struct Engine {
        var name: String
        var command: [String]
        /// Which page it is given.
        var page: String
        /// Where it writes what it made of the page, if it does.
        var output: String?
        /// How many times as fast it is to be as another one, both at their best.
        var target: (least: Double, of: String)?
    }

    /// What one run of an engine found.
    private struct Result {
        var median: Double
        var shortest: Double
        var cpu: Double
        var firstByte: Double
        var megabytes: Double
    }

    init(_ libraries: Libraries, _ effort: Effort) {
        self.libraries = libraries
        self.effort = effort
    }

    func run(_ page: [UInt8]) throws -> Table {
        let folder =
            FileManager.default.temporaryDirectory.path + "/bench-html-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let bare = Self.withoutScripts(page)
        for (name, bytes) in [("page", page), ("bare", bare)] {
            try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
        let engines = engines(folder)
        var results: [[Result]] = engines.map { _ in [] }
        for round in 0..<effort.rounds {
            for offset in engines.indices {
                let index = round.isMultiple(of: 2) ? offset : engines.count - 1 - offset
                results[index].append(try run(engines[index]))
            }
        }
        // lol-html finds nothing where there is nothing to find.
        for engine in engines where engine.page == "\(folder)/bare" {
            guard let output = engine.output else { continue }
            guard try Files.read(output) == bare else {
                throw BenchError("\(engine.name) changes what nothing matches")
            }
        }
        return table(engines, results, page.count)
    }

    private static let some = "lol-html, two tag selectors"
    private static let nothing = "lol-html, none matches"

    private func engines(_ folder: String) -> [Engine] {
        let page = "\(folder)/page"
        let bare = "\(folder)/bare"
        let seconds = "\(max(effort.seconds, 0.5))"
        func lolHTML(_ name: String, _ page: String) -> Engine {
            let output = page + ".lol-html"
            return Engine(
                name: name, command: [libraries.peersPython, libraries.lolHTML, page, seconds, output], page: page,
                output: output)
        }
        func own(
            _ name: String, _ arguments: [String], _ page: String, _ target: (least: Double, of: String)? = nil
        ) -> Engine {
            Engine(
                name: name, command: [libraries.htmlEngine, arguments[0], page, seconds] + arguments.dropFirst(),
                page: page, target: target)
        }
        return [
            lolHTML(Self.some, page),
            lolHTML(Self.nothing, bare),
            own("HTMLRewriter, a tag selector and a URL map", ["urls", "img"], page, (1, Self.some)),
            own("HTMLRewriter, two tag selectors", ["rewrite", "script, style"], page),
            own("HTMLRewriter, none matches", ["rewrite", "script, style"], bare, (2, Self.nothing)),
            own("HTMLTokenizer alone", ["tokens"], page),
            own("HTMLTokenizer and a selector, img", ["match", "img"], page),
            own("HTMLTokenizer and a selector, blink", ["match", "blink"], bare),
        ]
    }

    private func run(_ engine: Engine) throws -> Result {
        // A thread of lol-html's and Python's may have a processor each: whoever is faster with two shall be.
        let result = try Command(engine.command[0], Array(engine.command.dropFirst()), timeout: .seconds(60)).run()
        let figures = result.text.split(separator: " ").compactMap { Double($0.trimmingCharacters(in: .newlines)) }
        guard result.status == 0, figures.count >= 5 else {
            throw BenchError("\(engine.name): \(result.text)\(result.errorText)")
        }
        return Result(
            median: figures[0], shortest: figures[1], cpu: figures[2], firstByte: figures[3],
            megabytes: figures[4] / 1_024)
    }

    private func table(_ engines: [Engine], _ results: [[Result]], _ bytes: Int) -> Table {
        let size = Double(bytes) / 1e6
        func speed(_ seconds: Double) -> String { (seconds > 0 ? size / seconds : 0).text(0) }
        var table = Table(
            title: "engines alone, \(bytes / 1_000) KB of HTML in pieces of 64 KB, \(effort.rounds) interleaved rounds",
            columns: ["", "MB/s", "MB/s at best", "MB per CPU second", "first output ms", "peak MB"])
        for (engine, runs) in zip(engines, results) {
            let first = runs.map(\.firstByte).median * 1_000
            let cells = [
                engine.name, speed(runs.map(\.median).median), speed(Self.best(runs)), speed(runs.map(\.cpu).median),
                first > 0 ? first.text(2) : "–", (runs.map(\.megabytes).max() ?? 0).text(1),
            ]
            guard let target = engine.target, let peer = engines.firstIndex(where: { $0.name == target.of }) else {
                table.rows.append(Row(cells))
                continue
            }
            let text = "at best ≥ \(target.least.text(0))× \(target.of)"
            table.rows.append(
                Row(cells, .atLeast(target.least, text), Self.best(results[peer]) / max(Self.best(runs), 1e-9)))
        }
        table.notes = [
            "lol-html is PyPI's lol-html-py: the Rust library, parsing in a thread of its own, with two selectors built in, `script` "
                + "and `style`, which it removes; nothing matches in the page without them. MB/s at best has the least of "
                + "Python and of waiting in it.",
            "Peak memory is the process's, Python's or Foundation's share included.",
        ]
        return table
    }

    private static func best(_ runs: [Result]) -> Double { runs.map(\.shortest).min() ?? 0 }

    /// The page with nothing in it that lol-html looks for, made as long again from what is left.
    private static func withoutScripts(_ page: [UInt8]) -> [UInt8] {
        var bare: [UInt8] = []
        var index = 0
        scan: while index < page.count {
            for name in ["script", "style"] where page[index...].starts(with: Array("<\(name)".utf8)) {
                let close = Array("</\(name)>".utf8)
                while index < page.count, !page[index...].starts(with: close) { index += 1 }
                index = min(index + close.count, page.count)
                continue scan
            }
            bare.append(page[index])
            index += 1
        }
        return bare + bare.prefix(page.count - bare.count)
    }
}
