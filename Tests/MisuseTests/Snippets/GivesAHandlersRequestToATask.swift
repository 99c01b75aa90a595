// SPDX-License-Identifier: Apache-2.0
// expects: 'request' cannot be captured by an escaping closure since it is a borrowed parameter
import HTTPD

func misuse(_ registry: inout PhaseRegistry) {
    registry.handler("Late") { (request: borrowing Request) throws(HTTPDError) -> Decision in
        Task { print(request.uri) }
        return .ok
    }
}
