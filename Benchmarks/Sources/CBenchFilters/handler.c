// SPDX-License-Identifier: Apache-2.0
//
// bench-page and bench-pieces: content that a handler makes, though each request gets the same: the file that the URL
// names, read once. In one brigade, as a handler passes on what it has in hand, or written piece by piece.
#include "bench.h"
#if __has_include(<apache2/httpd.h>)
#include <apache2/http_protocol.h>
#else
#include <httpd/http_protocol.h>
#endif
#include <apr_strings.h>
#include <apr_thread_mutex.h>

enum { PIECE = 4096, MOST = 4 };

static struct page {
    const char *name;
    char *bytes;
    apr_size_t count;
} pages[MOST];
static apr_thread_mutex_t *lock;
static apr_pool_t *pool;

static apr_status_t read_file(const char *name, struct page *page) {
    apr_file_t *file;
    apr_finfo_t info;
    apr_status_t status = apr_file_open(&file, name, APR_READ, APR_OS_DEFAULT, pool);
    if (status == APR_SUCCESS) status = apr_file_info_get(&info, APR_FINFO_SIZE, file);
    if (status != APR_SUCCESS) return status;
    page->bytes = apr_palloc(pool, (apr_size_t)info.size);
    status = apr_file_read_full(file, page->bytes, (apr_size_t)info.size, &page->count);
    apr_file_close(file);
    page->name = apr_pstrdup(pool, name);
    return status;
}

static const struct page *find(const char *name) {
    const struct page *found = NULL;
    apr_thread_mutex_lock(lock);
    for (int i = 0; i < MOST && !found; i++) {
        if (!pages[i].name && read_file(name, &pages[i]) != APR_SUCCESS) break;
        if (strcmp(pages[i].name, name) == 0) found = &pages[i];
    }
    apr_thread_mutex_unlock(lock);
    return found;
}

static int pass_whole(request_rec *r, const struct page *page) {
    apr_bucket_alloc_t *list = r->connection->bucket_alloc;
    apr_bucket_brigade *bb = apr_brigade_create(r->pool, list);
    APR_BRIGADE_INSERT_TAIL(bb, apr_bucket_immortal_create(page->bytes, page->count, list));
    APR_BRIGADE_INSERT_TAIL(bb, apr_bucket_eos_create(list));
    return ap_pass_brigade(r->output_filters, bb) == APR_SUCCESS ? OK : AP_FILTER_ERROR;
}

int bench_handler(request_rec *r) {
    int is_whole = r->handler && strcmp(r->handler, "bench-page") == 0;
    if (!is_whole && (!r->handler || strcmp(r->handler, "bench-pieces") != 0)) return DECLINED;
    const struct page *page = r->filename ? find(r->filename) : NULL;
    if (!page) return HTTP_NOT_FOUND;
    ap_set_content_type(r, "text/html");
    if (is_whole) return pass_whole(r, page);
    for (apr_size_t done = 0; done < page->count; done += PIECE) {
        apr_size_t left = page->count - done;
        if (ap_rwrite(page->bytes + done, left < PIECE ? (int)left : PIECE, r) < 0) return AP_FILTER_ERROR;
    }
    return OK;
}

void bench_child_init(apr_pool_t *child, server_rec *s) {
    (void)s;
    pool = child;
    apr_thread_mutex_create(&lock, APR_THREAD_MUTEX_DEFAULT, child);
}
