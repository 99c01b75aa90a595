// SPDX-License-Identifier: Apache-2.0
// Swift 6.3 ends with a crash where it should say so, because the parameter's type is not written.
// expects: 'request' cannot be captured by an escaping closure since it is a borrowed parameter
// or: MoveOnlyChecker
import HTTPD

func misuse(_ registry: inout PhaseRegistry) {
    registry.handler("Late") { request throws(HTTPDError) in
        let late = Task { request.uri }
        _ = late
        return .ok
    }
}
