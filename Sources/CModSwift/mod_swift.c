// SPDX-License-Identifier: Apache-2.0
#include "CModSwift.h"

void modswift_register_hooks(apr_pool_t *p);

// All of these are in Sources/mod_swift.
extern void *modswift_create_directory(apr_pool_t *p, char *path);
extern void *modswift_merge_directories(apr_pool_t *p, void *outer, void *inner);
extern void *modswift_create_server(apr_pool_t *p, server_rec *s);
extern void *modswift_merge_servers(apr_pool_t *p, void *outer, void *inner);
extern const char *modswift_plugin_path(cmd_parms *cmd, void *directory, const char *line);
extern const char *modswift_plugin(cmd_parms *cmd, void *directory, const char *line);
extern const char *modswift_output_filter(cmd_parms *cmd, void *directory, const char *line);
extern const char *modswift_input_filter(cmd_parms *cmd, void *directory, const char *line);
extern const char *modswift_protocol_directive(cmd_parms *cmd, void *directory, const char *line);
extern const char *modswift_protocol_drain(cmd_parms *cmd, void *directory, const char *line);
extern const char *modswift_handler(cmd_parms *cmd, void *directory, const char *line);
extern const char *modswift_option(cmd_parms *cmd, void *directory, const char *line);

#define PHASE(n) ((void *)(intptr_t)(n))

static const command_rec commands[] = {
    AP_INIT_RAW_ARGS("SwiftPluginPath", modswift_plugin_path, NULL, RSRC_CONF | EXEC_ON_READ,
                     "folders in which plugins are looked for; default: the folder of mod_swift.so"),
    AP_INIT_RAW_ARGS("SwiftPlugin", modswift_plugin, NULL, RSRC_CONF | EXEC_ON_READ,
                     "a plugin: its name (libNAME.so) or its path"),
    AP_INIT_RAW_ARGS("SwiftOutputFilter", modswift_output_filter, NULL, RSRC_CONF,
                     "Plugin.Implementation NAME [key=value ...]"),
    AP_INIT_RAW_ARGS("SwiftInputFilter", modswift_input_filter, NULL, RSRC_CONF,
                     "Plugin.Implementation NAME [key=value ...]"),
    AP_INIT_RAW_ARGS("SwiftProtocol", modswift_protocol_directive, NULL, RSRC_CONF,
                     "Plugin.Implementation [key=value ...]"),
    AP_INIT_RAW_ARGS("SwiftProtocolDrain", modswift_protocol_drain, NULL, RSRC_CONF,
                     "how long connections may go on when their child ends: seconds, or a time such as 500ms"),
    AP_INIT_RAW_ARGS("SwiftHandler", modswift_handler, PHASE(SWIFT_HTTPD_PHASE_HANDLER),
                     RSRC_CONF | ACCESS_CONF | OR_FILEINFO, "Plugin.name ...; runs where SetHandler is swift"),
    AP_INIT_RAW_ARGS("SwiftAccessHandler", modswift_handler, PHASE(SWIFT_HTTPD_PHASE_ACCESS),
                     RSRC_CONF | ACCESS_CONF | OR_AUTHCFG, "Plugin.name ..."),
    AP_INIT_RAW_ARGS("SwiftFixupHandler", modswift_handler, PHASE(SWIFT_HTTPD_PHASE_FIXUP),
                     RSRC_CONF | ACCESS_CONF | OR_FILEINFO, "Plugin.name ..."),
    AP_INIT_RAW_ARGS("SwiftLogHandler", modswift_handler, PHASE(SWIFT_HTTPD_PHASE_LOG),
                     RSRC_CONF | ACCESS_CONF | OR_FILEINFO, "Plugin.name ..."),
    AP_INIT_RAW_ARGS("SwiftOption", modswift_option, NULL, RSRC_CONF | ACCESS_CONF | OR_FILEINFO,
                     "key [value]; without a value, what outer sections set is removed"),
    {NULL},
};

AP_DECLARE_MODULE(swift) = {
    STANDARD20_MODULE_STUFF, modswift_create_directory, modswift_merge_directories, modswift_create_server,
    modswift_merge_servers,  commands,                  modswift_register_hooks,
};
