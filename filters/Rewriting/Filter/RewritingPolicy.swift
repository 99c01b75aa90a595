// SPDX-License-Identifier: Apache-2.0
import HTTPD
import Replacing

/// What the directives of a section come to, worked out once.
final class RewritingPolicy: CompiledConfiguration {
    private enum Rules {
        case none
        /// One pass, or one for each rule.
        case passes([RewritingPass])
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
        do throws(PatternError) {
            rules = bodyRules.isEmpty ? .none : .passes(try Self.passes(bodyRules, isSequential))
        } catch {
            rules = .failed(error)
        }
    }

    /// Whether there are no rules for bodies.
    var isEmpty: Bool { bodyRules.isEmpty }

    /// The rules that hold for a request, in the passes in which they are applied; none where there are none.
    func passes(for request: borrowing Request) throws(HTTPDError) -> [RewritingPass] {
        switch rules {
        case .none: return []
        case .failed(let error): throw HTTPDError(error.description)
        case .passes(let passes):
            var active: [RewritingPass] = []
            for pass in passes { if let pass = try pass.resolved(request) { active.append(pass) } }
            return active
        }
    }

    private static func passes(
        _ rules: [ConditionalRule], _ isSequential: Bool
    ) throws(PatternError) -> [RewritingPass] {
        guard isSequential else { return [try RewritingPass(rules)] }
        var passes: [RewritingPass] = []
        for rule in rules { passes.append(try RewritingPass([rule])) }
        return passes
    }
}

/// Rules that are applied together.
///
/// Their patterns are made ready once, those of all of them: which of them hold is for each request to say, and clients must not
/// be able to ask for another set of patterns each time.
struct RewritingPass {
    private(set) var set: RuleSet
    private let rules: [ConditionalRule]

    init(_ rules: [ConditionalRule]) throws(PatternError) {
        set = try RuleCache.set(rules.map(\.rule))
        self.rules = rules
    }

    /// What it is for a request; `nil` where no rule holds.
    func resolved(_ request: borrowing Request) throws(HTTPDError) -> RewritingPass? {
        if rules.allSatisfy(\.isConstant) { return self }
        var resolved: [ReplaceRule?] = []
        for rule in rules { resolved.append(try rule.resolved(request)) }
        guard resolved.contains(where: { $0 != nil }) else { return nil }
        var pass = self
        pass.set = set.resolved(resolved, otherwise: rules.map(\.rule))
        return pass
    }

    /// What the log says of a limit that a rule reached.
    func sentence(_ exceeded: ExceededLimit) -> String {
        let source = rules.indices.contains(exceeded.rule) ? rules[exceeded.rule].source : ""
        return switch exceeded.limit {
        case .matchLength: "what may match \(source) is longer than ReplaceMaxMatch"
        case .effort: "looking for \(source) took more than ReplaceLimit"
        }
    }
}
