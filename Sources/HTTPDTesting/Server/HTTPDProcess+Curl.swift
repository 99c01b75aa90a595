// SPDX-License-Identifier: Apache-2.0

extension HTTPDProcess {
    /// The address of a path on the main port.
    public func url(_ path: String = "/") -> String {
        "http://127.0.0.1:\(port)\(path)"
    }

    /// Runs curl on a path of the main port, with more arguments as wanted; its output is the response's body.
    ///
    /// Any exit status of curl is a result, for a test to look at.
    public func curl(
        _ arguments: String..., path: String, input: [UInt8] = [], timeout: Duration = .seconds(60)
    ) throws(HTTPDTestError) -> Command.Result {
        try curl(arguments, path: path, input: input, timeout: timeout)
    }

    /// The same, with the arguments in an array.
    public func curl(
        _ arguments: [String], path: String, input: [UInt8] = [], timeout: Duration = .seconds(60)
    ) throws(HTTPDTestError) -> Command.Result {
        let fixed = ["-q", "-sS", "--globoff", "--path-as-is", "--noproxy", "*"]
        return try Command("curl", fixed + arguments + [url(path)], input: input, timeout: timeout).run()
    }
}
