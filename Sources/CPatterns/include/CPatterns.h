// SPDX-License-Identifier: Apache-2.0
//
// PCRE2 and vectorscan behind functions that Swift imports as safe: bytes are spans, and what the libraries allocate is
// counted by references that Swift keeps as it keeps those to its own classes.
#ifndef CPATTERNS_H
#define CPATTERNS_H
#include <lifetimebound.h>
#include <ptrcheck.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CPATTERNS_NAME(name) __attribute__((swift_name(name)))
#define CPATTERNS_REFERENCE(type)                                                                       \
    __attribute__((swift_attr("import_reference"))) __attribute__((swift_attr("retain:" #type "_retain"))) \
    __attribute__((swift_attr("release:" #type "_release")))
#define CPATTERNS_NEW __attribute__((swift_attr("returns_retained")))

#pragma GCC visibility push(hidden)

// What Swift makes of them unwraps the address of a span that may not be null, and an empty span has none: so bytes are
// nullable.

// MARK: Regular expressions

/// How a pattern is to be read: Perl's flags of the same letters.
typedef struct cpatterns_options {
    bool ignores_case, is_multiline, dot_matches_newline, is_extended;
} cpatterns_options;

/// A regular expression that is compiled, or was found wrong. Nothing of it changes: many threads may use one.
struct CPATTERNS_REFERENCE(cpatterns_regex) __attribute__((swift_attr("@Sendable"))) cpatterns_regex {
    /// PCRE2's code for what is wrong with the pattern; 0 if nothing is.
    int32_t error;
    /// The byte of the pattern where it was noticed.
    size_t error_offset;
    /// The number of the last group.
    uint32_t groups;
    /// How many bytes before the start of a match may be looked at, except by a lookbehind inside another.
    uint32_t lookbehind;
    /// No match has fewer bytes.
    uint32_t shortest;
    /// Whether it was compiled to machine code: where memory may not be both written and run, it is interpreted.
    bool is_compiled_to_code;
};
typedef struct cpatterns_regex cpatterns_regex;

void cpatterns_regex_retain(cpatterns_regex *_Nonnull regex);
void cpatterns_regex_release(cpatterns_regex *_Nonnull regex);

/// Compiles a pattern of bytes; null when memory runs out.
cpatterns_regex *_Nullable cpatterns_regex_make(const uint8_t *__counted_by(count) _Nullable pattern __noescape,
                                                size_t count, cpatterns_options options) CPATTERNS_NEW;

/// Writes PCRE2's words for an error. Returns their length.
size_t cpatterns_message(int32_t error, uint8_t *__counted_by(count) _Nonnull text __noescape, size_t count);

/// The number of the group with this name; 0 if there is none.
uint32_t cpatterns_regex_group(cpatterns_regex *_Nonnull regex,
                               const uint8_t *__counted_by(count) _Nullable name __noescape, size_t count);

typedef enum __attribute__((enum_extensibility(closed))) cpatterns_outcome : int32_t {
    CPATTERNS_NONE CPATTERNS_NAME("none"),
    CPATTERNS_FOUND CPATTERNS_NAME("found"),
    /// What is there may begin a match at `start`, or be one that more bytes would change.
    CPATTERNS_PARTIAL CPATTERNS_NAME("partial"),
    /// It took more steps or memory than it may.
    CPATTERNS_LIMIT CPATTERNS_NAME("limit"),
    CPATTERNS_FAILED CPATTERNS_NAME("failed"),
} cpatterns_outcome;

typedef struct cpatterns_result {
    cpatterns_outcome outcome;
    size_t start, end;
    /// Where the match was begun: before `start` if there is a \K.
    size_t begun;
} cpatterns_result;

/// How far a search may go before it is given up.
typedef struct cpatterns_limits {
    /// Steps back, as PCRE2 counts them, from one place of the subject.
    uint32_t steps;
    /// Bytes of memory for them.
    size_t memory;
    /// Milliseconds that all calls of a search may take together, give or take what one look takes.
    uint32_t time;
} cpatterns_limits;

/// What one stream needs to search with a pattern. One thread at a time.
struct CPATTERNS_REFERENCE(cpatterns_search) cpatterns_search {
    uint32_t references;
};
typedef struct cpatterns_search cpatterns_search;

void cpatterns_search_retain(cpatterns_search *_Nonnull search);
void cpatterns_search_release(cpatterns_search *_Nonnull search);

/// Null when memory runs out, or the pattern did not compile.
cpatterns_search *_Nullable cpatterns_search_make(cpatterns_regex *_Nonnull regex, cpatterns_limits limits) CPATTERNS_NEW;

/// Where a search begins, and what it may find there.
typedef struct cpatterns_terms {
    size_t from;
    /// Whether nothing comes before the subject.
    bool begins;
    /// Whether nothing comes behind it.
    bool ends;
    /// Whether an empty match at `from` is none.
    bool not_empty;
} cpatterns_terms;

/// Time begins to count: to be called before the searches that are made without waiting for anything in between.
void cpatterns_search_wake(cpatterns_search *_Nonnull search);

/// Searches for the first match.
cpatterns_result cpatterns_search_run(cpatterns_search *_Nonnull search,
                                      const uint8_t *__counted_by(count) _Nullable subject __noescape, size_t count,
                                      cpatterns_terms terms);

/// What a group of the last match found; `outcome` is none where it took no part.
cpatterns_result cpatterns_search_group(cpatterns_search *_Nonnull search, uint32_t group);

// MARK: Many literals

/// Texts to be found all at once. Nothing of it changes once it is compiled: many threads may use one.
struct CPATTERNS_REFERENCE(cpatterns_literals) __attribute__((swift_attr("@Sendable"))) cpatterns_literals {
    /// The length of the longest.
    size_t longest;
    /// Whether the widest steps that this machine could take are not taken, as where there are none: for tests, to be set before
    /// they are compiled.
    bool is_narrow;
};
typedef struct cpatterns_literals cpatterns_literals;

void cpatterns_literals_retain(cpatterns_literals *_Nonnull literals);
void cpatterns_literals_release(cpatterns_literals *_Nonnull literals);

cpatterns_literals *_Nullable cpatterns_literals_make(void) CPATTERNS_NEW;

/// Adds the next text, which is not empty. Returns whether there was memory for it.
bool cpatterns_literals_add(cpatterns_literals *_Nonnull literals,
                            const uint8_t *__counted_by(count) _Nullable text __noescape, size_t count,
                            bool ignores_case);

/// Makes the texts ready to be searched for. Returns whether that was possible.
bool cpatterns_literals_compile(cpatterns_literals *_Nonnull literals);

/// An occurrence: of those that begin there, the one of the text that was added first.
typedef struct cpatterns_place {
    size_t start;
    uint32_t literal;
} cpatterns_place;

/// What one stream needs to search for them. One thread at a time.
struct CPATTERNS_REFERENCE(cpatterns_finder) cpatterns_finder {
    uint32_t references;
    /// The number of places that the last scan found.
    size_t count;
};
typedef struct cpatterns_finder cpatterns_finder;

void cpatterns_finder_retain(cpatterns_finder *_Nonnull finder);
void cpatterns_finder_release(cpatterns_finder *_Nonnull finder);

cpatterns_finder *_Nullable cpatterns_finder_make(cpatterns_literals *_Nonnull literals) CPATTERNS_NEW;

/// Leaves a text, by its number in the order in which they were added, out of the scans of this stream. Returns whether there
/// was memory for that.
bool cpatterns_finder_leave_out(cpatterns_finder *_Nonnull finder, uint32_t literal);

/// Finds all places where a text begins, at or after `from`, and ends inside the subject, which has less than 4 GB.
/// Returns false when memory ran out.
bool cpatterns_finder_scan(cpatterns_finder *_Nonnull finder,
                           const uint8_t *__counted_by(count) _Nullable subject __noescape, size_t count, size_t from);

/// A place of the last scan, in their order; behind the last one, a place that is nowhere (`SIZE_MAX`).
cpatterns_place cpatterns_finder_place(cpatterns_finder *_Nonnull finder, size_t index);

/// Which places of the last scan are to be edited.
typedef struct cpatterns_edits {
    /// The number of the first place to look at.
    size_t index;
    /// All bytes before this one are dealt with.
    size_t from;
    /// No place that begins here or later is wanted.
    size_t until;
    /// No run between two places is copied that is as long.
    size_t longest_run;
} cpatterns_edits;

/// What was edited.
typedef struct cpatterns_edited {
    /// The number of the first place that was not looked at.
    size_t index;
    /// All bytes before this one are dealt with.
    size_t from;
    /// The number of bytes written.
    size_t written;
    /// The number of places that were replaced.
    size_t count;
} cpatterns_edited;

/// Writes what comes before the places of the last scan and, instead of what is there, other texts: as long as `out` has room.
///
/// The text in place of a literal is in `texts` from `offsets[literal]` to `offsets[literal + 1]`.
cpatterns_edited cpatterns_finder_edit(cpatterns_finder *_Nonnull finder,
                                       const uint8_t *__counted_by(count) _Nullable subject __noescape, size_t count,
                                       cpatterns_edits edits,
                                       const uint8_t *__counted_by(texts_count) _Nullable texts __noescape,
                                       size_t texts_count,
                                       const uint32_t *__counted_by(offsets_count) _Nullable offsets __noescape,
                                       size_t offsets_count, uint8_t *__counted_by(room) _Nonnull out __noescape,
                                       size_t room);

#pragma GCC visibility pop
#endif
