// SPDX-License-Identifier: Apache-2.0

/// The open elements, the innermost one last.
///
/// An array that does not become shorter: what is closed stays behind the count until something is opened in its place, so
/// that closing costs a subtraction.
struct ElementStack: Sendable {
    private var elements: [OpenElements.Element] = []
    /// How many are open.
    private(set) var count = 0
    /// How many of them are not HTML: without any, most of what is to be known is of no account.
    private(set) var foreign = 0
    /// How many of them are HTML's `<p>`, which nearly every block looks for, and seldom finds.
    private(set) var paragraphs = 0
    /// How many of them are HTML's `<a>`, of which each looks for another.
    private(set) var anchors = 0

    @inline(__always)
    var last: OpenElements.Element? { count > 0 && count <= elements.count ? elements[count &- 1] : nil }

    /// The element at a place that is one.
    @inline(__always)
    subscript(index: Int) -> OpenElements.Element {
        index >= 0 && index < count && index < elements.count ? elements[index] : .nothing
    }

    @inline(__always)
    mutating func append(_ element: OpenElements.Element) {
        if count < elements.count {
            elements[count] = element
        } else {
            elements.append(element)
        }
        count &+= 1
        counts(element, 1)
    }

    @inline(__always)
    mutating func removeLast() {
        guard let last else { return }
        count &-= 1
        counts(last, -1)
    }

    mutating func remove(at index: Int) {
        guard index >= 0, index < count, index < elements.count else { return }
        counts(elements.remove(at: index), -1)
        count &-= 1
    }

    /// The highest place below the count where this holds.
    func lastIndex(where condition: (OpenElements.Element) -> Bool) -> Int? {
        var index = count &- 1
        while index >= 0 {
            if condition(self[index]) { return index }
            index &-= 1
        }
        return nil
    }

    @inline(__always)
    private mutating func counts(_ element: OpenElements.Element, _ number: Int) {
        if element.namespace != .html {
            foreign &+= number
        } else if element.name == .p {
            paragraphs &+= number
        } else if element.name == .a {
            anchors &+= number
        }
    }
}
