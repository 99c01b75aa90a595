// SPDX-License-Identifier: Apache-2.0
//
// Many literals at once, by their grams or by vectorscan. Either tells of every occurrence; what is wanted is the order of
// their beginnings, and of those that begin at one place the first text.
#include "CPatterns.h"
#include "grams.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <hs/hs.h>

/// Scratch memory that waits for the next scan. More threads than that make their own.
#define IDLE_PLACES 8

typedef struct literals {
    cpatterns_literals shown;
    atomic_uint references;
    text *texts;
    uint32_t count, capacity;
    /// What finds them: this, or else vectorscan.
    grams *grams;
    hs_database_t *database;
    hs_scratch_t *first;
    _Atomic(hs_scratch_t *) idle[IDLE_PLACES];
} literals;

typedef struct finder {
    cpatterns_finder shown;
    literals *literals;
    /// Each the start in the high half and the text in the low one, so that their order is that of numbers.
    uint64_t *places;
    size_t capacity;
    size_t from;
    /// Behind the start of the last place, and whether some place is not behind the one before it.
    uint64_t next;
    bool is_untidy;
    bool failed;
    /// For each text whether it is left out; null if none is.
    bool *left_out;
} finder;

static literals *literals_of(cpatterns_literals *l) { return (literals *)l; }
static finder *finder_of(cpatterns_finder *f) { return (finder *)f; }

void cpatterns_literals_retain(cpatterns_literals *l) {
    atomic_fetch_add_explicit(&literals_of(l)->references, 1, memory_order_relaxed);
}

void cpatterns_literals_release(cpatterns_literals *shown) {
    literals *l = literals_of(shown);
    if (atomic_fetch_sub_explicit(&l->references, 1, memory_order_acq_rel) != 1) return;
    for (uint32_t i = 0; i < l->count; i++) free(l->texts[i].bytes);
    free(l->texts);
    grams_free(l->grams);
    for (int i = 0; i < IDLE_PLACES; i++) hs_free_scratch(atomic_load(&l->idle[i]));
    hs_free_scratch(l->first);
    hs_free_database(l->database);
    free(l);
}

cpatterns_literals *cpatterns_literals_make(void) {
    literals *l = calloc(1, sizeof *l);
    if (!l) return NULL;
    atomic_init(&l->references, 1);
    return &l->shown;
}

bool cpatterns_literals_add(cpatterns_literals *shown, const uint8_t *bytes, size_t count, bool ignores_case) {
    literals *l = literals_of(shown);
    if (count == 0 || l->grams || l->database) return false;
    if (l->count == l->capacity) {
        uint32_t capacity = l->capacity * 2 + 16;
        text *grown = realloc(l->texts, capacity * sizeof *grown);
        if (!grown) return false;
        l->texts = grown;
        l->capacity = capacity;
    }
    uint8_t *copy = malloc(count);
    if (!copy) return false;
    memcpy(copy, bytes, count);
    l->texts[l->count++] = (text){copy, count, ignores_case};
    if (count > shown->longest) shown->longest = count;
    return true;
}

bool cpatterns_literals_compile(cpatterns_literals *shown) {
    literals *l = literals_of(shown);
    if (l->grams || l->database || l->count == 0) return false;
    l->grams = grams_make(l->texts, l->count, shown->is_narrow);
    if (l->grams) return true;
    const char **bytes = calloc(l->count, sizeof *bytes);
    size_t *lengths = calloc(l->count, sizeof *lengths);
    unsigned *flags = calloc(l->count, sizeof *flags), *ids = calloc(l->count, sizeof *ids);
    hs_compile_error_t *error = NULL;
    bool done = false;
    if (bytes && lengths && flags && ids) {
        for (uint32_t i = 0; i < l->count; i++) {
            bytes[i] = (const char *)l->texts[i].bytes;
            lengths[i] = l->texts[i].count;
            flags[i] = l->texts[i].ignores_case ? HS_FLAG_CASELESS : 0;
            ids[i] = i;
        }
        done = hs_compile_lit_multi(bytes, flags, ids, lengths, l->count, HS_MODE_BLOCK, NULL, &l->database, &error)
                == HS_SUCCESS
            && hs_alloc_scratch(l->database, &l->first) == HS_SUCCESS;
    }
    hs_free_compile_error(error);
    free(bytes);
    free(lengths);
    free(flags);
    free(ids);
    return done;
}

