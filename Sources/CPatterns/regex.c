// SPDX-License-Identifier: Apache-2.0
//
// PCRE2: patterns and searches. Bytes are bytes: no pattern is in UTF mode, as no stream need be UTF-8.
#include "CPatterns.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

typedef struct regex {
    cpatterns_regex shown;
    atomic_uint references;
    pcre2_code *code;
} regex;

typedef struct search {
    cpatterns_search shown;
    regex *regex;
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
    size_t memory;
    /// Milliseconds that were taken, and that may be.
    uint64_t taken, time;
    /// When the last look ended, or the time began to count.
    uint64_t before;
    /// How many places one look tries: fewer where that takes long.
    size_t places;
} search;

/// The most and the fewest places that a look tries. A look cannot be broken off but by its steps, so it tries few; each look
/// costs as much as some hundred bytes.
#define MOST_PLACES 512
#define FEWEST_PLACES 16
/// A look that takes more milliseconds is a long one: the clock is a coarse one, which costs next to nothing.
#define LONG_LOOK 8

/// What machine code has for a stack until it asks for more.
#define FIRST_STACK (32u << 10)

static regex *regex_of(cpatterns_regex *r) { return (regex *)r; }
static search *search_of(cpatterns_search *s) { return (search *)s; }

void cpatterns_regex_retain(cpatterns_regex *r) {
    atomic_fetch_add_explicit(&regex_of(r)->references, 1, memory_order_relaxed);
}

void cpatterns_regex_release(cpatterns_regex *r) {
    if (atomic_fetch_sub_explicit(&regex_of(r)->references, 1, memory_order_acq_rel) != 1) return;
    pcre2_code_free(regex_of(r)->code);
    free(r);
}

static uint32_t number(const pcre2_code *code, uint32_t what) {
    uint32_t value = 0;
    return pcre2_pattern_info(code, what, &value) == 0 ? value : 0;
}

cpatterns_regex *cpatterns_regex_make(const uint8_t *pattern, size_t count, cpatterns_options options) {
    regex *r = calloc(1, sizeof *r);
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (!r || !context) {
        pcre2_compile_context_free(context);
        free(r);
        return NULL;
    }
    atomic_init(&r->references, 1);
    // What Perl takes for the end of a line, whatever the library was built for.
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    pcre2_set_bsr(context, PCRE2_BSR_UNICODE);
    uint32_t flags = PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_USE_OFFSET_LIMIT | (options.ignores_case ? PCRE2_CASELESS : 0)
        | (options.is_multiline ? PCRE2_MULTILINE : 0) | (options.dot_matches_newline ? PCRE2_DOTALL : 0)
        | (options.is_extended ? PCRE2_EXTENDED : 0);
    r->code = pcre2_compile(count > 0 ? pattern : (const uint8_t *)"", count, flags, &r->shown.error,
                            &r->shown.error_offset, context);
    pcre2_compile_context_free(context);
    if (!r->code) return &r->shown;
    r->shown.error = 0;
    r->shown.error_offset = 0;
    r->shown.groups = number(r->code, PCRE2_INFO_CAPTURECOUNT);
    r->shown.lookbehind = number(r->code, PCRE2_INFO_MAXLOOKBEHIND);
    r->shown.shortest = number(r->code, PCRE2_INFO_MINLENGTH);
    size_t code = 0;
    // (*NO_JIT) is no error, and there is no code.
    r->shown.is_compiled_to_code = pcre2_jit_compile(r->code, PCRE2_JIT_COMPLETE | PCRE2_JIT_PARTIAL_HARD) == 0
        && pcre2_pattern_info(r->code, PCRE2_INFO_JITSIZE, &code) == 0 && code > 0;
    return &r->shown;
}

size_t cpatterns_message(int32_t error, uint8_t *text, size_t count) {
    int length = pcre2_get_error_message(error, text, count);
    return length > 0 ? (size_t)length : 0;
}

uint32_t cpatterns_regex_group(cpatterns_regex *r, const uint8_t *name, size_t count) {
    char text[129];
    if (!regex_of(r)->code || count == 0 || count >= sizeof text) return 0;
    memcpy(text, name, count);
    text[count] = 0;
    int group = pcre2_substring_number_from_name(regex_of(r)->code, (PCRE2_SPTR)text);
    return group > 0 ? (uint32_t)group : 0;
}

void cpatterns_search_retain(cpatterns_search *s) { s->references++; }

void cpatterns_search_release(cpatterns_search *shown) {
    if (--shown->references > 0) return;
    search *s = search_of(shown);
    pcre2_match_data_free(s->data);
    pcre2_match_context_free(s->context);
    pcre2_jit_stack_free(s->stack);
    cpatterns_regex_release(&s->regex->shown);
    free(s);
}

