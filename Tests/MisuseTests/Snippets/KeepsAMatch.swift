// SPDX-License-Identifier: Apache-2.0
// expects: 'match' is borrowed and cannot be consumed
import Replacing
import Streaming

func misuse(_ kept: inout [Int]) throws(PatternError) -> ReplaceRule {
    try ReplaceRule(
        literal: "a",
        with: .made { (match: borrowing Match, text: inout ReplacementText) throws(StreamError) in
            var later: Match? = match
            later = nil
        })
}
