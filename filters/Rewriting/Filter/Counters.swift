// SPDX-License-Identifier: Apache-2.0
import HTTPD

/// What the `swift-status` page shows of the plugin.
enum Counters {
    /// Responses that REPLACE went through.
    static let responses = Counter("responses searched")
    /// Bodies of requests that REPLACE went through.
    static let requests = Counter("request bodies searched")
    /// Matches that were replaced in them.
    static let matches = Counter("matches replaced")
    /// Bodies in which a limit was reached.
    static let limits = Counter("bodies that reached a limit")

    static let all = [responses, requests, matches, limits]
}
