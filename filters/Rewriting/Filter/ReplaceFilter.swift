// SPDX-License-Identifier: Apache-2.0
import HTTPD
import Replacing

struct ReplaceFilter: OutputFilter, ~Copyable {
    private var replacer: Replacer
    init?(_ request: borrowing Request, options: NoOptions) throws(HTTPDError) {
        let rules = request.configuration(RewritingConfiguration.self).rules
        guard !rules.isEmpty else { return nil }
        let set: RuleSet
        do throws(PatternError) {
            set = try RuleSet(rules.map(\.rule))
        } catch {
            throw HTTPDError(error.message, httpStatus: 500)
        }
        do throws(StreamError) { replacer = try Replacer(set) } catch { throw HTTPDError(error) }
    }
    var growthLimit: Int? { replacer.growthLimit }
    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(HTTPDError) {
        do throws(StreamError) { try replacer.write(bytes, into: &output) } catch { throw HTTPDError(error) }
    }
    mutating func finish(into output: inout Output) throws(HTTPDError) {
        do throws(StreamError) { try replacer.finish(into: &output) } catch { throw HTTPDError(error) }
    }
}
