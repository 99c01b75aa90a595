// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting

/// A conversation through `openssl s_client`, for a line protocol in which the server speaks first.
enum TLSClient {
    /// Defines the shell function `talk [option…]`, which prints what the server says, errors apart.
    ///
    /// It sends each line of its standard input when there was an answer to the one before, so that no time has to be
    /// guessed; a line that begins with `!` is a command of the shell's own. If `$request` is set, it is sent first, and
    /// a header is read. At the end of the input it closes, and prints what still comes.
    static func shell(port: UInt16) -> String {
        """
        talk() {
            coproc openssl s_client -quiet -no_ign_eof -connect 127.0.0.1:\(port) "$@" 2>>errors
            # bash closes its own descriptors when the program has ended, read or not.
            exec {answers}<&${COPROC[0]} {commands}>&${COPROC[1]}
            eval "exec ${COPROC[1]}>&-"
            if [[ -n ${request:-} ]]; then
                printf "$request" >&$commands
                while read -r -t 20 -u $answers line; do
                    printf '%s\\n' "$line"
                    [[ $line != $'\\r' ]] || break
                done
            fi
            while read -r -t 20 -u $answers line; do
                printf '%s\\n' "$line"
                while read -r command && [[ $command == !* ]]; do eval "${command:1}"; done
                [[ -n $command ]] || break
                printf '%s\\n' "$command" >&$commands
            done
            exec {commands}>&-
            cat <&$answers
            wait
        }

        """
    }

    /// Runs a script in the server's folder that may talk to one of its ports.
    static func run(_ script: String, _ server: HTTPDProcess, port: UInt16) throws -> Command.Result {
        try Command("bash", ["-c", shell(port: port) + script], directory: server.root).run()
    }
}
