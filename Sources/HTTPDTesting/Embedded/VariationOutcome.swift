// SPDX-License-Identifier: Apache-2.0
internal import HTTPD

/// What came out of a filter for one variation.
struct VariationOutcome {
    let variation: Variation
    private(set) var bytes: [UInt8]
    let events: [EmbeddedEvent]
    let status: Status
    let isAborted: Bool
    let liveBuckets: Int
    let log: [LogLine]
    /// What went wrong with the reader's calls.
    var fault: String?

    var hasFailed: Bool {
        status != .success || isAborted
            || events.contains { if case .error = $0.mark { true } else { $0.mark == .endOfConnection } }
    }

    /// The status of the error response, if there is one.
    var errorStatus: Int? {
        for event in events { if case .error(let status) = event.mark { return status } }
        return nil
    }

    func failure(_ problem: String, at offset: Int? = nil) -> VerificationFailure {
        VerificationFailure(variation: variation.name, seed: variation.seed, problem: problem, offset: offset, log: log)
    }

    /// Checks a stream that was to come through whole.
    func checkSuccess(metadata: Bool) throws(VerificationFailure) {
        if let fault { throw failure(fault) }
        if hasFailed { throw failure("the filter failed: \(status)") }
        try checkEnd()
        if metadata { try checkMetadata() }
        guard liveBuckets == 0 else {
            throw failure("\(liveBuckets) buckets of the input still exist after the end of the stream")
        }
    }

    private func checkEnd() throws(VerificationFailure) {
        let ends = events.filter { $0.mark == .end }
        guard let end = ends.first else { throw failure("the end of the stream (EOS) is missing") }
        guard ends.count == 1 else { throw failure("the stream ends \(ends.count) times") }
        guard events.last?.mark == .end else { throw failure("metadata comes after the end of the stream") }
        guard end.offset == bytes.count else {
            throw failure("bytes come after the end of the stream", at: end.offset)
        }
        if events.contains(where: { $0.mark == .emptyBrigade }) { throw failure("an empty brigade was passed on") }
    }

    private func checkMetadata() throws(VerificationFailure) {
        var came = events.map(\.mark)
        var wanted = variation.marks
        if variation.isLate {
            // One that waits for its source says so to the client first.
            let flushes = (came.count { $0 == .flush }, wanted.count { $0 == .flush })
            guard flushes.0 >= flushes.1 else { throw failure("\(flushes.1) FLUSH went in, \(flushes.0) came out") }
            came.removeAll { $0 == .flush }
            wanted.removeAll { $0 == .flush }
        }
        guard came == wanted else {
            throw failure("the metadata is \(Self.text(came)), and should be \(Self.text(wanted))")
        }
    }

    private static func text(_ marks: [EmbeddedEvent.Mark]) -> String {
        let shown = marks.prefix(12).map(\.description).joined(separator: ", ")
        return marks.count > 12 ? "\(shown), … (\(marks.count))" : shown
    }

    /// Puts what a reader makes of the bytes in their place.
    mutating func read(by meaning: ([UInt8]) -> [UInt8]?) throws(VerificationFailure) {
        guard let read = meaning(bytes) else { throw failure("the output cannot be read: \(Self.text(bytes, 0))") }
        bytes = read
    }

    /// Checks that the output is the same.
    func checkBytes(_ wanted: [UInt8], _ whose: String) throws(VerificationFailure) {
        guard bytes != wanted else { return }
        let offset = zip(bytes, wanted).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        let at = offset ?? min(bytes.count, wanted.count)
        throw failure(
            "the output differs from \(whose) at byte \(at): "
                + "\(Self.text(bytes, at)) (\(bytes.count) bytes) instead of \(Self.text(wanted, at)) (\(wanted.count))",
            at: at)
    }

    private static func text(_ bytes: [UInt8], _ offset: Int) -> String {
        let part = bytes[max(0, offset - 8)..<min(bytes.count, offset + 16)]
        return "\"" + String(decoding: part, as: UTF8.self) + "\""
    }

    /// Checks that a response that failed does not look whole.
    func checkOutputFailure() throws(VerificationFailure) {
        guard hasFailed else { throw failure("the filter did not fail") }
        let first = events.first { if case .error = $0.mark { true } else { $0.mark == .endOfConnection } }
        let ends = events.contains { $0.mark == .end }
        guard let first else {
            if ends { throw failure("the response failed and looks whole: it ends with EOS and no error") }
            return
        }
        guard bytes.count == first.offset else { throw failure("bytes come after the error", at: first.offset) }
        if first.offset > 0, ends {
            throw failure("the response failed after \(first.offset) bytes and still ends with EOS")
        }
        if let end = events.firstIndex(where: { $0.mark == .end }), let error = events.firstIndex(of: first),
            end < error
        {
            throw failure("the error comes after the end of the stream")
        }
    }

    /// Checks that a reader of a body that failed was told.
    func checkInputFailure() throws(VerificationFailure) {
        guard status != .success else { throw failure("the filter did not fail") }
        if events.contains(where: { $0.mark == .end }) { throw failure("the body failed and looks whole: it has EOS") }
    }
}
