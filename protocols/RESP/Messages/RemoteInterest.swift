// SPDX-License-Identifier: Apache-2.0
import HTTPD
import RESPEngine

/// How many subscribers there are in other children, as those told.
struct RemoteInterest {
    private var children: [ChildID: [Subscription: Int]] = [:]
    /// The sums over all of them.
    private var channels: [[UInt8]: Int] = [:]
    private var patterns: [[UInt8]: Int] = [:]

    /// A child has so many subscribers of a channel or pattern now.
    mutating func set(_ subscription: Subscription, of child: ChildID, to count: Int) {
        let count = max(0, count)
        let old = children[child]?[subscription] ?? 0
        children[child, default: [:]][subscription] = count > 0 ? count : nil
        add(count &- old, to: subscription)
    }

    /// A child is gone.
    mutating func forget(_ child: ChildID) {
        for (subscription, count) in children.removeValue(forKey: child) ?? [:] { add(-count, to: subscription) }
    }

    /// The subscribers of a channel, those by patterns among them.
    func count(of channel: [UInt8]) -> Int {
        var count = channels[channel] ?? 0
        var effort = GlobEffort()
        for (pattern, more) in patterns where effort.matches(pattern.span, channel.span) == true { count &+= more }
        return count
    }

    private mutating func add(_ difference: Int, to subscription: Subscription) {
        let name = subscription.name
        if subscription.isPattern {
            let sum = (patterns[name] ?? 0) &+ difference
            patterns[name] = sum > 0 ? sum : nil
        } else {
            let sum = (channels[name] ?? 0) &+ difference
            channels[name] = sum > 0 ? sum : nil
        }
    }
}
