// SPDX-License-Identifier: Apache-2.0
//
// Objects that plugins share between the server's processes, in caches of httpd's providers (mod_socache_*).
//
// A cache and its lock are made once, in the parent and before the fork, out of the memory of the process, and stay
// until the server is stopped: after a restart children of both generations are there, and must see the same objects
// and take the same lock. So a cache is found again by plugin, provider and arguments, and its place is never another
// one's. httpd unloads the provider's module at a restart; the code that we call is kept mapped.
#include "caches.h"
#include <ctype.h>
#if __has_include(<apache2/unixd.h>)
#include <apache2/unixd.h>
#else
#include <httpd/unixd.h>
#endif

APLOG_USE_MODULE(swift);

#define ROWS 64
#define MUTEX_TYPE "swift-cache"

// The parent alone writes it; children inherit it.
static cache_row rows[ROWS];
// While httpd reads its configuration.
static apr_pool_t *reading;
static server_rec *loud;
static server_rec quiet;

void modswift_caches_begin(apr_pool_t *configuration) {
    reading = configuration;
    for (int i = 0; i < ROWS; i++) rows[i].is_wanted = 0;
}

cache_row *cache_of(uint32_t number) {
    return number > 0 && number <= ROWS && rows[number - 1].instance ? &rows[number - 1] : NULL;
}

server_rec *cache_server(int quietly) { return quietly ? &quiet : loud; }

static int is_called(const cache_row *row, const swift_httpd_cache_request *request) {
    return row->plugin && strcmp(row->plugin, request->plugin) == 0 &&
           strcmp(row->provider_name, request->provider) == 0 && strcmp(row->arguments, request->arguments) == 0;
}

static const char *names_of_providers(void) {
    apr_array_header_t *list = ap_list_provider_names(reading, AP_SOCACHE_PROVIDER_GROUP, AP_SOCACHE_PROVIDER_VERSION);
    const char *text = NULL;
    for (int i = 0; i < list->nelts; i++) {
        const char *name = APR_ARRAY_IDX(list, i, ap_list_provider_names_t).provider_name;
        if (strcmp(name, AP_SOCACHE_DEFAULT_PROVIDER) == 0) continue;
        text = text ? apr_pstrcat(reading, text, ", ", name, NULL) : name;
    }
    return text;
}

static const ap_socache_provider_t *provider_of(const cache_row *row) {
    return ap_lookup_provider(AP_SOCACHE_PROVIDER_GROUP, row->provider_name, AP_SOCACHE_PROVIDER_VERSION);
}

/* Whether the arguments are right, only the provider can say: it makes an instance that is thrown away. Memory is not taken
 * before that is given to `init`. */
static const char *check(const cache_row *row) {
    const ap_socache_provider_t *provider = provider_of(row);
    ap_socache_instance_t *instance = NULL;
    apr_pool_t *scratch = NULL;
    if (!provider) {
        const char *known = names_of_providers();
        return apr_psprintf(reading,
                            "no module provides caches called '%s': load mod_socache_%s with LoadModule%s%s",
                            row->provider_name, row->provider_name, known ? ", or choose from " : "", known ? known : "");
    }
    if (apr_pool_create(&scratch, reading) != APR_SUCCESS) return "there is no memory";
    const char *wrong = provider->create(&instance, *row->arguments ? row->arguments : NULL, scratch, scratch);
    if (wrong)
        wrong = apr_psprintf(reading, "mod_socache_%s does not take the arguments '%s': %s", row->provider_name,
                             row->arguments, wrong);
    apr_pool_destroy(scratch);
    return wrong;
}

