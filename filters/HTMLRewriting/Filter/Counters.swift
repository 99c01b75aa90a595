// SPDX-License-Identifier: Apache-2.0
import HTTPD

/// What the `swift-status` page shows of the plugin.
enum Counters {
    /// Pages that HTMLREWRITE went through.
    static let pages = Counter("pages searched")
    /// Elements and comments that a rule was for.
    static let matches = Counter("elements and comments matched")
    /// Attributes whose URLs were mapped.
    static let urls = Counter("attributes with URLs mapped")
    /// Pages in which a limit was reached.
    static let limits = Counter("pages that reached a limit")

    static let all = [pages, matches, urls, limits]
}