static hs_scratch_t *take_scratch(literals *l) {
    for (int i = 0; i < IDLE_PLACES; i++) {
        if (!atomic_load_explicit(&l->idle[i], memory_order_relaxed)) continue;
        hs_scratch_t *scratch = atomic_exchange_explicit(&l->idle[i], NULL, memory_order_acquire);
        if (scratch) return scratch;
    }
    hs_scratch_t *scratch = NULL;
    return hs_clone_scratch(l->first, &scratch) == HS_SUCCESS ? scratch : NULL;
}

static void leave_scratch(literals *l, hs_scratch_t *scratch) {
    for (int i = 0; i < IDLE_PLACES; i++) {
        hs_scratch_t *none = NULL;
        if (atomic_compare_exchange_strong_explicit(&l->idle[i], &none, scratch, memory_order_release,
                                                    memory_order_relaxed))
            return;
    }
    hs_free_scratch(scratch);
}

void cpatterns_finder_retain(cpatterns_finder *f) { f->references++; }

void cpatterns_finder_release(cpatterns_finder *shown) {
    if (--shown->references > 0) return;
    finder *f = finder_of(shown);
    cpatterns_literals_release(&f->literals->shown);
    free(f->places);
    free(f->left_out);
    free(f);
}

cpatterns_finder *cpatterns_finder_make(cpatterns_literals *l) {
    finder *f = literals_of(l)->grams || literals_of(l)->database ? calloc(1, sizeof *f) : NULL;
    if (!f) return NULL;
    f->shown.references = 1;
    f->literals = literals_of(l);
    cpatterns_literals_retain(l);
    return &f->shown;
}

bool cpatterns_finder_leave_out(cpatterns_finder *shown, uint32_t literal) {
    finder *f = finder_of(shown);
    if (literal >= f->literals->count) return true;
    if (!f->left_out) f->left_out = calloc(f->literals->count, sizeof *f->left_out);
    if (!f->left_out) return false;
    f->left_out[literal] = true;
    return true;
}

static int by_number(const void *a, const void *b) {
    uint64_t first = *(const uint64_t *)a, second = *(const uint64_t *)b;
    return first < second ? -1 : first > second;
}

/// Sorts what is nearly sorted: texts of unlike lengths end in another order than they begin.
static void sort(uint64_t *places, size_t count) {
    size_t moves = 0;
    for (size_t i = 1; i < count; i++) {
        uint64_t place = places[i];
        size_t j = i;
        for (; j > 0 && places[j - 1] > place; j--) places[j] = places[j - 1];
        places[j] = place;
        moves += i - j;
        if (moves > 16 * count) {
            qsort(places, count, sizeof *places, by_number);
            return;
        }
    }
}

/// Puts the places in order, and leaves one for each start.
static void tidy(finder *f) {
    if (!f->is_untidy) return;
    sort(f->places, f->shown.count);
    size_t kept = 0;
    for (size_t i = 0; i < f->shown.count; i++)
        if (kept == 0 || f->places[kept - 1] >> 32 != f->places[i] >> 32) f->places[kept++] = f->places[i];
    f->shown.count = kept;
    if (kept > 0) f->next = (f->places[kept - 1] >> 32) + 1;
    f->is_untidy = false;
}

