// SPDX-License-Identifier: Apache-2.0
#include "CWholeBuffer.h"
#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

struct whole_pattern {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *context;
};

whole_pattern *whole_pattern_make(const uint8_t *pattern, size_t count, bool ignores_case, bool is_multiline,
                                  bool dot_matches_newline, bool is_extended, uint32_t steps) {
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    pcre2_set_bsr(context, PCRE2_BSR_UNICODE);
    uint32_t flags = PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | (ignores_case ? PCRE2_CASELESS : 0)
        | (is_multiline ? PCRE2_MULTILINE : 0) | (dot_matches_newline ? PCRE2_DOTALL : 0)
        | (is_extended ? PCRE2_EXTENDED : 0);
    int error;
    size_t offset;
    pcre2_code *code = pcre2_compile(pattern, count, flags, &error, &offset, context);
    pcre2_compile_context_free(context);
    if (!code) return NULL;
    // The machine code, as the two ways in which PCRE2 matches do not agree on all patterns.
    pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
    whole_pattern *made = malloc(sizeof *made);
    *made = (whole_pattern){code, pcre2_match_data_create_from_pattern(code, NULL), pcre2_match_context_create(NULL)};
    pcre2_set_match_limit(made->context, steps);
    return made;
}

void whole_pattern_free(whole_pattern *pattern) {
    if (!pattern) return;
    pcre2_match_data_free(pattern->data);
    pcre2_match_context_free(pattern->context);
    pcre2_code_free(pattern->code);
    free(pattern);
}

whole_match whole_pattern_search(whole_pattern *pattern, const uint8_t *subject, size_t count, size_t from,
                                 bool not_empty) {
    whole_match match = {0};
    match.result = pcre2_match(pattern->code, subject, count, from, not_empty ? PCRE2_NOTEMPTY_ATSTART : 0, pattern->data,
                               pattern->context);
    if (match.result < 0) return match;
    match.begun = pcre2_get_startchar(pattern->data);
    const PCRE2_SIZE *places = pcre2_get_ovector_pointer(pattern->data);
    for (uint32_t group = 0; group <= WHOLE_GROUPS; group++) {
        bool is_known = group < pcre2_get_ovector_count(pattern->data) && places[2 * group] != PCRE2_UNSET;
        match.starts[group] = is_known ? places[2 * group] : SIZE_MAX;
        match.ends[group] = is_known ? places[2 * group + 1] : SIZE_MAX;
    }
    return match;
}
