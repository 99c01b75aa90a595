// SPDX-License-Identifier: Apache-2.0
import HTTPD

/// The filter `REPLACE`: applies the rules of the `Replace` directive, one after the other.
struct ReplaceFilter: OutputFilter, ~Copyable {
    private var transform: Pipeline<LiteralReplacer>

    /// Declines where no rule is in force.
    init?(_ request: borrowing Request, options: NoOptions) {
        let rules = request.configuration(RewritingConfiguration.self).rules
        guard !rules.isEmpty else { return nil }
        transform = Pipeline(rules.map { LiteralReplacer($0.literal, with: $0.replacement) })
    }

    var growthLimit: Int? { transform.growthLimit }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(HTTPDError) {
        do throws(StreamError) {
            try transform.write(bytes, into: &output)
        } catch {
            throw HTTPDError(error)
        }
    }

    mutating func finish(into output: inout Output) throws(HTTPDError) {
        do throws(StreamError) {
            try transform.finish(into: &output)
        } catch {
            throw HTTPDError(error)
        }
    }
}
