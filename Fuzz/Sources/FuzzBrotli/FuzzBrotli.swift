// SPDX-License-Identifier: Apache-2.0
import Codecs
import FuzzCodecs
import FuzzSupport

/// What a client may send as br.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    decode([.br], &input)
    return 0
}
