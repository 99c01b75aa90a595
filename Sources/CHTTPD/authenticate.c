// SPDX-License-Identifier: Apache-2.0
#include "CHTTPD.h"

request_rec *chttpd_request_for(conn_rec *c, const char *location, const char *user) {
    request_rec *r = ap_create_request(c);
    if (!r) return NULL;
    r->request_time = apr_time_now();
    r->status = HTTP_OK;
    r->method = "AUTH";
    r->method_number = M_INVALID;
    r->protocol = (char *)"NONE";
    r->the_request = apr_pstrcat(r->pool, "AUTH ", location, NULL);
    r->hostname = r->server->server_hostname;
    r->uri = r->unparsed_uri = apr_pstrdup(r->pool, location);
    // Providers and caches look at the type that they are asked for, and at the user.
    r->ap_auth_type = user ? (char *)"Basic" : NULL;
    r->user = user ? apr_pstrdup(r->pool, user) : NULL;
    // AuthUserFile and its like stand in sections only: without this, providers know no file.
    if (ap_location_walk(r) != OK) {
        apr_pool_destroy(r->pool);
        return NULL;
    }
    return r;
}

int chttpd_authorize(request_rec *r) {
    int status = ap_run_access_checker(r);
    if (status != OK && status != DECLINED) return CHTTPD_REFUSED;
    if (!r->user) {
        status = ap_run_access_checker_ex(r);
        if (status == OK) return CHTTPD_GRANTED;
        if (status != DECLINED) return CHTTPD_REFUSED;
        // Without mod_authz_core there is nobody who could want a user.
        return ap_find_linked_module("mod_authz_core.c") ? CHTTPD_NEEDS_USER : CHTTPD_GRANTED;
    }
    status = ap_run_auth_checker(r);
    return status == OK || status == DECLINED ? CHTTPD_GRANTED : CHTTPD_REFUSED;
}

authn_status chttpd_check_password(request_rec *r, const char *provider, const char *user, const char *password) {
    const authn_provider *found = ap_lookup_provider(AUTHN_PROVIDER_GROUP, provider, AUTHN_PROVIDER_VERSION);
    if (!found || !found->check_password) return AUTH_GENERAL_ERROR;
    // An alias (<AuthnProviderAlias>) finds out by the note which one it is.
    apr_table_set(r->notes, AUTHN_PROVIDER_NAME_NOTE, provider);
    authn_status result = found->check_password(r, user, password);
    apr_table_unset(r->notes, AUTHN_PROVIDER_NAME_NOTE);
    return result;
}