const char *modswift_cache(const swift_httpd_cache_request *request, uint32_t *number) {
    cache_row *found = NULL;
    if (!request || !number || request->size < sizeof *request || !request->plugin || !request->provider ||
        !request->arguments)
        return "the plugin asks for no cache";
    for (int i = 0; i < ROWS && !found; i++)
        if (is_called(&rows[i], request)) found = &rows[i];
    if (!reading) {
        // For a section that is read while a request is served.
        if (!found || !found->instance || !found->is_wanted)
            return "a cache has to be named in the server's own configuration too, because it is made when the server "
                   "starts";
        *number = (uint32_t)(found - rows) + 1;
        return NULL;
    }
    for (int i = 0; i < ROWS && !found; i++)
        if (!rows[i].plugin) found = &rows[i];
    if (!found) return "there have been too many caches since the server was started: stop it and start it again";
    if (!found->plugin) {
        // Never freed: the row stays as long as the process.
        char *plugin = strdup(request->plugin), *provider = strdup(request->provider);
        char *arguments = strdup(request->arguments);
        if (!plugin || !provider || !arguments) return "there is no memory";
        found->provider_name = provider;
        found->arguments = arguments;
        found->plugin = plugin;
    }
    if (!found->instance) {
        found->hints.avg_id_len = (apr_size_t)request->key_length;
        found->hints.avg_obj_size = (apr_size_t)request->object_size;
        found->hints.expiry_interval = request->expiry_interval;
    }
    const char *wrong = request->is_deferred ? NULL : check(found);
    if (wrong) return wrong;
    found->is_wanted = 1;
    *number = (uint32_t)(found - rows) + 1;
    return NULL;
}

const char *modswift_caches_check(void) {
    for (int i = 0; reading && i < ROWS; i++) {
        const char *wrong = rows[i].is_wanted ? check(&rows[i]) : NULL;
        if (wrong) return apr_psprintf(reading, "the plugin %s shares objects in a cache: %s", rows[i].plugin, wrong);
    }
    return NULL;
}

int modswift_caches_pre_config(apr_pool_t *configuration, apr_pool_t *log, apr_pool_t *temporary) {
    (void)log, (void)temporary;
    return ap_mutex_register(configuration, MUTEX_TYPE, NULL, APR_LOCK_DEFAULT, 0) == APR_SUCCESS
               ? OK
               : HTTP_INTERNAL_SERVER_ERROR;
}

/* What tells a plugin's objects from others in a server that is shared with them: the same on all machines. With the colon
 * that is put behind it, the longest that mod_socache_memcache takes. */
static const char *namespace_of(const cache_row *row, apr_pool_t *pool) {
    uint32_t hash = 2166136261u;
    for (const char *c = row->plugin; *c; c++) hash = (hash ^ (unsigned char)*c) * 16777619u;
    return apr_psprintf(pool, "swift-%08x", hash);
}

/* mod_socache_shmcb divides by zero if there is not room for a few objects of the size that it is told. */
static void hold_hints(cache_row *row) {
    const char *size = strrchr(row->arguments, '(');
    apr_int64_t bytes = size ? apr_atoi64(size + 1) : 512 * 1024;
    apr_size_t most = bytes > 1024 ? (apr_size_t)bytes / 32 : 32;
    // Each key has four bytes before it.
    if (row->hints.avg_id_len) row->hints.avg_id_len += 4;
    if (row->hints.avg_id_len > most) row->hints.avg_id_len = most;
    if (row->hints.avg_obj_size > most) row->hints.avg_obj_size = most;
}

