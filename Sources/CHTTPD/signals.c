// SPDX-License-Identifier: Apache-2.0
//
// Under prefork a child that is told to end does so inside the handler of the signal, whatever it was doing: pools are
// destroyed in the middle of a session that uses them, and locks are taken that the thread holds already. So signals
// wait while there is something to be spoilt, and come in where a session waits. The threads of the other MPMs get none.
#include "CHTTPD.h"
#include <poll.h>
#include <signal.h>

static int depth;
static sigset_t outside;

static int is_threaded(void) {
    static int known = -1;
    int threaded = 0;
    if (known < 0) known = ap_mpm_query(AP_MPMQ_IS_THREADED, &threaded) != APR_SUCCESS || threaded;
    return known;
}

static void block(void) {
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, &ends, &outside);
}

void chttpd_hold_signals(void) {
    if (!is_threaded() && depth++ == 0) block();
}

void chttpd_release_signals(void) {
    if (!is_threaded() && --depth == 0) (void)pthread_sigmask(SIG_SETMASK, &outside, NULL);
}

int chttpd_poll_signals(struct pollfd *polled, unsigned int count, int milliseconds) {
    // Not ppoll(): it lets no signal in when there is something to read already, as there is of a busy client.
    if (depth > 0) (void)pthread_sigmask(SIG_SETMASK, &outside, NULL);
    int result = poll(polled, count, milliseconds);
    if (depth > 0) block();
    return result;
}
