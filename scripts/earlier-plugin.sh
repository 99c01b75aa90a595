#!/usr/bin/env bash
# Builds a plugin with an earlier commit of the toolkit, whose internal types are laid out differently, and prints the
# folder that it is in: the tests load it beside current plugins.
#
#     scripts/earlier-plugin.sh
#
# The toolkit is that of the first commit with the plugin ABI of today, with a few stored properties more. The plugin,
# Whisper, is the Shout of that commit turned round: it makes small letters. A second generation of it, in the folder
# next, says "goodbye" where the first says "hello". Built once, and again when this script or the ABI changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

header=Sources/CPlugin/include/CPlugin.h
abi=$(sed -n 's/^#define SWIFT_HTTPD_PLUGIN_ABI //p' "$header")
[[ -n $abi ]] || { echo "$header defines no SWIFT_HTTPD_PLUGIN_ABI." >&2; exit 1; }
commit=$(git log --reverse --format=%H -S"SWIFT_HTTPD_PLUGIN_ABI $abi" -- "$header" | head -n 1)
if [[ -z $commit ]]; then
    echo "No commit defines plugin ABI $abi: commit it, or complete a shallow clone with git fetch --unshallow." >&2
    exit 1
fi

folder=$PWD/.build-earlier
stamp="$commit $(git hash-object scripts/earlier-plugin.sh)"
if [[ -e $folder/next/libWhisper.so && -e $folder/libEcho.so && $(cat "$folder/stamp" 2>/dev/null) == "$stamp" ]]; then
    echo "$folder"
    exit 0
fi

echo "== Whisper, with the toolkit of ${commit:0:12}" >&2
rm -rf "$folder"
mkdir -p "$folder"
git archive "$commit" Package.swift Sources filters protocols Examples/Shout | tar -x -C "$folder"

# change FILE EXPRESSION: a change that changes nothing would test nothing.
change() {
    local before
    before=$(cksum "$folder/$1")
    sed -i -E "$2" "$folder/$1"
    [[ $(cksum "$folder/$1") != "$before" ]] || { echo "$1 has nothing for '$2' to change." >&2; exit 1; }
}

# That commit relies on a literal where the compiler wants nothing.
sed -i -E '/static var options: \[Option<NoOptions>\]/s/\{ \[\] \}/{}/' \
    "$folder/Sources/HTTPD/Directives/FilterOptions.swift"

# Every type gets bigger, and what was in it moves.
extra='let padding: (UInt64, UInt64) = (0x5a5a_5a5a, 0xa5a5_a5a5)'
change Sources/Streaming/OutputStorage.swift "s/^package struct OutputStorage.*\{\$/&\n    private $extra/"
change Sources/HTTPD/Filters/OutputFilterState.swift "s/^class OutputFilterState.*\{\$/&\n    $extra/"
change Sources/HTTPD/Filters/InputFilterState.swift "s/^class InputFilterState.*\{\$/&\n    $extra/"
change Sources/HTTPD/Phases/Registration.swift "s/^class (Registration|Instance).*\{\$/&\n    $extra/"

plugin=Examples/Shout/Sources/Shout/Shout.swift
change "$plugin" 's/Shout/Whisper/g'
change "$plugin" 's/ascii: "a"/ascii: "A"/'
change Examples/Shout/Package.swift 's/"Shout"/"Whisper"/g'
mv "$folder/Examples/Shout/Sources/Shout" "$folder/Examples/Shout/Sources/Whisper"

build() {
    mkdir -p "$1"
    swift build -c release --product Whisper --package-path "$folder/Examples/Shout" --scratch-path "$folder/build" >&2
    cp "$folder/build/release/libWhisper.so" "$1/libWhisper.so"
}
build "$folder"
# A protocol of that toolkit, which knows nothing of deadlines, pushes and the end of the child.
swift build -c release --product Echo --package-path "$folder/Examples/Shout" --scratch-path "$folder/build" >&2
cp "$folder/build/release/libEcho.so" "$folder/libEcho.so"
change Examples/Shout/Sources/Whisper/Shout.swift 's/"hello /"goodbye /'
build "$folder/next"
# What was needed to build them is only weight.
for part in build Sources filters protocols Examples Package.swift; do rm -rf "${folder:?}/$part"; done
echo "$stamp" >"$folder/stamp"
echo "$folder"
