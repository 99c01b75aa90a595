// SPDX-License-Identifier: Apache-2.0
import HTTPD
import Replacing

/// What the directives of a section come to, worked out once.
final class RewritingPolicy: CompiledConfiguration {
    private enum Rules {
        case none
        /// The same for all requests: one pass, or one for each rule.
        case constant([RewritingPass])
        case resolved
        /// They cannot be made ready.
        case failed(PatternError)
    }

    let types: MediaTypeList
    let limits: ReplaceLimits
    let headerRules: [HeaderRule]
    private let bodyRules: [ConditionalRule]
    private let isSequential: Bool
    private let rules: Rules

    init(compiling configuration: RewritingConfiguration) {
        types = configuration.types.value.types
        headerRules = configuration.headerRules
        bodyRules = configuration.rules.map(\.rule)
        isSequential = configuration.mode.value == .sequential
        limits = ReplaceLimits(
            matchLength: configuration.longestMatch.value.bytes, steps: configuration.effort.steps.value,
            memory: configuration.effort.memory.value.bytes,
            time: configuration.effort.time.value.duration ?? .seconds(Int64.max / 2),
            policy: configuration.onLimit.value == .fail ? .fail : .pass)
        if bodyRules.isEmpty {
            rules = .none
        } else if !bodyRules.allSatisfy(\.isConstant) {
            rules = .resolved
        } else {
            do throws(PatternError) {
                let constant = bodyRules.compactMap { rule in rule.constant.map { ActiveRule($0, rule.source) } }
                rules = .constant(try Self.passes(constant, isSequential))
            } catch {
                rules = .failed(error)
            }
        }
    }

    /// Whether there are no rules for bodies.
    var isEmpty: Bool { bodyRules.isEmpty }

    /// The rules that hold for a request, in the passes in which they are applied; none where there are none.
    func passes(for request: borrowing Request) throws(HTTPDError) -> [RewritingPass] {
        switch rules {
        case .none: return []
        case .constant(let passes): return passes
        case .failed(let error): throw HTTPDError(error.description)
        case .resolved:
            var active: [ActiveRule] = []
            for rule in bodyRules {
                if let resolved = try rule.resolved(request) { active.append(ActiveRule(resolved, rule.source)) }
            }
            do throws(PatternError) {
                return try Self.passes(active, isSequential)
            } catch {
                throw HTTPDError(error.description)
            }
        }
    }

    private static func passes(_ rules: [ActiveRule], _ isSequential: Bool) throws(PatternError) -> [RewritingPass] {
        guard !rules.isEmpty else { return [] }
        guard isSequential else { return [try RewritingPass(rules)] }
        var passes: [RewritingPass] = []
        for rule in rules { passes.append(try RewritingPass([rule])) }
        return passes
    }
}

/// A rule that holds for a request.
struct ActiveRule {
    let rule: ReplaceRule
    let source: String

    init(_ rule: ReplaceRule, _ source: String) {
        self.rule = rule
        self.source = source
    }
}

/// Rules that are applied together.
struct RewritingPass {
    let set: RuleSet
    private let sources: [String]

    init(_ rules: [ActiveRule]) throws(PatternError) {
        set = try RuleCache.set(rules.map(\.rule))
        sources = rules.map(\.source)
    }

    /// What the log says of a limit that a rule reached.
    func sentence(_ exceeded: ExceededLimit) -> String {
        let source = sources.indices.contains(exceeded.rule) ? sources[exceeded.rule] : ""
        return switch exceeded.limit {
        case .matchLength: "what may match \(source) is longer than ReplaceMaxMatch"
        case .effort: "looking for \(source) took more than ReplaceLimit"
        }
    }
}
