// SPDX-License-Identifier: Apache-2.0
//
// What there is to know of a server where there is none.
#include "embedded.h"

STAND_IN scoreboard *ap_scoreboard_image;

STAND_IN process_score *ap_get_scoreboard_process(int slot) {
    (void)slot;
    return NULL;
}

STAND_IN const char *ap_show_mpm(void) { return "embedded"; }
STAND_IN const char *ap_get_server_banner(void) { return "embedded"; }
STAND_IN void ap_get_server_revision(ap_version_t *version) { memset(version, 0, sizeof *version); }

STAND_IN int ap_exists_config_define(const char *name) {
    (void)name;
    return 1;
}
