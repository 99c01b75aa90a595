// SPDX-License-Identifier: Apache-2.0
//
// What the programs that make load, and the plain server, have in common.
#ifndef CLOAD_H
#define CLOAD_H
#include <stdint.h>

// Ends the program, and says what failed and `errno`.
_Noreturn void load_fail(const char *what);
// Seconds of a clock that only goes forward.
double load_now(void);
// A blocking socket that is connected to this port of this machine.
int load_connect(uint16_t port);
#endif
