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
        let policy = request.compiled(RewritingPolicy.self)
        for rule in policy.headerRules where rule.message == .request {
            guard var rewriter = try FieldRewriter(rule.rule, policy.limits, request) else { continue }
            try request.inputHeaders.replaceValueBytes(rule.field) { (value: Span<UInt8>) throws(HTTPDError) in
                try rewriter.rewritten(value)
            }
            rewriter.ended(request)
        }
    }

    /// The response's header, just before it leaves.
    static func rewriteResponse(_ request: borrowing Request) throws(HTTPDError) {
        let policy = request.compiled(RewritingPolicy.self)
        for rule in policy.headerRules where rule.message == .response {
            guard var rewriter = try FieldRewriter(rule.rule, policy.limits, request) else { continue }
            try request.outputHeaders.replaceValueBytes(rule.field) { (value: Span<UInt8>) throws(HTTPDError) in
                try rewriter.rewritten(value)
            }
            try request.errorHeaders.replaceValueBytes(rule.field) { (value: Span<UInt8>) throws(HTTPDError) in
                try rewriter.rewritten(value)
            }
            // httpd keeps this one elsewhere.
            if rule.field.lowercased() == "content-type", let type = request.contentType {
                let bytes = Array(type.rawValue.utf8)
                if let value = try rewriter.rewritten(bytes.span) {
                    request.contentType = MediaType(rawValue: String(decoding: value, as: UTF8.self))
                }
            }
            rewriter.ended(request)
        }
    }
}

/// Applies one rule to the values of a field.
private struct FieldRewriter {
    private let pass: RewritingPass
    private let limits: ReplaceLimits
    private var exceeded: ExceededLimit?

    /// `nil` where the rule does not hold.
    init?(_ rule: ConditionalRule, _ limits: ReplaceLimits, _ request: borrowing Request) throws(HTTPDError) {
        let all: RewritingPass
        do throws(PatternError) {
            all = try RewritingPass([rule])
        } catch {
            throw HTTPDError(error.description)
        }
        guard let pass = try all.resolved(request) else { return nil }
        self.pass = pass
        self.limits = limits
    }

    /// A value with the rule applied; `nil` where it finds nothing.
    mutating func rewritten(_ value: Span<UInt8>) throws(HTTPDError) -> [UInt8]? {
        do throws(StreamError) {
            var replacer = try Replacer(pass.set, limits: limits)
            var buffer = OutputBuffer()
            do throws(StreamError) {
                if !value.isEmpty {
                    try buffer.collect(editing: value) { (output: inout Output) throws(StreamError) in
                        try replacer.write(value, into: &output)
                    }
                }
                try buffer.collect { (output: inout Output) throws(StreamError) in try replacer.finish(into: &output) }
            } catch {
                guard let exceeded = replacer.exceeded else { throw error }
                throw StreamError(pass.sentence(exceeded))
            }
            exceeded = exceeded ?? replacer.exceeded
            guard replacer.count > 0 else { return nil }
            return Self.safe(buffer.bytes)
        } catch {
            throw HTTPDError(error)
        }
    }

    /// Says once which limit was reached.
    func ended(_ request: borrowing Request) {
        guard let exceeded else { return }
        request.log.warning("\(pass.sentence(exceeded)): it passed")
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
