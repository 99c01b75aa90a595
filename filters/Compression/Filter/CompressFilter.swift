// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD

/// The filter `COMPRESS`: codes responses as their clients like it best.
struct CompressFilter: HeaderOutputFilter, ~Copyable {
    static let effect: ContentEffect = .recodesContent
    static let stage: FilterStage = .contentSet
    static let filtersErrorPages = true

    /// A body of at most so many bytes is coded in one go, which is faster and gives it a length.
    private static let wholeLimit = 1024 * 1024

    /// How the body comes.
    private enum Form {
        /// As a stream.
        case stream
        /// All of it, so many bytes.
        case whole(count: Int)
        /// It is coded.
        case done
    }

    private let coding: Coding
    private let policy: CompressionPolicy
    /// Whether the client takes the content as it is.
    private let acceptsPlain: Bool
    /// Whether each event is to leave at once.
    private let isEventStream: Bool
    private var compressor: Compressor
    private var form = Form.stream
    /// What came of a whole body that does not stand together.
    private var gathered = OutputBuffer()
    private var tally = Tally()

    static func prepare(_ request: borrowing Request, options: NoOptions) throws(HTTPDError) {
        guard !request.isSubrequest else { return }
        let policy = request.compiled(CompressionPolicy.self)
        guard policy.entityTags == .suffix, !policy.codings.codings.isEmpty else { return }
        Revalidation.prepare(request, codings: policy.codings)
    }

    init?(_ request: borrowing Request, options: NoOptions) {
        // A part of a page is coded with the page.
        guard !request.isSubrequest else { return nil }
        let policy = request.compiled(CompressionPolicy.self)
        let facts = ResponseFacts(answering: request)
        let media = policy.types.classify(request.contentTypeBytes)
        let preference = policy.codings.preference(of: request.inputHeaders.bytes(field: "Accept-Encoding"))
        let negotiation = Negotiation(
            facts, codings: policy.codings.codings, media: media, preferred: preference.coding)
        if negotiation.varies { request.varyOnAcceptEncoding() }
        guard let coding = Self.coding(for: request, negotiation.outcome, policy) else { return nil }
        self.coding = coding
        self.policy = policy
        acceptsPlain = preference.acceptsPlain
        isEventStream = media?.isEventStream ?? false
        compressor = Compressor(coding, policy.settings(of: coding))
    }

    /// The coding, or `nil` when all is said that there is to say.
    private static func coding(
        for request: borrowing Request, _ outcome: Negotiation.Outcome, _ policy: CompressionPolicy
    ) -> Coding? {
        switch outcome {
        case .code(let coding):
            return coding
        case .notModified(let coding):
            request.notes["compress-reason"] = Negotiation.Reason.empty.rawValue
            Revalidation.markNotModified(
                request, coding, policy.tagForm, minimumLength: policy.minimumLength)
        case .leave(let reason):
            request.notes["compress-reason"] = reason.rawValue
        }
        Counters.plain.add()
        return nil
    }

    mutating func substitute(
        _ request: borrowing Request, for file: FilePiece
    ) throws(HTTPDError) -> FileSubstitute? {
        guard request.status.rawValue == 200, !staysPlain(file.count),
            let found = FileVariants.find(for: request, file, coding, policy)
        else { return nil }
        request.setContentEncoding(coding.name)
        Revalidation.mark(request, coding, policy.tagForm, found.mark)
        request.notes.set(field: "compress-coding", to: coding.name)
        request.notes.set(field: "compress-source", to: found.source.name)
        Counters.responses(coding).add()
        Counters.keptResponses.add()
        Tally(received: file.count, produced: found.count)
            .leave(.compressing, plain: file.count, coded: found.count, in: request)
        return found.take()
    }

    /// Whether content is too short to be coded, and the client takes it as it is: only then is it asked for that.
    private func staysPlain(_ length: Int) -> Bool { length < policy.minimumLength && acceptsPlain }

    /// Whether there may be files that are coded already.
    var substitutesFiles: Bool { policy.substitutesFiles }
    var gatherLimit: Int { isEventStream ? 0 : Self.wholeLimit }
    var flushesEachPiece: Bool { isEventStream }
    /// Nearly: what cannot be compressed grows by some bytes.
    var growthLimit: Int? { 1 }

    mutating func begin(_ request: borrowing Request, _ body: BodyStart) throws(HTTPDError) -> Bool {
        let length: Int?
        switch body {
        // HEAD, from a source that makes no body for it. Most pages of httpd's own are short.
        case .whole(0) where request.isHeaderOnly:
            length = request.announcedLength ?? (request.isErrorPage ? 1 : nil)
        case .whole(let count):
            length = count
            form = .whole(count: count)
        case .begun: length = request.announcedLength
        }
        if let length, length <= 0 || staysPlain(length) {
            request.notes["compress-reason"] = Negotiation.Reason.short.rawValue
            Counters.plain.add()
            return false
        }
        if case .stream = form {
            compressor = Compressor(coding, policy.settings(of: coding), length: length)
        }
        request.setContentEncoding(coding.name)
        Revalidation.mark(request, coding, policy.tagForm)
        request.notes.set(field: "compress-coding", to: coding.name)
        Counters.responses(coding).add()
        return true
    }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(HTTPDError) {
        switch form {
        case .stream:
            try run(bytes.count, into: &output) { compressor, output throws(StreamError) in
                try compressor.write(bytes, into: &output)
            }
        case .whole(let count) where count == bytes.count:
            try code(whole: bytes, into: &output)
        case .whole:
            do throws(StreamError) {
                try gathered.collect { output throws(StreamError) in output.insert(bytes) }
            } catch {
                throw HTTPDError(error)
            }
        case .done:
            throw HTTPDError("the response is longer than it was")
        }
    }

    mutating func flush(into output: inout Output) throws(HTTPDError) {
        guard case .stream = form else { return }
        try run(0, into: &output) { compressor, output throws(StreamError) in try compressor.flush(into: &output) }
    }

    mutating func finish(into output: inout Output) throws(HTTPDError) {
        switch form {
        case .stream:
            try run(0, into: &output) { compressor, output throws(StreamError) in try compressor.finish(into: &output) }
        case .whole:
            let whole = exchange(&gathered, with: OutputBuffer())
            try code(whole: whole.bytes, into: &output)
        case .done:
            break
        }
    }

    func ended(_ request: borrowing Request) {
        tally.leave(.compressing, plain: tally.received, coded: tally.produced, in: request)
        Counters.plainBytes.add(tally.received)
        Counters.codedBytes.add(tally.produced)
    }

    private mutating func code(whole bytes: Span<UInt8>, into output: inout Output) throws(HTTPDError) {
        form = .done
        let settings = policy.settings(of: coding)
        try run(bytes.count, into: &output) { [coding] _, output throws(StreamError) in
            try Compressor.compressWhole(bytes, coding, settings, into: &output)
        }
    }

    private mutating func run(
        _ count: Int, into output: inout Output, _ body: (inout Compressor, inout Output) throws(StreamError) -> Void
    ) throws(HTTPDError) {
        do throws(StreamError) {
            try tally.measure(count, into: &output) { output throws(StreamError) in try body(&compressor, &output) }
        } catch {
            throw HTTPDError(error)
        }
    }
}

extension Profile {
    /// As the codecs have it.
    var codecs: CompressionProfile {
        switch self {
        case .fast: .fast
        case .balanced: .balanced
        case .small: .small
        }
    }
}
