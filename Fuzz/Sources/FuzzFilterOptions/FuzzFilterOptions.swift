// SPDX-License-Identifier: Apache-2.0
import FuzzSupport
import HTTPD
import HTTPDTesting

/// Any options are taken or refused with a sentence that names the option, and no value is out of its range.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let known = ["flag", "number", "ratio", "size", "word", "text"]
    var pairs: [(key: String, value: String)] = []
    for _ in 0..<Int(input.byte() % 5) {
        let which = Int(input.byte())
        let key = which < 250 ? known[which % known.count] : String(decoding: input.bytes(4), as: UTF8.self)
        pairs.append((key, String(decoding: input.bytes(Int(input.byte() % 24)), as: UTF8.self)))
    }
    do throws(DirectiveError) {
        let request = EmbeddedRequest()
        try EmbeddedPlugin(Checking.self).addOutputFilter("Checked", options: pairs, to: request)
        request.withRequest { request in try? request.write("x") }
        if request.responseText != "x" { finding("the filter did not run with \(pairs)") }
    } catch {
        if !pairs.contains(where: { error.message.contains("option '\($0.key)'") }) {
            finding("'\(error.message)' names no option of \(pairs)")
        }
    }
    return 0
}

private enum Checking: Plugin {
    static let name: StaticString = "Checking"

    static func register(on registry: inout PhaseRegistry) { registry.outputFilter("Checked", Checked.self) }
}

private enum Word: String, CaseIterable, DirectiveValue {
    case one = "One"
    case two = "Two"
}

private struct Checked: OutputFilter {
    struct Options: FilterOptions {
        var flag = Setting(false)
        var number = Setting(1)
        var ratio = Setting(0.5)
        var size = Setting<ByteCount>(1)
        var word = Setting(Word.one)
        var text = Setting("")

        static var options: [Option<Self>] {
            Option("flag", \.flag)
            Option("number", \.number, in: 1...9)
            Option("ratio", \.ratio, in: 0...1)
            Option("size", \.size)
            Option("word", \.word)
            Option("text", \.text)
        }
    }

    init?(_ request: borrowing Request, options: Options) {
        guard (1...9).contains(options.number.value), (0...1).contains(options.ratio.value),
            options.size.value.bytes >= 0
        else { finding("out of range: \(options)") }
    }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) { output.keep(bytes.count) }
}
