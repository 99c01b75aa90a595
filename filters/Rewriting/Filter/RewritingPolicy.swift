// SPDX-License-Identifier: Apache-2.0
import HTTPD
import Replacing

/// What the directives of a section come to, worked out once.
final class RewritingPolicy: CompiledConfiguration {
    private enum Rules {
        case none
        /// The same for all requests: one set, or one for each rule.
        case constant([RuleSet])
        case resolved
        /// They cannot be made ready.
        case failed(PatternError)
    }

    let types: MediaTypeList
    let limits: ReplaceLimits
    let headerRules: [HeaderRule]
    /// The rules, for the log.
    let sources: [String]
    private let bodyRules: [ConditionalRule]
    private let isSequential: Bool
    private let rules: Rules

    init(compiling configuration: RewritingConfiguration) {
        types = configuration.types.value.types
        headerRules = configuration.headerRules
        bodyRules = configuration.rules.map(\.rule)
        sources = bodyRules.map(\.source)
        isSequential = configuration.mode.value == .sequential
        limits = ReplaceLimits(
            matchLength: configuration.longestMatch.value.bytes, steps: configuration.effort.steps.value,
            memory: configuration.effort.memory.value.bytes,
            time: configuration.effort.time.value.duration ?? .seconds(Int64.max / 2),
            policy: configuration.onLimit.value == .fail ? .fail : .pass)
        let constant = bodyRules.compactMap(\.constant)
        if bodyRules.isEmpty {
            rules = .none
        } else if constant.count < bodyRules.count {
            rules = .resolved
        } else {
            do throws(PatternError) {
                rules = .constant(try Self.sets(constant, isSequential))
            } catch {
                rules = .failed(error)
            }
        }
    }

    /// Whether there are no rules for bodies.
    var isEmpty: Bool { bodyRules.isEmpty }

    /// The rules that hold for a request, in the passes in which they are applied; none where there are none.
    func passes(for request: borrowing Request) throws(HTTPDError) -> [RuleSet] {
        switch rules {
        case .none: return []
        case .constant(let sets): return sets
        case .failed(let error): throw HTTPDError(error.description)
        case .resolved:
            var active: [ReplaceRule] = []
            for rule in bodyRules { if let rule = try rule.resolved(request) { active.append(rule) } }
            do throws(PatternError) {
                return try Self.sets(active, isSequential)
            } catch {
                throw HTTPDError(error.description)
            }
        }
    }

    private static func sets(_ rules: [ReplaceRule], _ isSequential: Bool) throws(PatternError) -> [RuleSet] {
        guard !rules.isEmpty else { return [] }
        guard isSequential else { return [try RuleCache.set(rules)] }
        var sets: [RuleSet] = []
        for rule in rules { sets.append(try RuleCache.set([rule])) }
        return sets
    }
}
