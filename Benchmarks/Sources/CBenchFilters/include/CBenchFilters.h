// SPDX-License-Identifier: Apache-2.0
//
// Nothing to call: the module is loaded by httpd.
#ifndef CBENCHFILTERS_H
#define CBENCHFILTERS_H
#endif
