#!/usr/bin/env bash
# The rules of the tree that no compiler checks. Prints every breach as file:line: sentence and fails if there is one.
#
#     scripts/check-structure.sh [ROOT]
set -euo pipefail
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "${1:-$scripts/..}"

failed=0

# Every Swift file below the given folders that exist; hidden folders (.build) are none of ours.
swift_files() {
    local folder
    for folder in "$@"; do
        [[ ! -e $folder ]] || find "$folder" -name '.?*' -prune -o -name '*.swift' -type f -print
    done | LC_ALL=C sort
}

# report SENTENCE: fails, and prints the sentence, for each "file:line" on its input.
report() {
    local place
    while IFS= read -r place; do
        echo "$place: error: $1" >&2
        failed=1
    done
}

# places WHAT PATTERN FOLDER...: "file:line" of each line that matches. WHAT is `text` for whole lines, or `code` for
# lines without their comments and string literals.
places() {
    local what=$1 pattern=$2
    shift 2
    swift_files "$@" | WHAT=$what PATTERN=$pattern perl -lne '
        BEGIN { $pattern = qr/$ENV{PATTERN}/ }
        open my $file, "<", $_ or die "$_: $!";
        my ($name, $block) = ($_, 0);
        while (my $line = <$file>) {
            if ($ENV{WHAT} eq "code") {
                if ($block) { next unless $line =~ s{^.*?\*/}{}; $block = 0 }
                $line =~ s/"(?:\\.|[^"\\])*"/""/g;
                $line =~ s{//.*}{};
                $line =~ s{/\*.*?\*/}{}g;
                $block = 1 if $line =~ s{/\*.*}{};
            }
            print "$name:$." if $line =~ $pattern;
        }
        close $file;'
}

plugins=(filters protocols Examples)
loaded=(Sources/APR Sources/Streaming Sources/CodecLibraries Sources/Codecs Sources/HTMLTokenizing Sources/HTMLSelectors
    Sources/HTMLEditing Sources/HTMLLinks Sources/RESPEngine Sources/HTTPD Sources/mod_swift filters protocols)
import='^\s*(?:@\w+(?:\([^)]*\))?\s+|(?:public|package|internal|fileprivate|private)\s+)*import\s+'
import+='(?:(?:struct|class|enum|protocol|typealias|func|let|var|actor)\s+)?'

# A plugin is written against HTTPD alone, in safe Swift.
report 'a plugin is safe Swift: nothing unsafe here' < <(places text '(?i)unsafe' "${plugins[@]}")
report 'a plugin imports HTTPD, never CAPR, CHTTPD or CPlugin' < <(
    places code "$import(?:CAPR|CHTTPD|CPlugin)\\b" "${plugins[@]}"
)

# Nothing that starts a thread before the fork, or weighs megabytes, is loaded into the server.
report 'Foundation, Dispatch and NIO stay out of the server' < <(
    places code "$import(?:Foundation|Dispatch|NIO)" "${loaded[@]}"
)

# A trap takes the child down with every connection in it.
report 'this traps, and a trap kills the whole child' < <(
    places code '\btry!|\bas!|\bfatalError\(|\bpreconditionFailure\(' "${loaded[@]}"
)

report 'Streaming, Codecs, HTMLTokenizing, HTMLSelectors, HTMLEditing, HTMLLinks and RESPEngine are safe Swift' < <(
    places code '(?i)unsafe' Sources/Streaming Sources/CodecLibraries Sources/Codecs Sources/HTMLTokenizing \
        Sources/HTMLSelectors Sources/HTMLEditing Sources/HTMLLinks Sources/RESPEngine
)