cpatterns_search *cpatterns_search_make(cpatterns_regex *r, cpatterns_limits limits) {
    search *s = regex_of(r)->code ? calloc(1, sizeof *s) : NULL;
    if (!s) return NULL;
    s->shown.references = 1;
    s->regex = regex_of(r);
    cpatterns_regex_retain(r);
    s->memory = limits.memory;
    s->time = limits.time;
    s->places = MOST_PLACES;
    s->data = pcre2_match_data_create_from_pattern(s->regex->code, NULL);
    s->context = pcre2_match_context_create(NULL);
    if (!s->data || !s->context) {
        cpatterns_search_release(&s->shown);
        return NULL;
    }
    pcre2_set_match_limit(s->context, limits.steps);
    size_t kilobytes = limits.memory >> 10;
    pcre2_set_heap_limit(s->context, kilobytes < UINT32_MAX ? (uint32_t)kilobytes : UINT32_MAX);
    return &s->shown;
}

static int run(search *s, const uint8_t *subject, size_t count, size_t from, uint32_t options) {
    if (!s->regex->shown.is_compiled_to_code)
        return pcre2_match(s->regex->code, subject, count, from, options, s->data, s->context);
    int result = pcre2_jit_match(s->regex->code, subject, count, from, options, s->data, s->context);
    // Most patterns never need more than what the library takes of the thread's own stack.
    if (result != PCRE2_ERROR_JIT_STACKLIMIT || s->stack || s->memory <= FIRST_STACK) return result;
    s->stack = pcre2_jit_stack_create(FIRST_STACK, s->memory, NULL);
    if (!s->stack) return PCRE2_ERROR_NOMEMORY;
    pcre2_jit_stack_assign(s->context, NULL, s->stack);
    return pcre2_jit_match(s->regex->code, subject, count, from, options, s->data, s->context);
}

static uint64_t now(void) {
    struct timespec time;
    if (clock_gettime(CLOCK_MONOTONIC_COARSE, &time) != 0) return 0;
    return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

void cpatterns_search_wake(cpatterns_search *shown) { search_of(shown)->before = now(); }

/// Searches a few places at a time, so that it can be given up in between.
static int run_in_time(search *s, const uint8_t *subject, size_t count, size_t from, uint32_t options) {
    for (;;) {
        if (s->taken > s->time) return PCRE2_ERROR_MATCHLIMIT;
        bool is_last = count - from <= s->places;
        pcre2_set_offset_limit(s->context, is_last ? PCRE2_UNSET : from + s->places);
        int result = run(s, subject, count, from, options);
        uint64_t after = now(), took = after > s->before ? after - s->before : 0;
        s->taken += took;
        s->before = after;
        if (result != PCRE2_ERROR_NOMATCH || is_last) return result;
        from += s->places + 1;
        options &= ~(uint32_t)PCRE2_NOTEMPTY_ATSTART;
        if (took > LONG_LOOK && s->places > FEWEST_PLACES) s->places /= 2;
    }
}

static cpatterns_result range(const search *s, uint32_t group, cpatterns_outcome outcome, size_t count) {
    const PCRE2_SIZE *places = pcre2_get_ovector_pointer(s->data);
    size_t start = places[2 * group], end = places[2 * group + 1];
    // A \K inside a lookahead could leave them the wrong way round.
    if (start > end || end > count) return (cpatterns_result){CPATTERNS_FAILED, 0, 0, 0};
    size_t begun = outcome == CPATTERNS_PARTIAL ? start : pcre2_get_startchar(s->data);
    return (cpatterns_result){outcome, start, end, begun};
}

cpatterns_result cpatterns_search_run(cpatterns_search *shown, const uint8_t *subject, size_t count,
                                      cpatterns_terms terms) {
    search *s = search_of(shown);
    if (terms.from > count) return (cpatterns_result){CPATTERNS_FAILED, 0, 0, 0};
    uint32_t options = (terms.begins ? 0 : PCRE2_NOTBOL) | (terms.ends ? 0 : PCRE2_PARTIAL_HARD)
        | (terms.not_empty ? PCRE2_NOTEMPTY_ATSTART : 0);
    int result = run_in_time(s, count > 0 ? subject : (const uint8_t *)"", count, terms.from, options);
    if (result >= 0) return range(s, 0, CPATTERNS_FOUND, count);
    switch (result) {
    case PCRE2_ERROR_NOMATCH: return (cpatterns_result){CPATTERNS_NONE, 0, 0, 0};
    case PCRE2_ERROR_PARTIAL: return range(s, 0, CPATTERNS_PARTIAL, count);
    case PCRE2_ERROR_MATCHLIMIT:
    case PCRE2_ERROR_DEPTHLIMIT:
    case PCRE2_ERROR_HEAPLIMIT:
    case PCRE2_ERROR_JIT_STACKLIMIT: return (cpatterns_result){CPATTERNS_LIMIT, 0, 0, 0};
    default: return (cpatterns_result){CPATTERNS_FAILED, 0, 0, 0};
    }
}

cpatterns_result cpatterns_search_group(cpatterns_search *shown, uint32_t group) {
    search *s = search_of(shown);
    cpatterns_result none = {CPATTERNS_NONE, 0, 0, 0};
    if (group >= pcre2_get_ovector_count(s->data)) return none;
    const PCRE2_SIZE *places = pcre2_get_ovector_pointer(s->data);
    size_t start = places[2 * group], end = places[2 * group + 1];
    if (start == PCRE2_UNSET || start > end) return none;
    return (cpatterns_result){CPATTERNS_FOUND, start, end, start};
}