static bool grow(finder *f) {
    // There is at most one place for each start, so tidying makes room unless texts begin everywhere.
    if (f->capacity >= 4096) {
        tidy(f);
        if (f->shown.count <= f->capacity / 2) return true;
    }
    size_t capacity = f->capacity ? f->capacity * 2 : 512;
    uint64_t *grown = realloc(f->places, capacity * sizeof *grown);
    if (!grown) return false;
    f->places = grown;
    f->capacity = capacity;
    return true;
}

/// Takes places where texts begin. Returns whether there was memory for them.
static bool note(void *context, const uint64_t *places, size_t count) {
    finder *f = context;
    for (size_t i = 0; i < count; i++) {
        if (f->left_out && f->left_out[(uint32_t)places[i]]) continue;
        if (f->shown.count == f->capacity && !grow(f)) {
            f->failed = true;
            return false;
        }
        uint64_t start = places[i] >> 32;
        f->is_untidy |= start < f->next;
        f->next = start + 1;
        f->places[f->shown.count++] = places[i];
    }
    return true;
}

static int note_end(unsigned id, unsigned long long begin, unsigned long long end, unsigned flags, void *context) {
    (void)begin, (void)flags;
    finder *f = context;
    uint64_t place = (uint64_t)(f->from + end - f->literals->texts[id].count) << 32 | id;
    return note(f, &place, 1) ? 0 : 1;
}

static bool scan_by_vectorscan(finder *f, const uint8_t *subject, size_t count) {
    hs_scratch_t *scratch = take_scratch(f->literals);
    if (!scratch) return false;
    hs_error_t error = hs_scan(f->literals->database, (const char *)subject + f->from, (unsigned)(count - f->from), 0,
                               scratch, note_end, f);
    leave_scratch(f->literals, scratch);
    return error == HS_SUCCESS || error == HS_SCAN_TERMINATED;
}

bool cpatterns_finder_scan(cpatterns_finder *shown, const uint8_t *subject, size_t count, size_t from) {
    finder *f = finder_of(shown);
    shown->count = 0;
    if (from >= count) return true;
    if (count > UINT32_MAX) return false;
    f->from = from;
    f->next = 0;
    f->is_untidy = false;
    f->failed = false;
    if (f->literals->grams)
        grams_scan(f->literals->grams, subject, count, from, note, f);
    else if (!scan_by_vectorscan(f, subject, count))
        return false;
    if (f->failed) return false;
    tidy(f);
    return true;
}

cpatterns_place cpatterns_finder_place(cpatterns_finder *shown, size_t index) {
    if (index >= shown->count) return (cpatterns_place){SIZE_MAX, 0};
    uint64_t place = finder_of(shown)->places[index];
    return (cpatterns_place){(size_t)(place >> 32), (uint32_t)place};
}

cpatterns_edited cpatterns_finder_edit(cpatterns_finder *shown, const uint8_t *subject, size_t count,
                                       cpatterns_edits edits, const uint8_t *texts, size_t texts_count,
                                       const uint32_t *offsets, size_t offsets_count, uint8_t *out, size_t room) {
    const finder *f = finder_of(shown);
    cpatterns_edited done = {edits.index, edits.from, 0, 0};
    for (; done.index < shown->count; done.index++) {
        size_t start = (size_t)(f->places[done.index] >> 32);
        uint32_t literal = (uint32_t)f->places[done.index];
        if (start < done.from) continue;
        if (start >= edits.until || start >= count || literal + 1 >= offsets_count) break;
        size_t run = start - done.from, first = offsets[literal], end = offsets[literal + 1];
        if (run >= edits.longest_run || end > texts_count || first > end || run > room || end - first > room - run) break;
        // Runs are empty where places touch, and then there may be no memory behind the addresses.
        if (run > 0) memcpy(out + done.written, subject + done.from, run);
        if (end > first) memcpy(out + done.written + run, texts + first, end - first);
        run += end - first;
        done.written += run;
        room -= run;
        done.from = start + f->literals->texts[literal].count;
        done.count++;
    }
    return done;
}