static int make(cache_row *row, server_rec *s, apr_pool_t *temporary) {
    const ap_socache_provider_t *provider = provider_of(row);
    ap_socache_instance_t *instance = NULL;
    apr_pool_t *pool = NULL;
    struct ap_socache_hints asked = row->hints;
    if (!provider || apr_pool_create(&pool, s->process->pool) != APR_SUCCESS) return 0;
    apr_pool_tag(pool, "swift_cache");
    const char *wrong = provider->create(&instance, *row->arguments ? row->arguments : NULL, temporary, pool);
    apr_status_t status = wrong ? APR_EINVAL : APR_SUCCESS;
    row->mutex = NULL;
    row->mutex_file = NULL;
    if (!wrong)
        status = ap_global_mutex_create(&row->mutex, &row->mutex_file, MUTEX_TYPE,
                                        apr_itoa(pool, (int)(row - rows) + 1), s, pool, 0);
    if (status == APR_SUCCESS) {
        if (strcmp(row->provider_name, "shmcb") == 0 || strcmp(row->provider_name, AP_SOCACHE_DEFAULT_PROVIDER) == 0)
            hold_hints(row);
        status = provider->init(instance, namespace_of(row, pool), &row->hints, s, pool);
    }
    if (status != APR_SUCCESS || !row->mutex) {
        ap_log_error(APLOG_MARK, APLOG_EMERG, status, s, "the cache %s%s%s of the plugin %s cannot be made%s%s",
                     row->provider_name, *row->arguments ? ":" : "", row->arguments, row->plugin, wrong ? ": " : "",
                     wrong ? wrong : "");
        row->mutex = NULL;
        row->hints = asked;
        apr_pool_destroy(pool);
        return 0;
    }
    chttpd_pin((const void *)(intptr_t)provider->store);
    row->kind = strcmp(provider->name, "dbm") == 0                                               ? CACHE_FILE
                : strcmp(provider->name, "memcache") == 0 || strcmp(provider->name, "redis") == 0 ? CACHE_NETWORK
                                                                                                  : CACHE_LOCAL;
    const char *mechanism = apr_global_mutex_name(row->mutex);
    if (mechanism && strcmp(mechanism, "posixsem") == 0)
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s,
                     "a child that is killed while it uses the cache of the plugin %s will hold up all others with a lock of "
                     "the kind posixsem: choose another one with 'Mutex ... " MUTEX_TYPE "'",
                     row->plugin);
    row->provider = provider;
    row->instance = instance;
    (void)pthread_mutex_init(&row->own_mutex, NULL);
    return 1;
}

/* What a plugin had before and has no more: its objects are not looked for in the new one. */
static void tell_of_earlier(const cache_row *made, server_rec *s) {
    for (int i = 0; i < ROWS; i++) {
        const cache_row *row = &rows[i];
        if (!row->instance || row->is_wanted || strcmp(row->plugin, made->plugin) != 0) continue;
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s,
                     "the plugin %s has a new, empty cache %s%s%s; its cache %s%s%s is kept, unused, until the server is "
                     "stopped",
                     made->plugin, made->provider_name, *made->arguments ? ":" : "", made->arguments, row->provider_name,
                     *row->arguments ? ":" : "", row->arguments);
        return;
    }
}

int modswift_caches_post_config(apr_pool_t *configuration, apr_pool_t *log, apr_pool_t *temporary, server_rec *s) {
    (void)configuration, (void)log;
    reading = NULL;
    // httpd reads everything once more before it serves anybody.
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG) return OK;
    loud = s;
    int generation = 0, is_first = ap_mpm_query(AP_MPMQ_GENERATION, &generation) != APR_SUCCESS || generation == 0;
    for (int i = 0; i < ROWS; i++) {
        cache_row *row = &rows[i];
        if (!row->is_wanted) continue;
        if (!row->instance) {
            if (make(row, s, temporary)) tell_of_earlier(row, s);
            // At a restart, a server that went on without it would be better than none: httpd would end, with all caches.
            else if (is_first)
                return HTTP_INTERNAL_SERVER_ERROR;
        } else if (ap_unixd_set_global_mutex_perms(row->mutex) != APR_SUCCESS) {
            // The children's user may be another one now.
            ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, "the children may not be able to lock the cache of the plugin %s",
                         row->plugin);
        }
    }
    return OK;
}

void modswift_caches_child_init(apr_pool_t *child, server_rec *s) {
    loud = s;
    quiet = *s;
    // Whoever wants to see everything that providers do, gets it.
    if (ap_get_server_module_loglevel(s, swift_module.module_index) < APLOG_DEBUG) {
        quiet.log.level = APLOG_EMERG;
        quiet.log.module_levels = NULL;
    }
    for (int i = 0; i < ROWS; i++) {
        if (!rows[i].instance) continue;
        apr_status_t status = apr_global_mutex_child_init(&rows[i].mutex, rows[i].mutex_file, child);
        if (status == APR_SUCCESS) continue;
        ap_log_error(APLOG_MARK, APLOG_CRIT, status, s, "this process cannot use the cache of the plugin %s",
                     rows[i].plugin);
        rows[i].instance = NULL;
    }
}
