// SPDX-License-Identifier: Apache-2.0
//
// Holds the layout that built plugins rely on: a change here is a new SWIFT_HTTPD_PLUGIN_ABI.
#include "CPlugin.h"

_Static_assert(offsetof(swift_httpd_plugin_table, abi) == 0, "first in every version");
_Static_assert(offsetof(swift_httpd_plugin_table, size) == 4, "second in every version");
_Static_assert(offsetof(swift_httpd_host_services, abi) == 0, "first in every version");
_Static_assert(offsetof(swift_httpd_host_services, size) == 4, "second in every version");
#if UINTPTR_MAX == UINT64_MAX
_Static_assert(offsetof(swift_httpd_host_services, option) == 8, "ABI 1");
_Static_assert(offsetof(swift_httpd_registration, name) == 8, "ABI 1");
_Static_assert(offsetof(swift_httpd_registration, token) == 16, "ABI 1");
_Static_assert(offsetof(swift_httpd_registration, filter_type) == 24, "ABI 1");
_Static_assert(offsetof(swift_httpd_registration, context) == 32, "ABI 1");
_Static_assert(sizeof(swift_httpd_registration) == 40, "ABI 1");
_Static_assert(offsetof(swift_httpd_plugin_table, name) == 8, "ABI 1");
_Static_assert(offsetof(swift_httpd_plugin_table, module) == 24, "ABI 1");
_Static_assert(offsetof(swift_httpd_plugin_table, registrations) == 40, "ABI 1");
_Static_assert(offsetof(swift_httpd_plugin_table, configure) == 48, "ABI 1");
_Static_assert(offsetof(swift_httpd_plugin_table, request) == 56, "ABI 1");
_Static_assert(offsetof(swift_httpd_plugin_table, output) == 64, "ABI 1");
_Static_assert(offsetof(swift_httpd_plugin_table, input) == 72, "ABI 1");
_Static_assert(offsetof(swift_httpd_plugin_table, connection) == 80, "ABI 1");
_Static_assert(offsetof(swift_httpd_plugin_table, attend) == 88, "ABI 1, second revision");
_Static_assert(offsetof(swift_httpd_plugin_table, setting) == 104, "ABI 1, second revision");
_Static_assert(offsetof(swift_httpd_plugin_table, begin) == 112, "ABI 1, second revision");
_Static_assert(offsetof(swift_httpd_plugin_table, prepare_input) == 120, "ABI 1, second revision");
_Static_assert(offsetof(swift_httpd_host_services, now) == 16, "ABI 1, second revision");
_Static_assert(offsetof(swift_httpd_host_services, wake) == 56, "ABI 1, second revision");
_Static_assert(offsetof(swift_httpd_host_services, linger) == 64, "ABI 1, second revision");
_Static_assert(offsetof(swift_httpd_plugin_table, serve) == 128, "ABI 1, third revision");
_Static_assert(offsetof(swift_httpd_host_services, park) == 72, "ABI 1, third revision");
_Static_assert(offsetof(swift_httpd_host_services, count) == 80, "ABI 1, third revision");
_Static_assert(offsetof(swift_httpd_host_services, show) == 88, "ABI 1, third revision");
_Static_assert(offsetof(swift_httpd_host_services, add) == 104, "ABI 1, fourth revision");
_Static_assert(offsetof(swift_httpd_host_services, features) == 112, "ABI 1, fifth revision");
_Static_assert(offsetof(swift_httpd_host_services, cache_list) == 168, "ABI 1, sixth revision");
_Static_assert(offsetof(swift_httpd_host_services, catch_up) == 216, "ABI 1, sixth revision");
#endif
_Static_assert(offsetof(swift_httpd_plugin_table, prepare_output) == 136, "ABI 1, fourth revision");
