// SPDX-License-Identifier: Apache-2.0
#include "CHTTPD.h"
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

struct chttpd_monitor {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
};

chttpd_monitor *chttpd_monitor_create(void) {
    pthread_condattr_t clock;
    chttpd_monitor *m = malloc(sizeof *m);
    if (!m) return NULL;
    pthread_mutex_init(&m->mutex, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&m->changed, &clock);
    pthread_condattr_destroy(&clock);
    return m;
}

void chttpd_monitor_lock(chttpd_monitor *m) { pthread_mutex_lock(&m->mutex); }
void chttpd_monitor_unlock(chttpd_monitor *m) { pthread_mutex_unlock(&m->mutex); }
void chttpd_monitor_signal(chttpd_monitor *m) { pthread_cond_broadcast(&m->changed); }
void chttpd_monitor_wait(chttpd_monitor *m) { pthread_cond_wait(&m->changed, &m->mutex); }

int chttpd_monitor_wait_until(chttpd_monitor *m, int64_t moment) {
    const struct timespec until = {moment / 1000000000, moment % 1000000000};
    return pthread_cond_timedwait(&m->changed, &m->mutex, &until) == 0;
}

typedef struct start {
    void (*run)(void *);
    void *data;
} start;

static void *run(void *data) {
    const start what = *(start *)data;
    free(data);
    // On Linux this is the thread's own.
    (void)setpriority(PRIO_PROCESS, 0, 19);
    what.run(what.data);
    return NULL;
}

int chttpd_start_thread(void (*body)(void *), void *data) {
    pthread_t thread;
    pthread_attr_t detached;
    sigset_t all, before;
    start *what = malloc(sizeof *what);
    if (!what) return 0;
    what->run = body;
    what->data = data;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    // The MPM's signals are for its own threads: under prefork, a handler ends the process from inside.
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&thread, &detached, run, what);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&detached);
    if (failed) free(what);
    return !failed;
}

int64_t chttpd_process(void) { return getpid(); }
int chttpd_at_exit(void (*run_then)(void)) { return atexit(run_then) == 0; }
