// SPDX-License-Identifier: Apache-2.0
#include "CModSwift.h"

static modswift_slot slots[MODSWIFT_SLOTS];

void modswift_set_slot(int index, modswift_slot slot) {
    if (index >= 0 && index < MODSWIFT_SLOTS) slots[index] = slot;
}

static apr_status_t run_output(int n, ap_filter_t *f, apr_bucket_brigade *bb) {
    modswift_slot *slot = &slots[n];
    return slot->output ? slot->output(slot->instance, f, bb) : ap_pass_brigade(f->next, bb);
}

static apr_status_t run_input(int n, ap_filter_t *f, apr_bucket_brigade *bb, ap_input_mode_t mode,
                              apr_read_type_e block, apr_off_t count) {
    modswift_slot *slot = &slots[n];
    return slot->input ? slot->input(slot->instance, f, bb, (int)mode, (int)block, (int64_t)count)
                       : ap_get_brigade(f->next, bb, mode, block, count);
}

static int is_prepare_input(ap_init_filter_func function);

/* httpd begins with the filter next to the reader. What one decides may depend on what those in front of it take out of the
 * header, a coding for one: so they decide first. Each decides once. */
static int run_prepare_input(int n, ap_filter_t *f) {
    modswift_slot *slot = &slots[n];
    ap_filter_t *front = f->next;
    while (front && front->r == f->r && !is_prepare_input(front->frec->filter_init_func)) front = front->next;
    if (front && front->r == f->r) {
        int result = front->frec->filter_init_func(front);
        if (result != OK && result != DECLINED) return result;
    }
    return slot->prepare_input ? slot->prepare_input(slot->instance, f) : OK;
}

static int run_prepare_output(int n, ap_filter_t *f) {
    modswift_slot *slot = &slots[n];
    return slot->prepare_output ? slot->prepare_output(slot->instance, f) : OK;
}

#define FUNCTIONS(n)                                                                                     \
    static apr_status_t output_##n(ap_filter_t *f, apr_bucket_brigade *bb) { return run_output(0x##n, f, bb); } \
    static apr_status_t input_##n(ap_filter_t *f, apr_bucket_brigade *bb, ap_input_mode_t m, apr_read_type_e b, \
                                  apr_off_t c) {                                                         \
        return run_input(0x##n, f, bb, m, b, c);                                                         \
    }                                                                                                    \
    static int prepare_input_##n(ap_filter_t *f) { return run_prepare_input(0x##n, f); }                     \
    static int prepare_output_##n(ap_filter_t *f) { return run_prepare_output(0x##n, f); }
#define OUTPUT(n) output_##n,
#define INPUT(n) input_##n,
#define PREPARE_INPUT(n) prepare_input_##n,
#define PREPARE_OUTPUT(n) prepare_output_##n,
#define SIXTEEN(X, h) \
    X(h##0) X(h##1) X(h##2) X(h##3) X(h##4) X(h##5) X(h##6) X(h##7) X(h##8) X(h##9) X(h##a) X(h##b) X(h##c) X(h##d) X(h##e) X(h##f)
#define ALL(X)                                                                                            \
    SIXTEEN(X, 0) SIXTEEN(X, 1) SIXTEEN(X, 2) SIXTEEN(X, 3) SIXTEEN(X, 4) SIXTEEN(X, 5) SIXTEEN(X, 6)      \
    SIXTEEN(X, 7) SIXTEEN(X, 8) SIXTEEN(X, 9) SIXTEEN(X, a) SIXTEEN(X, b) SIXTEEN(X, c) SIXTEEN(X, d)      \
    SIXTEEN(X, e) SIXTEEN(X, f)

ALL(FUNCTIONS)
static const ap_out_filter_func outputs[] = {ALL(OUTPUT)};
static const ap_in_filter_func inputs[] = {ALL(INPUT)};
static const ap_init_filter_func input_prepares[] = {ALL(PREPARE_INPUT)};
static const ap_init_filter_func output_prepares[] = {ALL(PREPARE_OUTPUT)};

static int is_prepare_input(ap_init_filter_func function) {
    if (!function) return 0;
    for (int n = 0; n < MODSWIFT_SLOTS; n++)
        if (input_prepares[n] == function) return 1;
    return 0;
}

_Static_assert(sizeof(outputs) / sizeof(outputs[0]) == MODSWIFT_SLOTS, "a function for every slot");

ap_out_filter_func modswift_output_function(int index) { return outputs[index & (MODSWIFT_SLOTS - 1)]; }
ap_in_filter_func modswift_input_function(int index) { return inputs[index & (MODSWIFT_SLOTS - 1)]; }
ap_init_filter_func modswift_prepare_input_function(int index) { return input_prepares[index & (MODSWIFT_SLOTS - 1)]; }
ap_init_filter_func modswift_prepare_output_function(int index) {
    return output_prepares[index & (MODSWIFT_SLOTS - 1)];
}

int modswift_has_name(int index, const char *name, int is_output) {
    ap_filter_rec_t *record = is_output ? ap_get_output_filter_handle(name) : ap_get_input_filter_handle(name);
    if (!record) return 0;
    return is_output ? record->filter_func.out_func == modswift_output_function(index)
                     : record->filter_func.in_func == modswift_input_function(index);
}

ap_filter_rec_t *modswift_error_page_filter(const char *name) {
    ap_filter_rec_t *record = ap_get_output_filter_handle(name);
    if (!record) return NULL;
    for (int n = 0; n < MODSWIFT_SLOTS; n++)
        if (outputs[n] == record->filter_func.out_func) return slots[n].is_for_error_pages ? record : NULL;
    return NULL;
}
