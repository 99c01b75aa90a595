// SPDX-License-Identifier: Apache-2.0
import HTTPD

/// Handlers of phases, each of which does one thing that a test can see.
enum Handlers {
    private static let floods = Counter("floods")
    private static let flooded = Counter("flooded bytes & <more>")
    private static let unnamed = Counter("not in the registry")

    static func register(on registry: inout PhaseRegistry) {
        registry.counter(floods)
        registry.counter(flooded)
        registry.handler("Flood", flood)
        registry.handler("Endless", endless)
        registry.handler("Late") { request throws(HTTPDError) in
            _ = try flood(request)
            throw HTTPDError("thrown late by the test")
        }
        registry.handler("Status", status)
        registry.handler("Decide") { request throws(HTTPDError) in
            .status(HTTPStatus(rawValue: number("status", of: request, otherwise: 204)))
        }
        registry.handler("Body", body)
        registry.handler("Digest", digest)
        registry.handler("Options", options)
        registry.handler("Overrun", overrun)
        registry.access("Agree") { request in
            request.notes["agree"] = "yes"
            return .ok
        }
        registry.fixup("Mark") { request in
            request.outputHeaders["X-Fixup"] = request.notes["agree"] ?? "no"
            return .ok
        }
        registry.log("Tell") { request in
            request.log.notice("sent \(request.bytesSent) bytes of \(request.uri)")
            return .ok
        }
    }

    /// `?bytes=N&chunk=M&flush=K`: N bytes of text, M at a time, flushed after every K pieces (0: never); `&length=1`
    /// announces them.
    @Sendable private static func flood(_ request: borrowing Request) throws(HTTPDError) -> Decision {
        let total = number("bytes", of: request, otherwise: 1024)
        let chunk = max(1, number("chunk", of: request, otherwise: 8192))
        let flush = number("flush", of: request, otherwise: 0)
        request.contentType = .plainText
        floods.add()
        flooded.add(total)
        unnamed.add()
        if number("length", of: request, otherwise: 0) == 1 { request.outputHeaders["Content-Length"] = "\(total)" }
        let text = pattern(chunk)
        var sent = 0
        var pieces = 0
        while sent < total {
            let count = min(chunk, total - sent)
            try request.write(text.span.extracting(0..<count))
            sent += count
            pieces += 1
            if flush > 0, pieces.isMultiple(of: flush) { try request.flush() }
        }
        return .ok
    }

    /// Never ends by itself; logs its end.
    @Sendable private static func endless(_ request: borrowing Request) throws(HTTPDError) -> Decision {
        request.contentType = .plainText
        let text = pattern(8192)
        while true {
            do throws(HTTPDError) {
                try request.write(text.span)
            } catch {
                request.log.notice("the endless response ended")
                throw error
            }
        }
    }

    /// `?status=N`: a response of that status, with a header and no body.
    @Sendable private static func status(_ request: borrowing Request) throws(HTTPDError) -> Decision {
        request.status = HTTPStatus(rawValue: number("status", of: request, otherwise: 204))
        request.outputHeaders["X-Status"] = "kept"
        return .ok
    }

    /// Sends the body back as it comes.
    @Sendable private static func body(_ request: borrowing Request) throws(HTTPDError) -> Decision {
        request.contentType = .plainText
        try request.readBody { (bytes: Span<UInt8>) throws(HTTPDError) in try request.write(bytes) }
        return .ok
    }

    /// Counts the body's bytes and sums them up, so that a large body need not come back.
    @Sendable private static func digest(_ request: borrowing Request) throws(HTTPDError) -> Decision {
        var count = 0
        var sum: UInt64 = 14_695_981_039_346_656_037
        try request.readBody { (bytes: Span<UInt8>) throws(HTTPDError) in
            count += bytes.count
            for index in bytes.indices { sum = (sum ^ UInt64(bytes[index])) &* 1_099_511_628_211 }
        }
        request.contentType = .plainText
        let length = request.inputHeaders["Content-Length"] ?? "none"
        try request.write("\(count) bytes, \(sum), length \(length)\n")
        return .ok
    }

    /// The options in force, for the keys in the query: `?a&b`.
    @Sendable private static func options(_ request: borrowing Request) throws(HTTPDError) -> Decision {
        request.contentType = .plainText
        let keys = (request.queryString ?? "").split(separator: "&").map(String.init)
        let values = keys.map { key in "\(key)=\(request.option(key) ?? "(none)")" }
        try request.write(values.joined(separator: "\n") + "\n")
        return .ok
    }

    /// `?past=N`: reads the Nth byte behind a block of memory, for a sanitizer to find.
    @Sendable private static func overrun(_ request: borrowing Request) throws(HTTPDError) -> Decision {
        let size = 64
        // The mistake that is wanted. Even without a sanitizer it does no harm: the block has some bytes to spare.
        let block = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
        defer { unsafe block.deallocate() }
        unsafe block.initialize(repeating: 1, count: size)
        let byte = unsafe block[size - 1 + min(8, max(0, number("past", of: request, otherwise: 0)))]
        try request.write(byte == 1 ? "one\n" : "something else\n")
        return .ok
    }

    private static func number(_ name: String, of request: borrowing Request, otherwise: Int) -> Int {
        for pair in (request.queryString ?? "").split(separator: "&") where pair.hasPrefix(name + "=") {
            return Int(pair.dropFirst(name.count + 1)) ?? otherwise
        }
        return otherwise
    }

    /// Lines of small letters, the same for the same count.
    private static func pattern(_ count: Int) -> [UInt8] {
        (0..<count).map { index in
            index % 64 == 63 ? UInt8(ascii: "\n") : UInt8(ascii: "a") + UInt8(truncatingIfNeeded: index % 26)
        }
    }
}
