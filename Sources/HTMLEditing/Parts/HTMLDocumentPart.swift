// SPDX-License-Identifier: Apache-2.0

/// A moment of a page, lent to a handler.
public struct HTMLDocumentPart {
    /// A DOCTYPE as it is in the page.
    public struct Doctype: Equatable, Sendable {
        /// `html`, in small letters.
        public let name: String?
        /// The public identifier.
        public let publicIdentifier: String?
        /// The system identifier.
        public let systemIdentifier: String?
    }

    /// Which moment.
    public enum Moment: Equatable, Sendable {
        /// The DOCTYPE.
        case doctype(Doctype)
        /// The end of the page.
        case end
    }

    /// Which moment it is.
    public let moment: Moment
    let writing: Writing
    var edits = PartEdits()

    init(_ moment: Moment, _ writing: Writing) {
        self.moment = moment
        self.writing = writing
    }

    /// Puts content behind the DOCTYPE, or at the end of the page, behind what was put there.
    public mutating func append(_ content: HTMLContent) { writing.append(content, to: &edits.after) }

    /// Puts content in the place of the DOCTYPE: another one, as a rule. At the end of the page the same as ``append(_:)``.
    public mutating func replace(with content: HTMLContent) {
        guard moment != .end else { return append(content) }
        var bytes: [UInt8] = []
        writing.append(content, to: &bytes)
        edits.replacement = bytes
    }

    /// Removes the DOCTYPE.
    public mutating func remove() { edits.replacement = [] }
}
