// SPDX-License-Identifier: Apache-2.0
import Codecs
import FuzzCodecs
import FuzzSupport

/// What a client may send as zstd.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    decode([.zstd], &input)
    return 0
}
