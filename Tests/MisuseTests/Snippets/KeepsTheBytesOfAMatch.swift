// SPDX-License-Identifier: Apache-2.0
// expects: a function cannot return a ~Escapable result
import Replacing
import Streaming

func misuse(_ match: borrowing Match) -> Span<UInt8> { match.bytes }
