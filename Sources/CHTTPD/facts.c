// SPDX-License-Identifier: Apache-2.0
#include "CHTTPD.h"
#include <errno.h>
#include <signal.h>

int64_t chttpd_parent_process(void) {
    // With -X the one process is its own parent.
    return ap_exists_config_define("ONE_PROCESS") ? getpid() : getppid();
}

int chttpd_generation(void) {
    int generation = 0;
    return ap_mpm_query(AP_MPMQ_GENERATION, &generation) == APR_SUCCESS ? generation : 0;
}

int64_t chttpd_start_time(void) {
    return ap_scoreboard_image && ap_scoreboard_image->global ? ap_scoreboard_image->global->restart_time : 0;
}

int chttpd_child_count(void) {
    int count = 0;
    if (!ap_scoreboard_image || !ap_scoreboard_image->global) return 0;
    for (int i = 0; i < ap_scoreboard_image->global->server_limit; i++) {
        const process_score *child = ap_get_scoreboard_process(i);
        if (child && child->pid > 0 && (kill(child->pid, 0) == 0 || errno != ESRCH)) count++;
    }
    return count;
}

const char *chttpd_mpm_name(void) { return ap_show_mpm(); }
const char *chttpd_banner(void) { return ap_get_server_banner(); }

void chttpd_version(int *major, int *minor, int *patch) {
    ap_version_t version = {0};
    ap_get_server_revision(&version);
    *major = version.major;
    *minor = version.minor;
    *patch = version.patch;
}
