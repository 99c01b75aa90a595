// SPDX-License-Identifier: Apache-2.0

/// What a coded body may decode to. Checked while it is decoded, so that no more than this is ever made.
public struct DecompressionLimit: Sendable {
    /// The most bytes that the decoded body may have, and that each coding may decode to on the way.
    public var size: Int
    /// The most bytes that may come of one byte of the coded body. Counted over the whole body so far, and not for the
    /// first ``burst`` bytes.
    public var ratio: Int
    /// The most codings that may lie one over the other.
    public var layers: Int

    /// What may come out whatever the ratio, in bytes: a short body of spaces is no bomb.
    public static let burst = 1024 * 1024

    /// Limits for a body.
    public init(size: Int = 64 * 1024 * 1024, ratio: Int = 200, layers: Int = 2) {
        self.size = size
        self.ratio = ratio
        self.layers = layers
    }

    /// What `count` bytes may decode to.
    func allowance(for count: Int) -> Int {
        let (product, overflow) = max(0, ratio).multipliedReportingOverflow(by: count)
        let (sum, sumOverflow) = product.addingReportingOverflow(Self.burst)
        return min(max(0, size), overflow || sumOverflow ? .max : sum)
    }
}
