// SPDX-License-Identifier: Apache-2.0

/// The peers in other languages, each as its documentation advises and with whole buffers, not characters, at a time.
enum ScriptedPeers {
    /// mod_lua: compiled once, a state per request (with one per thread it panics under load); a bucket at a time.
    static func lua(_ expected: [UInt8]) -> Peer {
        Peer(
            name: "mod_lua", modules: ["lua"],
            directives: """
                LuaScope request
                LuaCodeCache forever
                LuaOutputFilter LUA_UPPER "@ROOT@/upper.lua" output_filter
                SetOutputFilter LUA_UPPER

                """,
            files: ["upper.lua": Array(luaText.utf8)], expected: expected)
    }

    private static let luaText = """
        function output_filter(r)
            coroutine.yield()
            while bucket ~= nil do
                coroutine.yield(bucket:upper())
            end
            coroutine.yield()
        end

        """

    /// mod_perl: an interpreter for each thread; 64 KB at a time, in place.
    static func perl(_ expected: [UInt8]) -> Peer {
        Peer(
            name: "mod_perl", modules: ["perl"],
            directives: """
                PerlSwitches -I@ROOT@/perl
                PerlModule Bench::Upper
                PerlInterpStart 25
                PerlInterpMax 25
                PerlInterpMaxSpare 25
                PerlOutputFilterHandler Bench::Upper

                """,
            files: ["perl/Bench/Upper.pm": Array(perlText.utf8)], expected: expected,
            // The load ends in the middle of responses.
            allowing: ["Apache2::Filter::print"])
    }

    private static let perlText = """
        package Bench::Upper;
        use strict;
        use warnings;
        use base qw(Apache2::Filter);
        use Apache2::Const -compile => qw(OK);

        sub handler : FilterRequestHandler {
            my $f = shift;
            while ($f->read(my $buffer, 65536)) {
                $buffer =~ tr/a-z/A-Z/;
                $f->print($buffer);
            }
            return Apache2::Const::OK;
        }

        1;

        """

    /// mod_python: the whole part of the page that is there at once.
    static func python(_ expected: [UInt8]) -> Peer {
        Peer(
            name: "mod_python", modules: ["python"],
            directives: """
                PythonPath "['@ROOT@/python']+sys.path"
                PythonAutoReload Off
                PythonOutputFilter upper PY_UPPER
                SetOutputFilter PY_UPPER

                """,
            files: ["python/upper.py": Array(pythonText.utf8)], expected: expected)
    }

    private static let pythonText = """
        def outputfilter(filter):
            data = filter.read()
            while data:
                data = data.upper()
                # mod_python lends httpd this memory without holding it: it must outlive the response.
                kept = getattr(filter.req, "kept", None)
                if kept is None:
                    kept = filter.req.kept = []
                kept.append(data)
                filter.write(data)
                data = filter.read()
            if data is None:
                filter.close()

        """
}
