// SPDX-License-Identifier: Apache-2.0

import Foundation

extension [Double] {
    /// The middle value, or the mean of the two in the middle; 0 of none.
    var median: Double {
        let sorted = sorted()
        guard let last = sorted.indices.last else { return 0 }
        return (sorted[last / 2] + sorted[(last + 1) / 2]) / 2
    }

    /// The sum divided by the count; 0 of none.
    var mean: Double { isEmpty ? 0 : reduce(0, +) / Double(count) }

    /// How far the mean is from the true one, in two of three cases: the standard error.
    var errorOfMean: Double {
        guard count > 1 else { return 0 }
        let mean = mean
        let squares = reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(count - 1) / Double(count)).squareRoot()
    }
}

extension Double {
    /// With so many digits behind the point.
    func text(_ digits: Int) -> String {
        String(format: "%.\(digits)f", self)
    }
}

extension Duration {
    /// In seconds.
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
