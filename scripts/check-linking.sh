#!/usr/bin/env bash
# What is loaded into the server must not bring Foundation or Dispatch with it: both are built on threads, and the
# server forks. Looks at the release build of the module, the bundled plugins and the examples, as far as they exist.
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/..}"

failed=0
for library in .build/release/lib*.so Examples/*/.build/release/lib*.so; do
    [[ -e $library ]] || continue
    needed=$(readelf --dynamic --wide "$library" | sed -n 's/.*(NEEDED).*\[\(.*\)\].*/\1/p')
    if unwanted=$(grep -E '^lib(_?Foundation|dispatch|swiftDispatch|NIO)' <<<"$needed"); then
        echo "error: $library links ${unwanted//$'\n'/, }" >&2
        failed=1
    fi
done
exit "$failed"
