// SPDX-License-Identifier: Apache-2.0

import HTTPDTesting

/// What is replaced by what, for every peer in its own words.
enum ReplaceRules {
    /// Texts, none of which overlaps another one on the page.
    case literals([(from: String, to: String)])
    /// The target of a link becomes a parameter: one regular expression with a capture.
    case links

    /// The rule of the peers.
    static let element = ReplaceRules.literals([("element", "component")])

    /// That rule and others. Half of all are words of the page, and half occur nowhere.
    ///
    /// - Parameter rank: where to begin in the list of the page's words, the most frequent one first.
    static func words(_ count: Int, of page: [UInt8], from rank: Int = 0) throws -> ReplaceRules {
        let lower = page.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 + 32 : $0 }
        var chosen = ["element"]
        for word in frequentWords(page).dropFirst(rank) where chosen.count < count {
            let hits = Pages.replace(word, by: "", in: page).hits
            // nginx does not tell letters by their case.
            guard hits == Pages.replace(word, by: "", in: lower).hits else { continue }
            guard !(chosen + ["component"]).contains(where: { $0.contains(word) || word.contains($0) }) else {
                continue
            }
            let absent = String(word.reversed())
            guard Pages.replace(absent, by: "", in: lower).hits == 0 else { continue }
            chosen += [absent, word]
        }
        guard chosen.count >= count else { throw BenchError("the page has too few words for \(count) rules") }
        return .literals(
            chosen.prefix(count).enumerated().map { index, word in (word, index == 0 ? "component" : "Term-\(index)") })
    }

    /// The words of small letters alone.
    private static func frequentWords(_ page: [UInt8]) -> [String] {
        let small = UInt8(ascii: "a")...UInt8(ascii: "z")
        var counts: [ArraySlice<UInt8>: Int] = [:]
        for word in page.split(whereSeparator: { !small.contains($0 | 0x20) })
        where word.count > 4 && word.allSatisfy({ small.contains($0) }) {
            counts[word, default: 0] += 1
        }
        let words = counts.map { (text: String(decoding: $0.key, as: UTF8.self), count: $0.value) }
        return words.sorted { ($1.count, $0.text) < ($0.count, $1.text) }.map(\.text)
    }

    /// The right result, as Perl makes it of the whole page.
    func expected(of page: [UInt8]) throws -> (bytes: [UInt8], hits: Int) {
        guard case .literals(let pairs) = self else {
            return try Self.perl(#"s{<a [^>]*href="([^"]*)"}{$n++; qq(<a href="/go?to=$1")}ge;"#, page)
        }
        let any = pairs.map(\.from).joined(separator: "|")
        let table = pairs.map { "'\($0.from)','\($0.to)'" }.joined(separator: ",")
        let atOnce = try Self.perl("BEGIN { %by = (\(table)) } s/(\(any))/$n++; $by{$1}/ge;", page)
        // For some peers each rule sees what the one before it left.
        let inTurn = try Self.perl(pairs.map { "$n += s/\($0.from)/\($0.to)/g;" }.joined(), page)
        guard atOnce.bytes == inTurn.bytes, atOnce.hits == inTurn.hits else {
            throw BenchError("the rules see each other's results: not every peer would answer the same")
        }
        return atOnce
    }

    private static func perl(_ program: String, _ page: [UInt8]) throws -> (bytes: [UInt8], hits: Int) {
        let result = try Command("perl", ["-0777", "-pe", program + " END { print STDERR $n }"], input: page).run()
        guard result.status == 0, let hits = Int(result.errorText) else {
            throw BenchError("perl: \(result.errorText)")
        }
        return (result.output, hits)
    }
}
