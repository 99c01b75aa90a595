// SPDX-License-Identifier: Apache-2.0
//
// Authentication and authorization without a server: the provider `file` knows the users of the embedded connection, and
// `broken` fails; one rule says who may.
#include "embedded.h"

void chttpd_embedded_add_user(chttpd_embedded *e, const char *user, const char *password) {
    if (!e->users) e->users = apr_table_make(e->pool, 4);
    apr_table_set(e->users, user, password);
}

void chttpd_embedded_require(chttpd_embedded *e, int refuses, const char *user) {
    e->refuses = refuses;
    e->required_user = user ? apr_pstrdup(e->pool, user) : NULL;
}

STAND_IN module *ap_find_linked_module(const char *name) {
    static module authz;
    return strcmp(name, "mod_authz_core.c") == 0 ? &authz : NULL;
}

STAND_IN int ap_run_access_checker(request_rec *r) {
    (void)r;
    return DECLINED;
}

STAND_IN int ap_run_access_checker_ex(request_rec *r) {
    const chttpd_embedded *e = embedded_of(r->server);
    if (e->refuses) return HTTP_FORBIDDEN;
    return e->required_user ? DECLINED : OK;
}

STAND_IN int ap_run_auth_checker(request_rec *r) {
    const chttpd_embedded *e = embedded_of(r->server);
    if (e->refuses) return HTTP_FORBIDDEN;
    return !e->required_user || strcmp(e->required_user, r->user) == 0 ? OK : HTTP_UNAUTHORIZED;
}

static authn_status check(request_rec *r, const char *user, const char *password) {
    const chttpd_embedded *e = embedded_of(r->server);
    const char *known = e->users ? apr_table_get(e->users, user) : NULL;
    if (!known) return AUTH_USER_NOT_FOUND;
    return strcmp(known, password) == 0 ? AUTH_GRANTED : AUTH_DENIED;
}

static authn_status fail(request_rec *r, const char *user, const char *password) {
    (void)r, (void)user, (void)password;
    return AUTH_GENERAL_ERROR;
}

STAND_IN void *ap_lookup_provider(const char *group, const char *name, const char *version) {
    static authn_provider users = {check, NULL}, broken = {fail, NULL};
    if (strcmp(group, AUTHN_PROVIDER_GROUP) != 0 || strcmp(version, AUTHN_PROVIDER_VERSION) != 0) return NULL;
    if (strcmp(name, "file") == 0) return &users;
    return strcmp(name, "broken") == 0 ? &broken : NULL;
}

STAND_IN request_rec *ap_create_request(conn_rec *c) {
    apr_pool_t *pool;
    if (apr_pool_create(&pool, c->pool) != APR_SUCCESS) return NULL;
    request_rec *r = apr_pcalloc(pool, sizeof(*r));
    r->pool = pool;
    r->connection = c;
    r->server = c->base_server;
    r->notes = apr_table_make(pool, 1);
    r->per_dir_config = r->server->lookup_defaults;
    return r;
}

STAND_IN int ap_location_walk(request_rec *r) {
    (void)r;
    return OK;
}