# Each `unsafe` says why it is safe: a `// SAFETY:` comment at most 12 lines above it, or earlier in the same
# function, initializer or accessor, or right above that declaration; or, for code that is all of one kind,
# `// SAFETY (for the whole type):` anywhere in the type, or `// SAFETY (for the whole file):` in the file.
report 'an `unsafe` with no `// SAFETY:` comment that covers it' < <(
    swift_files Sources/APR Sources/HTTPD Sources/mod_swift | perl -lne '
        my $name = $_;
        open my $file, "<", $name or die "$name: $!";
        my @lines = <$file>;
        close $file;
        my @indents = map { /^(\s*)\S/ ? length $1 : undef } @lines;
        # For a whole file, or for the whole type (or extension) that the comment stands in.
        next if grep { m{//\s*SAFETY \(for the (?:whole )?file\):} } @lines;
        my @whole = (0) x @lines;
        for my $at (grep { $lines[$_] =~ m{//\s*SAFETY \(for (?:all|the (?:whole )?\w+)\):} } 0 .. $#lines) {
            my $inside = sub { !defined $indents[$_[0]] || $indents[$_[0]] >= $indents[$at] };
            for (my $i = $at; $i >= 0 && $inside->($i); $i--) { $whole[$i] = 1 }
            for (my $i = $at; $i <= $#lines && $inside->($i); $i++) { $whole[$i] = 1 }
        }
        my ($seen, $pending, $body, $covered) = (-99, 0, -1, 0);
        for my $at (0 .. $#lines) {
            my ($line, $indent) = ($lines[$at], $indents[$at]);
            next unless defined $indent;
            # A line that is no deeper than the declaration ends it, unless it goes on with its head or closes it.
            my $closes = 0;
            if ($body >= 0 && $indent <= $body && $line !~ /^\s*(?:\)|\]|where\b|->|throws\b|\{)/) {
                if ($line =~ /^\s*\}/) { $closes = 1 } else { $body = -1; $covered = 0 }
            }
            if ($line =~ m{//\s*SAFETY:}) {
                $seen = $at;
                if ($body >= 0) { $covered = 1 } else { $pending = 1 }
            }
            (my $code = $line) =~ s/"(?:\\.|[^"\\])*"/""/g;
            $code =~ s{//.*}{};
            next if $code =~ /^\s*$/;
            if ($body < 0 && $code =~ /\b(?:func|init|deinit|subscript|var|let)\b/) {
                ($body, $covered, $pending) = ($indent, $pending, 0);
            } elsif ($code !~ /^\s*(?:@|#)/) {
                $pending = 0;
            }
            if ($code =~ /(?<!@)\bunsafe\b/ && !$covered && !$whole[$at] && $at - $seen > 12) {
                print "$name:" . ($at + 1);
            }
            if ($closes) { $body = -1; $covered = 0 }
        }'
)

# A file that grew long wants to be two. Only listed: there may be a reason.
while read -r lines file; do
    echo "$file: note: $lines lines; can it be split?"
done < <(swift_files Sources filters protocols Examples Tests Benchmarks Fuzz | tr '\n' '\0' |
    xargs -0 --no-run-if-empty wc -l | awk '$1 > 500 && $2 != "total"')

# SwiftPM refuses a dependency whose products reach a target with unsafeFlags.
names=
if [[ -e Package.swift ]]; then
    manifest=$(swift package dump-package) || { echo 'Package.swift: error: does not evaluate' >&2; exit 1; }
    report 'unsafeFlags: users of the package could not resolve it; test targets only' < <(perl -MJSON::PP -e '
        for my $target (@{decode_json(join "", <STDIN>)->{targets}}) {
            next if $target->{type} eq "test";
            print "Package.swift: target $target->{name}\n"
                if grep { exists $_->{kind}{unsafeFlags} } @{$target->{settings}};
        }' <<<"$manifest")
    names=$(perl -MJSON::PP -e '
        print "$_->{name}\n" for @{decode_json(join "", <STDIN>)->{products}}' <<<"$manifest")
fi

# The change log starts with what is not released yet and knows every product.
if [[ ! -e CHANGELOG.md ]]; then
    report 'missing' <<<CHANGELOG.md
else
    grep -qE '^## .*[Uu]nreleased|^## \[?[0-9]+\.[0-9]+' CHANGELOG.md ||
        report 'no section "## Unreleased" or "## 1.2.3"' <<<CHANGELOG.md
    for name in $names; do
        grep -qw -- "$name" CHANGELOG.md || report "does not mention the product $name" <<<CHANGELOG.md
    done
fi

"$scripts/check-linking.sh" "$PWD" || failed=1
exit "$failed"
