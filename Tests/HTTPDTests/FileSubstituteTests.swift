// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPD
import HTTPDTesting
import Testing

/// Makes the response the file that the request names, as httpd's handler of files would.
private struct SendFile: BrigadeOutputFilter, ~Copyable {
    static let effect: ContentEffect = .none
    private let path: String
    private let offset: Int64

    init?(_ request: borrowing Request, options: NoOptions) {
        guard let path = request.inputHeaders["File"] else { return nil }
        self.path = path
        offset = request.inputHeaders.contains("Part") ? 1 : 0
    }

    mutating func filter(_ brigade: inout Brigade, next: borrowing NextFilter) throws(HTTPDError) {
        guard brigade.endsStream else { return }
        brigade.removeAll()
        do throws(FileError) {
            let file = try File(path, for: .reading)
            let count = Int(try file.status().size - offset)
            try brigade.append(file: file, offset: offset, count: count)
        } catch {
            throw HTTPDError(error)
        }
        brigade.appendEndOfStream()
        try next.pass(&brigade)
    }
}

/// Sends the middle of another file, if it is told one; and says in the header what became of it.
private struct Substitute: HeaderOutputFilter, ~Copyable {
    static let effect: ContentEffect = .recodesContent
    static let stage: FilterStage = .contentSet
    let substitutesFiles: Bool
    let gatherLimit = 1000

    init?(_ request: borrowing Request, options: NoOptions) {
        substitutesFiles = !request.inputHeaders.contains("Never")
    }

    mutating func substitute(
        _ request: borrowing Request, for file: FilePiece
    ) throws(HTTPDError) -> FileSubstitute? {
        request.outputHeaders["Asked"] = "\(file.count)"
        if let text = request.inputHeaders["Bytes"] { return FileSubstitute(Array(text.utf8)) }
        guard let path = request.inputHeaders["Other"] else { return nil }
        do throws(FileError) {
            return FileSubstitute(try File(path, for: .reading), offset: 2, count: 3)
        } catch {
            throw HTTPDError(error)
        }
    }

    mutating func begin(_ request: borrowing Request, _ body: BodyStart) throws(HTTPDError) -> Bool {
        request.outputHeaders["Start"] = "\(body)"
        return true
    }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) { output.keep(bytes.count) }
    mutating func finish(into output: inout Output) { output.insert("!") }
}

private enum Substituting: Plugin {
    static let name: StaticString = "Substituting"
    static func register(on registry: inout PhaseRegistry) {
        registry.outputFilter("SendFile", SendFile.self)
        registry.outputFilter("Substitute", Substitute.self)
    }
}

@Suite("Files that are sent in place of others")
struct FileSubstituteTests {
    private let folder = NSTemporaryDirectory() + "substitute-\(UUID().uuidString)"

    private func run(_ more: [(String, String)]) throws -> EmbeddedRequest {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data("plain file".utf8).write(to: URL(fileURLWithPath: folder + "/plain"))
        try Data("0123456789".utf8).write(to: URL(fileURLWithPath: folder + "/other"))
        let request = EmbeddedRequest("GET", "/", contentType: .html)
        request.withRequest { request in
            request.inputHeaders["File"] = folder + "/plain"
            for (name, value) in more { request.inputHeaders[name] = value == "other" ? folder + "/other" : value }
            for name in ["Content-Length", "ETag", "Digest", "Accept-Ranges"] { request.outputHeaders[name] = "x" }
            request.inputHeaders["Range"] = "bytes=0-"
        }
        let plugin = try EmbeddedPlugin(Substituting.self)
        try plugin.addOutputFilter("Substitute", to: request)
        try plugin.addOutputFilter("SendFile", to: request)
        request.finish()
        return request
    }

    private func fields(_ request: EmbeddedRequest, _ names: [String]) -> [String?] {
        request.withRequest { request in names.map { request.outputHeaders[$0] } }
    }

    @Test("the other file's part is sent, with ranges, and what was about the first one goes") func substituted() throws
    {
        let request = try run([("Other", "other")])
        #expect(request.responseText == "234")
        #expect(fields(request, ["Asked", "Start", "Content-Length", "Digest"]) == ["10", nil, nil, nil])
        #expect(fields(request, ["ETag", "Accept-Ranges"]) == ["x", "x"])
        let range = request.withRequest { request in request.inputHeaders["Range"] }
        #expect(range == "bytes=0-")
    }

    @Test("bytes in memory are sent as a file is, be they none") func memory() throws {
        for text in ["in memory", ""] {
            let request = try run([("Bytes", text)])
            #expect(request.responseText == text)
            #expect(fields(request, ["Asked", "Start", "Content-Length", "Digest"]) == ["10", nil, nil, nil])
        }
    }

    @Test("without another file the filter sees the first") func declined() throws {
        let request = try run([])
        #expect(request.responseText == "plain file!")
        #expect(fields(request, ["Asked", "Start"]) == ["10", "whole(count: 10)"])
    }

    @Test("a filter that has no use for it is not asked, nor any about a part of a file") func notAsked() throws {
        let never = try run([("Never", "yes"), ("Other", "other")])
        #expect(never.responseText == "plain file!" && fields(never, ["Asked"]) == [nil])
        let part = try run([("Part", "yes"), ("Other", "other")])
        #expect(part.responseText == "lain file!" && fields(part, ["Asked"]) == [nil])
    }

    @Test("what cannot be opened ends the response with an error") func failing() throws {
        let request = try run([("Other", folder + "/missing")])
        #expect(request.responseText == "")
    }
}
