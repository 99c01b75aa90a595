// SPDX-License-Identifier: Apache-2.0
// expects: lifetime-dependent value escapes its scope
import Replacing
import Streaming

func misuse(_ match: borrowing Match) -> Span<UInt8> { match.bytes }
