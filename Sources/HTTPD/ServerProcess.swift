// SPDX-License-Identifier: Apache-2.0
public import APR
internal import CHTTPD

/// The process that the plugin runs in, and the server that it is one of.
///
/// Embedded tests have no server: there, the process is its own parent, and the only child of none.
public enum ServerProcess {
    /// The number of this process. The corresponding C call is `getpid`.
    public static var id: Int { Int(clamping: chttpd_process()) }

    /// The number of the server's parent, which starts the children: what signals are sent to. The corresponding C call is
    /// `getppid`; with `httpd -X`, it is this process.
    public static var parentID: Int { Int(clamping: chttpd_parent_process()) }

    /// Which generation this child is of: 0 at the server's start, and one more for each restart. The corresponding C call
    /// is `ap_mpm_query(AP_MPMQ_GENERATION)`.
    public static var generation: Int { Int(chttpd_generation()) }

    /// How many children the server has at the moment; while it restarts gracefully, those that end still may be among
    /// them. Looks at each place of the scoreboard. The corresponding C call is `ap_get_scoreboard_process`.
    public static var childCount: Int { Int(chttpd_child_count()) }

    /// When the server was started, or restarted other than gracefully; `nil` without a server. The corresponding C field
    /// is the scoreboard's `restart_time`.
    public static var startTime: Timestamp? {
        let microseconds = chttpd_start_time()
        return microseconds > 0 ? Timestamp(microseconds: microseconds) : nil
    }

    /// How long that is ago, by the calendar's clock; zero without a server.
    public static var uptime: Duration {
        guard let startTime else { return .zero }
        let (passed, overflow) = Timestamp.now.microseconds.subtractingReportingOverflow(startTime.microseconds)
        return overflow ? .zero : .microseconds(max(0, passed))
    }

    /// `event`, `worker` or `prefork`. The corresponding C call is `ap_show_mpm`.
    public static var mpmName: String {
        // SAFETY: httpd's string is immortal.
        unsafe Request.text(chttpd_mpm_name()) ?? ""
    }

    /// httpd's version, as in `2.4.63`. The corresponding C call is `ap_get_server_revision`.
    public static var httpdVersion: String {
        var major: CInt = 0
        var minor: CInt = 0
        var patch: CInt = 0
        // SAFETY: all three are ours, and only written to.
        unsafe chttpd_version(&major, &minor, &patch)
        return "\(major).\(minor).\(patch)"
    }

    /// What the server calls itself, which is as much as `ServerTokens` allows. The corresponding C call is
    /// `ap_get_server_banner`.
    public static var banner: String {
        // SAFETY: httpd's string lives as long as its configuration, and is copied.
        unsafe Request.text(chttpd_banner()) ?? ""
    }
}
