// SPDX-License-Identifier: Apache-2.0

/// The echo servers that are compared, each as its documentation has it.
enum EchoPeers {
    static func swift(_ libraries: Libraries, children: Int = 2, threads: Int = 25) throws -> EchoServer {
        try .httpd(
            "Swift", host: "SwiftProtocol Echo.Echo\n",
            main: libraries.load(plugin: libraries.modules + "/libEcho.so"), children: children, threads: threads)
    }

    /// One thread for each connection, as for the two below.
    static func modEcho(children: Int = 2, threads: Int = 25) throws -> EchoServer {
        try .httpd("mod_echo", modules: ["echo"], host: "ProtocolEcho On\n", children: children, threads: threads)
    }

    static func modPython() throws -> EchoServer {
        try .httpd(
            "mod_python", modules: ["python"], host: "PythonConnectionHandler echo\n",
            files: ["python/echo.py": Array(pythonText.utf8)],
            main: "PythonPath \"['@ROOT@/python']+sys.path\"\nPythonAutoReload Off\n")
    }

    private static let pythonText = """
        from mod_python import apache

        def connectionhandler(connection):
            while True:
                try:
                    line = connection.readline()
                except IOError:
                    break
                if not line:
                    break
                connection.write(line)
            return apache.OK

        """

    /// An interpreter for each thread: by default there are five, and the sixth client waits.
    static func modPerl() throws -> EchoServer {
        try .httpd(
            "mod_perl", modules: ["perl"], host: "PerlProcessConnectionHandler Bench::Echo\n",
            files: ["perl/Bench/Echo.pm": Array(perlText.utf8)],
            main: "PerlSwitches -I@ROOT@/perl\nPerlModule Bench::Echo\n"
                + "PerlInterpStart 25\nPerlInterpMax 25\nPerlInterpMaxSpare 25\n")
    }

    private static let perlText = """
        package Bench::Echo;
        use strict;
        use warnings;
        use Apache2::Connection ();
        use APR::Socket ();
        use Apache2::Const -compile => qw(OK);
        use APR::Const -compile => qw(SO_NONBLOCK);

        sub handler {
            my $socket = shift->client_socket;
            $socket->opt_set(APR::Const::SO_NONBLOCK, 0);
            my $buffer;
            while (eval { $socket->recv($buffer, 8192) }) {
                last unless eval { $socket->send($buffer) };
            }
            return Apache2::Const::OK;
        }

        1;

        """

    /// No peer, but what the kernel's part costs everyone.
    static func plain(_ libraries: Libraries) throws -> EchoServer {
        try .program("plain loop in C", libraries.plainEcho)
    }

    static func swiftNIO(_ libraries: Libraries) throws -> EchoServer {
        try .program("SwiftNIO", libraries.nioEcho)
    }
}
