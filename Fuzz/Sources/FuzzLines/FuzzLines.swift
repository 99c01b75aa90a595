// SPDX-License-Identifier: Apache-2.0
import FuzzSupport
import HTTPD
import LinesEngine

/// Any line is a command, which can be written down and read back, or a well-formed refusal; and whatever lines come,
/// nobody publishes who was not believed, and nobody has more topics than allowed.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let verdict: AuthenticationResult = [.granted, .denied, .userNotFound, .error][Int(input.byte() & 3)]
    var rules = StateMachine.Rules()
    rules.authenticates = true
    rules.mostTopics = 2
    var machine = StateMachine(rules)
    for line in input.remaining().split(separator: 10, omittingEmptySubsequences: false) {
        let line = Array(line)
        readBack(line)
        var action = machine.receive(line.span)
        switch action {
        case .subscribe(let topic): action = machine.subscribed(topic, verdict == .granted)
        case .check(let user, let password):
            if user.isEmpty || password.isEmpty { finding("nothing to check") }
            action = machine.checked(user, verdict)
        case .publish:
            if machine.user == nil || verdict != .granted { finding("published by nobody") }
        default: break
        }
        if machine.topics.count > rules.mostTopics { finding("\(machine.topics.count) topics") }
        switch action {
        case .reply(let reply), .close(let reply): check(reply)
        case .subscribe, .check: finding("a result was not answered")
        default: break
        }
    }
    return 0
}

/// A command, written in its usual form, is the same command; a line that is none has a reply that says why.
private func readBack(_ line: [UInt8]) {
    do throws(Reply) {
        let command = try Command(line.span)
        let again = try Command(Array(text(command).utf8).span)
        if again != command { finding("'\(text(command))' is read back as \(again)") }
    } catch {
        check(error)
        if !(500...599).contains(error.code) { finding("\(error.code) is no refusal") }
    }
}

private func text(_ command: Command) -> String {
    switch command {
    case .help: "HELP"
    case .time: "TIME"
    case .quit: "QUIT"
    case .upper(let text): "UPPER \(text)"
    case .subscribe(let topic): "SUBSCRIBE \(topic.name)"
    case .unsubscribe(let topic): "UNSUBSCRIBE \(topic.name)"
    case .publish(let topic, let text): "PUBLISH \(topic.name) \(text)"
    case .authenticate(let user): "AUTH \(user)"
    case .password(let password): "PASS \(password)"
    }
}

/// What is sent is lines with a number each, and no line that a client brought along.
private func check(_ reply: Reply) {
    let bytes = Array(reply.text.utf8)
    let ends = bytes.indices.filter { bytes[$0] == 10 }
    if ends.count != reply.lines.count || bytes.last != 10 { finding("'\(reply.text)' has other lines than it says") }
    if bytes.count(where: { $0 == 13 }) != ends.count { finding("'\(reply.text)' has a stray return") }
    if !(200...599).contains(reply.code) { finding("\(reply.code) is no number of a reply") }
}
