// SPDX-License-Identifier: Apache-2.0
import HTMLTokenizing

/// What is to be done where an open element ends.
struct OpenElement: Sendable {
    let level: Int
    /// How its content is read.
    let mode: TextMode
    let removal: ElementEdits.Removal
    let name: [UInt8]
    let append: [UInt8]
    let after: [UInt8]
    let handlers: [ElementEdits.EndHandler]
    let userData: (any Sendable)?

    init(level: Int, mode: TextMode, _ edits: ElementEdits) {
        self.level = level
        self.mode = mode
        removal = edits.removal
        name = edits.name
        append = edits.append
        after = edits.after
        handlers = edits.endHandlers
        userData = edits.userData
    }

    /// The bytes that it holds, with about those of its own.
    var count: Int { 128 + append.count + after.count + name.count }
}

/// A handler of text or comments, as long as an element is open that its selector matches.
struct HandlerScope: Sendable {
    /// The element's; -1 for all of the page.
    let level: Int
    let rule: Int
    var userData: (any Sendable)?
}

/// Those that are in force.
struct HandlerScopes: Sendable {
    private var all: [HandlerScope] = []
    /// Each rule once, in their order, with the innermost element.
    private(set) var current: [HandlerScope] = []

    var isEmpty: Bool { current.isEmpty }

    mutating func open(_ scope: HandlerScope) {
        all.append(scope)
        update()
    }

    /// The elements from a level on, and that of `ended`, are closed.
    mutating func close(downTo level: Int, ended: Int?) {
        guard let last = all.last, last.level >= level || ended != nil else { return }
        let count = all.count
        all.removeAll { $0.level >= level || ($0.level == ended && $0.level >= 0) }
        if all.count != count { update() }
    }

    private mutating func update() {
        current.removeAll(keepingCapacity: true)
        for scope in all {
            if let index = current.firstIndex(where: { $0.rule == scope.rule }) {
                current[index] = scope
            } else {
                current.append(scope)
            }
        }
        current.sort { $0.rule < $1.rule }
    }
}
