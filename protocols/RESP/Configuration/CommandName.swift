// SPDX-License-Identifier: Apache-2.0
public import HTTPD
public import RESPEngine

/// The value of `RESPCommand`.
public struct CommandName: DirectiveWords {
    /// The command, by Redis's name.
    public let command: Command
    /// The name that it has instead; `nil` for none.
    public let name: String?

    /// A command, and its name or `off`.
    public init(directiveArguments words: [String]) throws(DirectiveError) {
        guard words.count == 2, let word = words.first, let name = words.last else {
            throw DirectiveError("takes a command and the name that it has instead, or off")
        }
        guard let command = Command(name: word.lowercased()) else {
            throw DirectiveError("there is no command '\(word)'")
        }
        guard CommandTable.isName(name) else {
            throw DirectiveError(
                "a name is a word of up to \(CommandTable.longestName) letters, digits, hyphens and underscores, "
                    + "not '\(name)'")
        }
        let new = name.lowercased()
        // The first word of a request of HTTP closes the connection.
        guard new != "post", Command(name: new) ?? command == command else {
            throw DirectiveError("'\(name)' means something else already: choose another name for \(word), or off")
        }
        self.command = command
        self.name = new == "off" ? nil : new
    }
}
