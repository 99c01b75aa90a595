// SPDX-License-Identifier: Apache-2.0
import HTTPD
import Testing

/// Says what a value's error is.
private func sentence<Value: DirectiveValue>(_ type: Value.Type, _ text: String) -> String? {
    do throws(DirectiveError) {
        _ = try Value(directiveArgument: text)
        return nil
    } catch {
        return error.message
    }
}

private enum Color: String, CaseIterable, DirectiveValue {
    case red = "Red"
    case green = "Green"
}

@Suite("Values of directives and options")
struct DirectiveValueTests {
    @Test func text() throws {
        #expect(try String(directiveArgument: "any \u{e9}") == "any \u{e9}")
    }

    @Test func flags() throws {
        #expect(try Bool(directiveArgument: "On") && Bool(directiveArgument: "oN"))
        #expect(try !Bool(directiveArgument: "off"))
        for text in ["", "yes", "true", "1", "on "] {
            #expect(sentence(Bool.self, text) == "must be On or Off, not '\(text)'")
        }
    }

    @Test func wholeNumbers() throws {
        #expect(try Int(directiveArgument: "-42") == -42)
        for text in ["", "1.5", "x", "99999999999999999999", " 1"] {
            #expect(sentence(Int.self, text) == "must be a whole number, not '\(text)'")
        }
    }

    @Test func numbers() throws {
        #expect(try Double(directiveArgument: "1.5") == 1.5)
        for text in ["", "x", "inf", "nan", "1e999"] {
            #expect(sentence(Double.self, text) == "must be a number, not '\(text)'")
        }
    }

    @Test func words() throws {
        #expect(try Color(directiveArgument: "GREEN") == .green)
        #expect(sentence(Color.self, "blue") == "must be one of Red, Green, not 'blue'")
    }

    @Test(
        arguments: [
            ("0", 0), ("8192", 8192), ("64K", 65536), ("64k", 65536), ("10M", 10_485_760), ("1g", 1_073_741_824),
        ])
    func byteCounts(_ text: String, _ bytes: Int) throws {
        #expect(try ByteCount(directiveArgument: text).bytes == bytes)
    }

    @Test(arguments: ["", "K", "-1", "1KB", "1.5M", "x", "9999999999999G", "1T", "1 K", "\u{212A}", "1\u{212A}x"])
    func byteCountsThatAreNone(_ text: String) {
        #expect(
            sentence(ByteCount.self, text) == "must be a number of bytes such as 8192, 64K or 10M, not '\(text)'")
    }
}
