#!/usr/bin/env bash
# Installs what `make build` built: the module and the bundled plugins, the configuration in the manner of Debian
# (a2enmod swift swift_compression swift_rewriting swift_htmlrewriting swift_echo swift_lines swift_resp), and the Swift runtime, so that no toolchain is needed where it runs.
#
# From the environment: DESTDIR, in front of every path; PREFIX, for a place of its own instead of the system's;
# LIBEXECDIR and SYSCONFDIR, to say each folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [[ -n ${PREFIX:-} ]]; then
    libexecdir=${LIBEXECDIR:-$PREFIX/lib/apache2/modules}
    sysconfdir=${SYSCONFDIR:-$PREFIX/etc/apache2}
else
    libexecdir=${LIBEXECDIR:-$(apxs -q LIBEXECDIR)}
    sysconfdir=${SYSCONFDIR:-$(apxs -q SYSCONFDIR)}
fi
modules=${DESTDIR:-}$libexecdir
available=${DESTDIR:-}$sysconfdir/mods-available
runtime=$modules/swift
toolchain=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath" *: *"\(.*\)".*/\1/p')/linux
[[ -e $toolchain/libswiftCore.so ]] || { echo "No Swift runtime at $toolchain." >&2; exit 1; }

# put MODE FROM TO: by rename, because writing into a file that a running server has mapped kills that server.
put() {
    install -m "$1" "$2" "$3.new"
    mv -f "$3.new" "$3"
}
needed() { readelf --dynamic --wide "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\].*/\1/p'; }

shopt -s nullglob
mkdir -p "$modules" "$runtime" "$available"
queue=()
for name in mod_swift filters/*/ protocols/*/; do
    library=.build/release/lib$(basename "$name").so
    [[ -e $library ]] || { echo "$library is not there: run make build." >&2; exit 1; }
    staged=$modules/$(basename "$library").new
    install -m 644 "$library" "$staged"
    # The build looks for the runtime in the toolchain; what is installed looks beside itself.
    patchelf --set-rpath '$ORIGIN:$ORIGIN/swift' "$staged"
    mv -f "$staged" "${staged%.new}"
    echo "${staged%.new}"
    queue+=("$library")
done

# The runtime libraries that they need, and those that these need, as far as they are the toolchain's.
declare -A copied=()
while [[ ${#queue[@]} -gt 0 ]]; do
    library=${queue[0]}
    queue=("${queue[@]:1}")
    for name in $(needed "$library"); do
        if [[ -e $toolchain/$name && -z ${copied[$name]:-} ]]; then
            copied[$name]=1
            put 644 "$toolchain/$name" "$runtime/$name"
            echo "$runtime/$name"
            queue+=("$toolchain/$name")
        fi
    done
done

for file in conf/*.load conf/*.conf; do
    staged=$available/$(basename "$file").new
    sed "s|/usr/lib/apache2/modules|$libexecdir|g" "$file" >"$staged"
    chmod 644 "$staged"
    mv -f "$staged" "${staged%.new}"
    echo "${staged%.new}"
done
