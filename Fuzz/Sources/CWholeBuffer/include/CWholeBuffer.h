// SPDX-License-Identifier: Apache-2.0
//
// A search with PCRE2 in a subject that is all there.
#ifndef CWHOLEBUFFER_H
#define CWHOLEBUFFER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct whole_pattern whole_pattern;

/// Null where the pattern is wrong.
whole_pattern *_Nullable whole_pattern_make(const uint8_t *_Nonnull pattern, size_t count, bool ignores_case,
                                            bool is_multiline, bool dot_matches_newline, bool is_extended,
                                            uint32_t steps);
void whole_pattern_free(whole_pattern *_Nullable pattern);

/// The last group that a search tells of.
#define WHOLE_GROUPS 3

typedef struct whole_match {
    /// PCRE2's: negative if there is none.
    int result;
    /// Where the match was begun: before its start if there is a \K.
    size_t begun;
    /// The starts and ends of group 0 and the first others; `SIZE_MAX` where one took no part.
    size_t starts[WHOLE_GROUPS + 1], ends[WHOLE_GROUPS + 1];
} whole_match;

/// Searches for the first match at or after `from`.
whole_match whole_pattern_search(whole_pattern *_Nonnull pattern, const uint8_t *_Nonnull subject, size_t count,
                                 size_t from, bool not_empty);
#endif
