#!/usr/bin/env bash
# Runs `swift test` with the arguments given, and repeats at the end what failed: the output is long, and whoever
# reads only its last lines has to find the reason there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mkdir -p .build
log=.build/test-output.txt
status=0
swift test "$@" 2>&1 | tee "$log" || status=$?

if ((status)); then
    echo
    echo '== what failed'
    # An issue is a line with a cross; the lines with an arrow below it are its values and its comments.
    awk '/^✘/ { shown = 1; print; next } shown && /^↳/ { print; next } { shown = 0 }' "$log" | tail -n 200
fi
exit "$status"
