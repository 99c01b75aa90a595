// SPDX-License-Identifier: Apache-2.0
internal import CModSwift

/// Where a directive stands.
struct ConfigurationPlace {
    let file: String
    let line: Int

    /// The place of a directive that httpd read.
    @unsafe
    init(of directive: UnsafePointer<ap_directive_t>) {
        // SAFETY: httpd keeps the configuration's tree alive while it reads and checks it.
        file = unsafe directive.pointee.filename.map { unsafe String(cString: $0) } ?? "the configuration"
        line = unsafe Int(directive.pointee.line_num)
    }

    /// An error's text, behind the place, in httpd's words.
    func blame(_ text: String) -> String { "Syntax error on line \(line) of \(file): \(text)" }
}
