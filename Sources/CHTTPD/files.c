// SPDX-License-Identifier: Apache-2.0
#include "CHTTPD.h"
#include <apr_allocator.h>
#include <apr_portable.h>
#include <errno.h>
#include <unistd.h>

apr_status_t chttpd_file_read(apr_file_t *f, int64_t offset, void *bytes, size_t count, size_t *read) {
    apr_os_file_t fd;
    apr_status_t status = apr_os_file_get(&fd, f);
    for (*read = 0; status == APR_SUCCESS && *read < count;) {
        ssize_t n = pread(fd, (char *)bytes + *read, count - *read, (off_t)(offset + (int64_t)*read));
        if (n == 0) break;
        if (n > 0) *read += (size_t)n;
        else if (errno != EINTR) status = errno;
    }
    return status;
}

apr_status_t chttpd_file_write(apr_file_t *f, int64_t offset, const void *bytes, size_t count) {
    apr_os_file_t fd;
    apr_status_t status = apr_os_file_get(&fd, f);
    for (size_t written = 0; status == APR_SUCCESS && written < count;) {
        ssize_t n = pwrite(fd, (const char *)bytes + written, count - written, (off_t)(offset + (int64_t)written));
        if (n > 0) written += (size_t)n;
        else if (n == 0) status = ENOSPC;
        else if (errno != EINTR) status = errno;
    }
    return status;
}

apr_pool_t *chttpd_file_pool(void) {
    apr_pool_t *pool;
    if (apr_pool_create_unmanaged_ex(&pool, NULL, NULL) != APR_SUCCESS) return NULL;
    apr_allocator_max_free_set(apr_pool_allocator_get(pool), 1);
    return pool;
}

int chttpd_served_file(request_rec *r, const char *path, apr_finfo_t *info) {
    request_rec *sub = ap_sub_req_lookup_file(path, r, NULL);
    if (!sub) return 0;
    // Another handler would make something else of it, and something may have sent the request elsewhere.
    int is_served = sub->status == HTTP_OK && sub->finfo.filetype == APR_REG && sub->filename &&
                    strcmp(sub->filename, path) == 0 && !(sub->path_info && *sub->path_info) &&
                    (!sub->handler || (r->handler && strcmp(sub->handler, r->handler) == 0));
    if (is_served) *info = sub->finfo;
    // These end with the request that was made for it.
    info->pool = NULL;
    info->fname = info->name = NULL;
    info->filehand = NULL;
    ap_destroy_sub_req(sub);
    return is_served;
}
