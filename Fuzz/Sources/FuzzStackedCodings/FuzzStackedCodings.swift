// SPDX-License-Identifier: Apache-2.0
import Codecs
import FuzzCodecs
import FuzzSupport

/// Up to four codings, one over the other.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let choice = input.byte()
    let codings = (0..<Int(input.byte() % 5)).map { Coding.allCases[Int(choice >> (2 * $0)) % 4] }
    decode(codings, &input)
    return 0
}
