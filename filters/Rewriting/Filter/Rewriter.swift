// SPDX-License-Identifier: Apache-2.0
import HTTPD
import Replacing
import Streaming

/// Applies the rules of a section to one body.
struct Rewriter: StreamTransform, ~Copyable {
    private var replacers: Pipeline<Replacer>
    private let passes: [RewritingPass]
    private let policy: LimitPolicy

    /// `nil` where no rule holds.
    init?(_ policy: RewritingPolicy, _ request: borrowing Request) throws(HTTPDError) {
        let passes = try policy.passes(for: request)
        guard !passes.isEmpty else { return nil }
        do throws(StreamError) {
            replacers = try Pipeline(count: passes.count) { (index: Int) throws(StreamError) in
                try Replacer(passes[index].set, limits: policy.limits)
            }
        } catch {
            throw HTTPDError(error)
        }
        self.passes = passes
        self.policy = policy.limits.policy == .fail ? .fail : .pass
    }

    var growthLimit: Int? { replacers.growthLimit }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(StreamError) {
        do throws(StreamError) {
            try replacers.write(bytes, into: &output)
        } catch {
            throw failure(error)
        }
    }

    mutating func flush(into output: inout Output) throws(StreamError) {
        do throws(StreamError) {
            try replacers.flush(into: &output)
        } catch {
            throw failure(error)
        }
    }

    mutating func finish(into output: inout Output) throws(StreamError) {
        do throws(StreamError) {
            try replacers.finish(into: &output)
        } catch {
            throw failure(error)
        }
    }

    /// Leaves notes and counts for the log, and says once which limit was reached.
    func ended(_ request: borrowing Request, counter: Counter, notes: RewritingNotes) {
        var count = 0
        replacers.forEach { count += $0.count }
        counter.add()
        Counters.matches.add(count)
        request.notes[notes.count] = String(count)
        guard let reached else { return }
        Counters.limits.add()
        request.notes[notes.limit] = reached.name
        // Where it fails the body, the error says so.
        if policy == .pass { request.log.warning("\(reached.sentence): it passed") }
    }

    /// The first limit that was reached, in the order of the passes: its name, and what the log says of it.
    private var reached: (name: String, sentence: String)? {
        var result: (name: String, sentence: String)?
        var index = 0
        replacers.forEach { replacer in
            if result == nil, let exceeded = replacer.exceeded {
                result = (exceeded.limit == .effort ? "effort" : "match length", passes[index].sentence(exceeded))
            }
            index += 1
        }
        return result
    }

    private func failure(_ error: StreamError) -> StreamError {
        reached.map { StreamError($0.sentence) } ?? error
    }
}

/// The notes of a direction.
enum RewritingNotes {
    case response, request

    private var prefix: String { self == .response ? "replace-" : "replace-request-" }
    /// How many matches were replaced.
    var count: String { prefix + "count" }
    /// Which limit was reached.
    var limit: String { prefix + "limit" }
    /// Why the body was left as it is.
    var reason: String { prefix + "reason" }
}

/// Why a body is left as it is.
enum ReasonToPass: String {
    case noTransform = "no-transform"
    case type = "type"
    case noRule = "no rule"
    case part = "it is a part of the resource"

    func note(_ request: borrowing Request, _ notes: RewritingNotes = .response) {
        request.notes[notes.reason] = rawValue
    }
}
