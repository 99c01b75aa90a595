// SPDX-License-Identifier: Apache-2.0
//
// What the files of the module bench_filters share.
#ifndef BENCH_H
#define BENCH_H
#if __has_include(<apache2/httpd.h>)
#include <apache2/httpd.h>
#include <apache2/http_config.h>
#include <apache2/util_filter.h>
#else
#include <httpd/httpd.h>
#include <httpd/http_config.h>
#include <httpd/util_filter.h>
#endif

// Content that a handler makes: see handler.c.
int bench_handler(request_rec *r);
void bench_child_init(apr_pool_t *child, server_rec *s);
#endif
