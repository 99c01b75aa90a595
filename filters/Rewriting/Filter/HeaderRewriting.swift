// SPDX-License-Identifier: Apache-2.0
import HTTPD
import Replacing
import Streaming

/// Applies the rules of `ReplaceHeader`, one after the other, to each value of a field.
enum HeaderRewriting {
    /// The request's header, before the handler sees it.
    static func rewriteRequest(_ request: borrowing Request) throws(HTTPDError) {
        // Sub-requests and redirects inside the server have the header of the request that the client sent.
        guard request.isInitial else { return }
        for rule in request.compiled(RewritingPolicy.self).headerRules where rule.message == .request {
            guard let set = try rules(rule, request) else { continue }
            try request.inputHeaders.replaceValueBytes(rule.field) { (value: Span<UInt8>) throws(HTTPDError) in
                try rewritten(value, set)
            }
        }
    }

    /// The response's header, just before it leaves.
    static func rewriteResponse(_ request: borrowing Request) throws(HTTPDError) {
        for rule in request.compiled(RewritingPolicy.self).headerRules where rule.message == .response {
            guard let set = try rules(rule, request) else { continue }
            try request.outputHeaders.replaceValueBytes(rule.field) { (value: Span<UInt8>) throws(HTTPDError) in
                try rewritten(value, set)
            }
            try request.errorHeaders.replaceValueBytes(rule.field) { (value: Span<UInt8>) throws(HTTPDError) in
                try rewritten(value, set)
            }
            // httpd keeps this one elsewhere.
            guard rule.field.lowercased() == "content-type", let type = request.contentType else { continue }
            let bytes = Array(type.rawValue.utf8)
            guard let value = try rewritten(bytes.span, set) else { continue }
            request.contentType = MediaType(rawValue: String(decoding: value, as: UTF8.self))
        }
    }

    private static func rules(_ rule: HeaderRule, _ request: borrowing Request) throws(HTTPDError) -> RuleSet? {
        guard let rule = try rule.rule.resolved(request) else { return nil }
        do throws(PatternError) {
            return try RuleCache.set([rule])
        } catch {
            throw HTTPDError(error.description)
        }
    }

    /// A value with the rules applied; `nil` where they find nothing.
    private static func rewritten(_ value: Span<UInt8>, _ rules: RuleSet) throws(HTTPDError) -> [UInt8]? {
        do throws(StreamError) {
            var replacer = try Replacer(rules)
            var buffer = OutputBuffer()
            if !value.isEmpty {
                try buffer.collect(editing: value) { (output: inout Output) throws(StreamError) in
                    try replacer.write(value, into: &output)
                }
            }
            try buffer.collect { (output: inout Output) throws(StreamError) in try replacer.finish(into: &output) }
            guard replacer.count > 0 else { return nil }
            return safe(buffer.bytes)
        } catch {
            throw HTTPDError(error)
        }
    }

    /// What ends a line, or a string of C, would end the field, and what comes behind it be another one: RFC 9110 §5.5 has a
    /// space in its place.
    private static func safe(_ value: Span<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(value.count)
        for index in value.indices {
            let byte = value[index]
            result.append(byte == 0x0D || byte == 0x0A || byte == 0 ? 0x20 : byte)
        }
        return result
    }
}
