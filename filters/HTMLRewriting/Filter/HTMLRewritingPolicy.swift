// SPDX-License-Identifier: Apache-2.0
import HTMLEditing
import HTMLLinks
import HTTPD

/// What the directives of a section come to, worked out once.
final class HTMLRewritingPolicy: CompiledConfiguration {
    private enum Rules {
        /// The same for all requests.
        case constant(HTMLRules)
        /// What they do is for each request to say: the selectors are compiled once, those of all rules, as clients must
        /// not be able to ask for another set of them each time.
        case conditional(HTMLRules)
        /// They cannot be made ready.
        case failed(HTMLRulesError)
    }

    let types: MediaTypeList
    let limits: HTMLLimits
    /// Whether pages in UTF-16 are put into UTF-8.
    let convertsUTF16: Bool
    private let written: [HTMLRule]
    private let rules: Rules
    private let urlRules: [URLRule]
    /// The map, where it is the same for all requests.
    private let urlMap: URLMap?

    init(compiling configuration: HTMLRewritingConfiguration) {
        types = configuration.types.value.types
        limits = HTMLLimits(
            memory: configuration.memory.value.bytes, depth: configuration.depth.value,
            attributes: configuration.attributes.value, tagLength: configuration.tagLength.value.bytes,
            policy: configuration.onLimit.value == .fail ? .fail : .pass)
        convertsUTF16 = configuration.convertsUTF16.value
        written = configuration.rules
        urlRules = configuration.urls
        // Each prefix was looked at when the directive was read.
        urlMap = urlRules.allSatisfy(\.isConstant) ? try? URLMap(urlRules.map { ($0.from, $0.to) }) : nil
        do throws(HTMLRulesError) {
            let compiled = try RuleCache.rules(written.map(\.shape))
            let actions = written.compactMap(\.constant)
            rules =
                actions.count == written.count
                ? .constant(compiled.replacingActions(actions)) : .conditional(compiled)
        } catch {
            rules = .failed(error)
        }
    }

    /// Whether there are no rules.
    var isEmpty: Bool { written.isEmpty && urlRules.isEmpty }

    /// How URLs are mapped in the response to a request; `nil` where none are.
    func urls(for request: borrowing Request) throws(HTTPDError) -> URLMap? {
        guard !urlRules.isEmpty else { return nil }
        if let urlMap { return urlMap }
        var pairs: [(from: String, to: String)] = []
        for rule in urlRules where try rule.holds(request) { pairs.append((rule.from, rule.to)) }
        do throws(URLMapError) {
            return pairs.isEmpty ? nil : try URLMap(pairs)
        } catch {
            throw HTTPDError(error.description)
        }
    }

    /// The rules as they are for a request; `nil` where none holds.
    func rules(for request: borrowing Request, _ refusals: Refusals) throws(HTTPDError) -> HTMLRules? {
        guard !written.isEmpty else { return nil }
        switch rules {
        case .constant(let rules): return rules
        case .failed(let error): throw HTTPDError(error.description)
        case .conditional(let rules):
            var holds = false
            var actions: [HTMLHandler.Action] = []
            for rule in written {
                let action = try rule.resolved(request, refusals)
                if action != nil { holds = true }
                actions.append(action ?? RuleAction.nothing(rule.action.kind))
            }
            return holds ? rules.replacingActions(actions) : nil
        }
    }
}
