// SPDX-License-Identifier: Apache-2.0
import HTTPD
import Replacing
import Streaming

/// Applies the rules of a section to one body.
struct Rewriter: ~Copyable {
    private var passes: Pipeline<Replacer>

    /// `nil` where no rule holds.
    init?(_ policy: RewritingPolicy, _ request: borrowing Request) throws(HTTPDError) {
        let sets = try policy.passes(for: request)
        guard !sets.isEmpty else { return nil }
        do throws(StreamError) {
            passes = try Pipeline(count: sets.count) { (index: Int) throws(StreamError) in
                try Replacer(sets[index], limits: policy.limits)
            }
        } catch {
            throw HTTPDError(error)
        }
    }

    var growthLimit: Int? { passes.growthLimit }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(HTTPDError) {
        do throws(StreamError) {
            try passes.write(bytes, into: &output)
        } catch {
            throw HTTPDError(error)
        }
    }

    mutating func flush(into output: inout Output) throws(HTTPDError) {
        do throws(StreamError) {
            try passes.flush(into: &output)
        } catch {
            throw HTTPDError(error)
        }
    }

    mutating func finish(into output: inout Output) throws(HTTPDError) {
        do throws(StreamError) {
            try passes.finish(into: &output)
        } catch {
            throw HTTPDError(error)
        }
    }

    /// Leaves notes and counts for the log, and says once which limit was reached.
    func ended(_ request: borrowing Request, counter: Counter) {
        var count = 0
        var exceeded: ExceededLimit?
        passes.forEach { replacer in
            count += replacer.count
            exceeded = exceeded ?? replacer.exceeded
        }
        counter.add()
        Counters.matches.add(count)
        request.notes["replace-count"] = String(count)
        guard let exceeded else { return }
        Counters.limits.add()
        switch exceeded.limit {
        case .matchLength:
            request.notes["replace-limit"] = "match length"
            request.log.warning("a match may be longer than ReplaceMaxMatch: rule \(exceeded.rule + 1) passed it over")
        case .effort:
            request.notes["replace-limit"] = "effort"
            request.log.warning("rule \(exceeded.rule + 1) took more than ReplaceLimit: it was given up for this body")
        }
    }
}

/// Why a body is left as it is.
enum ReasonToPass: String {
    case noTransform = "no-transform"
    case type = "type"
    case noRule = "no rule"

    func note(_ request: borrowing Request) {
        request.notes["replace-reason"] = rawValue
    }
}

/// The field `Cache-Control`. RFC 9111 §5.2.
enum CacheControl {
    /// Whether content must not be transformed.
    static func forbidsTransforming(_ value: String?) -> Bool {
        guard let value else { return false }
        return value.lowercased().split(separator: ",").contains { member in
            member.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" } == "no-transform"
        }
    }
}
