// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RealServer {
    /// COMPRESS and DECOMPRESS.
    @Suite struct Compression {}
}

/// What servers of these tests have loaded.
enum CompressionServer {
    static let preamble = """
        SwiftPlugin Compression
        SwiftOutputFilter Compression.Compress COMPRESS
        SwiftOutputFilter Compression.Decompress DECOMPRESS
        SwiftInputFilter Compression.Decompress DECOMPRESS
        <IfModule cgid_module>
            ScriptSock cgisock
        </IfModule>
        <IfModule log_config_module>
            LogFormat "%U %{compress-coding}n %{compress-ratio}n %{compress-in}n %{compress-out}n %{compress-us}n %{compress-reason}n" coded
            LogFormat "%U %{decompress-coding}n %{decompress-ratio}n %{decompress-in}n %{decompress-out}n %{decompress-us}n" decoded
            CustomLog "@ROOT@/coded.log" coded
            CustomLog "@ROOT@/decoded.log" decoded
        </IfModule>

        """

    static let codings = ["zstd", "br", "gzip", "deflate"]

    static func configuration(
        _ mpm: MPM, modules: [String] = [], _ directives: String, documents: [String: String] = [:],
        children: Int? = nil
    ) -> HTTPDConfiguration {
        Fixtures.configuration(
            mpm, modules: modules, preamble + directives, documents: documents, children: children)
    }

    /// The same, under event.
    static func configuration(
        modules: [String] = [], _ directives: String, documents: [String: String] = [:], children: Int? = nil
    ) -> HTTPDConfiguration {
        configuration(.event, modules: modules, directives, documents: documents, children: children)
    }

    /// A page that compresses about as pages do.
    static func page(_ count: Int) -> String {
        var text = "<!DOCTYPE html>\n"
        var state: UInt32 = 12_345
        let words = [
            "table", "chair", "<p>", "</p>", "window", "of", "the", "a", "quick", "brown", "fox", "and", "12", "\n",
        ]
        while text.utf8.count < count {
            state = state &* 1_664_525 &+ 1_013_904_223
            text += words[Int(state >> 16) % words.count] + " "
        }
        return String(text.prefix(count))
    }
}

/// Decoders that have nothing to do with this project.
enum Decoders {
    /// Decodes with a program of the coding's own.
    static func decode(_ coding: String, _ body: [UInt8]) throws -> [UInt8] {
        let command =
            switch coding {
            case "zstd": Command("zstd", ["-dcq"], input: body)
            case "br": Command("brotli", ["-dc"], input: body)
            case "gzip": Command("gzip", ["-dc"], input: body)
            default:
                Command(
                    "python3",
                    ["-c", "import sys, zlib; sys.stdout.buffer.write(zlib.decompress(sys.stdin.buffer.read()))"],
                    input: body)
            }
        let result = try command.run()
        try #require(result.status == 0, "\(coding): \(result.errorText)")
        return result.output
    }

    /// Codes with a program of the coding's own.
    static func encode(_ coding: String, _ body: [UInt8]) throws -> [UInt8] {
        let command =
            switch coding {
            case "zstd": Command("zstd", ["-cq"], input: body)
            case "br": Command("brotli", ["-c"], input: body)
            case "gzip": Command("gzip", ["-c"], input: body)
            default:
                Command(
                    "python3",
                    ["-c", "import sys, zlib; sys.stdout.buffer.write(zlib.compress(sys.stdin.buffer.read()))"],
                    input: body)
            }
        let result = try command.run()
        try #require(result.status == 0, "\(coding): \(result.errorText)")
        return result.output
    }
}

extension Response {
    /// The body as it is meant.
    var decoded: String {
        get throws {
            guard let coding = self["Content-Encoding"] else { return text }
            return String(decoding: try Decoders.decode(coding, body), as: UTF8.self)
        }
    }
}
