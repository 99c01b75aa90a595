// SPDX-License-Identifier: Apache-2.0

/// What a backlog lives as long as. A pool of any other life cannot be given: buckets that were held go on to filters
/// that may keep them, which is safe only while their memory lives as long as the request.
extension Backlog {
    /// A backlog for a filter of this request. What is held is destroyed with the request.
    public init(for request: borrowing Request) {
        self.init(in: request.pool)
    }

    /// A backlog that lives as long as this connection. Held buckets' memory is given back only when it ends.
    public init(for connection: borrowing Connection) {
        self.init(in: connection.pool)
    }
}
