// SPDX-License-Identifier: Apache-2.0
import HTTPD

/// Passes everything on, bucket by bucket.
struct BucketByBucket: BrigadeOutputFilter {
    static let effect: ContentEffect = .none

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func filter(_ brigade: inout Brigade, next: borrowing NextFilter) throws(HTTPDError) {
        try next.pass(&brigade)
    }
}

/// Keeps every bucket in a backlog until metadata comes.
struct Hoarder: BrigadeOutputFilter, ~Copyable {
    static let effect: ContentEffect = .none
    private var backlog: Backlog

    init?(_ request: borrowing Request, options: NoOptions) { backlog = Backlog(for: request) }

    mutating func filter(_ brigade: inout Brigade, next: borrowing NextFilter) throws(HTTPDError) {
        var isReady = false
        while let kind = brigade.firstKind, let bucket = brigade.popFirst() {
            try backlog.hold(bucket)
            if kind.isMetadata { isReady = true }
        }
        guard isReady else { return }
        backlog.drain(into: &brigade)
        try next.pass(&brigade)
    }
}

/// Loses FLUSH.
struct Constipated: BrigadeOutputFilter, ~Copyable {
    static let effect: ContentEffect = .none
    private var backlog: Backlog

    init?(_ request: borrowing Request, options: NoOptions) { backlog = Backlog(for: request) }

    mutating func filter(_ brigade: inout Brigade, next: borrowing NextFilter) throws(HTTPDError) {
        while let bucket = brigade.popFirst() {
            if case .flush = bucket.kind { continue }
            try backlog.hold(bucket)
        }
        backlog.drain(into: &brigade)
        try next.pass(&brigade)
    }
}

/// Ends the stream itself, and lets the end that comes through too.
struct TwoEnds: BrigadeOutputFilter {
    static let effect: ContentEffect = .none

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func filter(_ brigade: inout Brigade, next: borrowing NextFilter) throws(HTTPDError) {
        if brigade.endsStream { brigade.appendEndOfStream() }
        try next.pass(&brigade)
    }
}

/// Reads what the filter in front has.
struct PassingReader: BrigadeInputFilter {
    static let effect: ContentEffect = .none

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func fill(
        _ brigade: inout Brigade, from source: borrowing PreviousFilter, read: InputRead
    ) throws(HTTPDError) {
        try source.fill(&brigade, read: read)
    }
}
