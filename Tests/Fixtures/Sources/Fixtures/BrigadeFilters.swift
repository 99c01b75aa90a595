// SPDX-License-Identifier: Apache-2.0
import HTTPD

/// Passes brigades on as they come.
struct PassBrigade: BrigadeOutputFilter {
    static let effect: ContentEffect = .none

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func filter(_ brigade: inout Brigade, next: borrowing NextFilter) throws(HTTPDError) {
        try next.pass(&brigade)
    }
}

/// How the stream is cut again.
struct ChopOptions: FilterOptions {
    var size = Setting<ByteCount>(1)
    var flush = Setting(false)
    var batch = Setting(64)

    static var options: [Option<Self>] {
        Option("size", \.size)
        Option("flush", \.flush)
        Option("batch", \.batch, in: 1...1_000_000)
    }
}

/// Cuts data into buckets of at most `size` bytes, with a FLUSH behind each if wanted, `batch` of them in a brigade.
struct Chop: BrigadeOutputFilter {
    static let effect: ContentEffect = .none
    private let size: Int
    private let flushes: Bool
    private let batch: Int

    init?(_ request: borrowing Request, options: ChopOptions) {
        size = max(1, options.size.value.bytes)
        flushes = options.flush.value
        batch = options.batch.value
    }

    mutating func filter(_ brigade: inout Brigade, next: borrowing NextFilter) throws(HTTPDError) {
        try next.withBrigade { (pieces: inout Brigade) throws(HTTPDError) in
            var count = 0
            while let kind = brigade.firstKind {
                guard case .data = kind else {
                    brigade.moveFirst(to: &pieces)
                    continue
                }
                if try brigade.readFirst().count > size { try brigade.splitFirst(at: size) }
                brigade.moveFirst(to: &pieces)
                if flushes { pieces.appendFlush() }
                count += 1
                if count.isMultiple(of: batch) { try next.pass(&pieces) }
            }
            try next.pass(&pieces)
        }
    }
}

/// Puts `[one][FLUSH][two][EOS]`, one brigade, in the place of the response.
struct FlushInside: BrigadeOutputFilter {
    static let effect: ContentEffect = .rewritesContent

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func filter(_ brigade: inout Brigade, next: borrowing NextFilter) throws(HTTPDError) {
        guard brigade.endsStream else { return }
        brigade.removeAll()
        brigade.append("before the flush, ")
        brigade.appendFlush()
        brigade.append("behind the flush")
        brigade.appendEndOfStream()
        try next.pass(&brigade)
    }
}

/// Sends a brigade with nothing but a FLUSH ahead of every other.
struct MetadataFirst: BrigadeOutputFilter {
    static let effect: ContentEffect = .none

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func filter(_ brigade: inout Brigade, next: borrowing NextFilter) throws(HTTPDError) {
        try next.withBrigade { (mark: inout Brigade) throws(HTTPDError) in
            mark.appendFlush()
            try next.pass(&mark)
        }
        try next.pass(&brigade)
    }
}

/// The status that the response fails with.
struct ErrorOptions: FilterOptions {
    var status = Setting(502)

    static var options: [Option<Self>] { Option("status", \.status, in: 100...599) }
}

/// Puts an error bucket in the place of the response, as a proxy does whose backend fails.
struct ErrorBucket: BrigadeOutputFilter {
    static let effect: ContentEffect = .none
    private let status: Int

    init?(_ request: borrowing Request, options: ErrorOptions) {
        // The page that httpd makes of the error comes through the filters again.
        guard request.status == .ok else { return nil }
        status = options.status.value
    }

    mutating func filter(_ brigade: inout Brigade, next: borrowing NextFilter) throws(HTTPDError) {
        guard brigade.endsStream else { return }
        brigade.removeAll()
        brigade.append("dropped")
        brigade.appendError(httpStatus: status)
        brigade.appendEndOfStream()
        // Ahead of the error no byte may be: take the text out again, as a filter does that changes its mind.
        brigade.removeFirst()
        try next.pass(&brigade)
    }
}

/// Throws at the second brigade, or at the first, as its option says.
struct ThrowBrigade: BrigadeOutputFilter {
    struct Options: FilterOptions {
        var after = Setting(0)

        static var options: [Option<Self>] { Option("after", \.after, in: 0...1_000_000) }
    }

    static let effect: ContentEffect = .sameLength
    private var left: Int

    init?(_ request: borrowing Request, options: Options) {
        guard request.status == .ok else { return nil }
        left = options.after.value
    }

    mutating func filter(_ brigade: inout Brigade, next: borrowing NextFilter) throws(HTTPDError) {
        guard left > 0 else { throw HTTPDError("thrown for a brigade by the test") }
        left -= 1
        try next.pass(&brigade)
    }
}

/// Logs what came by, once the end did: `data(3) FLUSH data(1) EOS`, neighbouring data as one.
struct Record: BrigadeOutputFilter {
    static let effect: ContentEffect = .none
    private var line: [String] = []
    private var bytes = 0

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func filter(_ brigade: inout Brigade, next: borrowing NextFilter) throws(HTTPDError) {
        var ended = false
        try next.withBrigade { (seen: inout Brigade) throws(HTTPDError) in
            while let kind = brigade.firstKind {
                if case .data = kind {
                    bytes += try brigade.readFirst().count
                } else {
                    note(kind)
                    if case .endOfStream = kind { ended = true }
                }
                brigade.moveFirst(to: &seen)
            }
            try next.pass(&seen)
        }
        guard ended else { return }
        let request = next.request
        request.log.notice("recorded: \(line.joined(separator: " "))")
    }

    private mutating func note(_ kind: Bucket.Kind) {
        if bytes > 0 { line.append("data(\(bytes))") }
        bytes = 0
        switch kind {
        case .data, .metadata: line.append("metadata")
        case .flush: line.append("FLUSH")
        case .endOfStream: line.append("EOS")
        case .endOfConnection: line.append("EOC")
        case .error(let status): line.append("ERROR(\(status))")
        }
    }
}
