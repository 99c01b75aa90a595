// SPDX-License-Identifier: Apache-2.0

/// An address of the loopback interface.
public enum Loopback: Sendable {
    /// 127.0.0.N: on Linux each of them is there, so that a server can be given several addresses.
    case v4(UInt8)
    /// ::1, if the machine has it: see ``hasIPv6``.
    case v6

    /// 127.0.0.1.
    public static let standard = Loopback.v4(1)

    /// Whether this machine has `::1`.
    public static let hasIPv6 = Sockets.hasIPv6()
}
