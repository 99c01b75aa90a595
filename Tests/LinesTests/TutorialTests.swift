// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite("The tutorial")
struct TutorialTests {
    private static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The text of a file without what a quotation may change: how deep it is indented, and empty lines.
    private static func essence(_ text: some StringProtocol) -> String {
        text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
            .joined(separator: "\n")
    }

    @Test("Each piece of Swift in it is a piece of code that is built and tested")
    func quotations() throws {
        let page = try String(
            contentsOf: Self.package.appending(path: "Sources/HTTPD/HTTPD.docc/WritingAProtocol.md"), encoding: .utf8)
        var code: [String] = []
        for folder in ["protocols/Lines", "Tests/LinesTests"] {
            for file in try FileManager.default.contentsOfDirectory(
                at: Self.package.appending(path: folder), includingPropertiesForKeys: nil)
            where file.pathExtension == "swift" {
                code.append("\n" + Self.essence(try String(contentsOf: file, encoding: .utf8)) + "\n")
            }
        }
        let blocks = page.components(separatedBy: "```swift\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
        #expect(blocks.count > 10)
        for block in blocks {
            let wanted = "\n" + Self.essence(block) + "\n"
            #expect(code.contains { $0.contains(wanted) }, "this is in no source: \(block)")
        }
    }
}
