// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <apr.h>
#include <apr_buckets.h>
#include <apr_errno.h>
#include <apr_general.h>
#include <apr_pools.h>
#include <apr_strings.h>
#include <apr_tables.h>
