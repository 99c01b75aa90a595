// SPDX-License-Identifier: Apache-2.0

// The clang module that socket addresses are found in depends on what else of the target sees httpd's headers.
internal import CHTTPD
import Glibc

/// The few socket calls that need pointers.
enum Sockets {
    /// A TCP socket of the loopback interface that no other program inherits.
    static func make(_ family: Int32 = AF_INET) throws(HTTPDTestError) -> Descriptor {
        let number = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw .system("socket") }
        return Descriptor(number)
    }

    static func loopback(_ port: UInt16, last: UInt8 = 1) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = (UInt32(0x7f00_0000) | UInt32(last)).bigEndian
        return address
    }

    private static func loopback6(_ port: UInt16) -> sockaddr_in6 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        // SAFETY: every member of the union has the same sixteen bytes, whatever they hold.
        unsafe address.sin6_addr.__in6_u.__u6_addr8.15 = 1
        return address
    }

    /// Connects to a port; 0 or an `errno`.
    static func connect(_ descriptor: Descriptor, to port: UInt16, at loopback: Loopback) -> Int32 {
        // SAFETY: the closures hand the pointer to the system call and keep nothing.
        let result =
            switch loopback {
            case .v4(let last):
                unsafe withAddress(Self.loopback(port, last: last)) { address, length in
                    unsafe Glibc.connect(descriptor.number, address, length)
                }
            case .v6:
                unsafe withAddress(loopback6(port)) { address, length in
                    unsafe Glibc.connect(descriptor.number, address, length)
                }
            }
        return result == 0 ? 0 : errno
    }

    /// Whether this machine has the loopback address of IPv6.
    static func hasIPv6() -> Bool {
        guard let socket = try? make(AF_INET6) else { return false }
        // SAFETY: the closure hands the pointer to the system call and keeps nothing.
        return unsafe withAddress(loopback6(0)) { address, length in
            unsafe Glibc.bind(socket.number, address, length)
        } == 0
    }

    /// Binds to a port that the system chooses, and tells which; 0 if that fails.
    static func bindAnyPort(_ descriptor: Descriptor) -> UInt16 {
        // SAFETY: the closure hands the pointer to the system call and keeps nothing.
        let bound = unsafe withAddress(loopback(0)) { address, length in
            unsafe Glibc.bind(descriptor.number, address, length)
        }
        return bound == 0 ? localPort(descriptor) : 0
    }

    /// The local port of a socket; 0 if it has none.
    static func localPort(_ descriptor: Descriptor) -> UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // SAFETY: getsockname writes at most `length` bytes, the size of the address behind the pointer.
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { rebound in
                unsafe getsockname(descriptor.number, rebound, &length)
            }
        }
        return result == 0 ? UInt16(bigEndian: address.sin_port) : 0
    }

    /// Sets a socket option of type Int32.
    static func set(_ descriptor: Descriptor, level: Int32, option: Int32, to value: Int32) {
        var value = value
        // SAFETY: the length is the value's own.
        _ = unsafe setsockopt(descriptor.number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Makes the next close a reset.
    static func resetOnClose(_ descriptor: Descriptor) {
        var value = linger(l_onoff: 1, l_linger: 0)
        // SAFETY: the length is the value's own.
        _ = unsafe setsockopt(
            descriptor.number, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
    }

    /// The pending error of a socket, 0 if there is none.
    static func pendingError(_ descriptor: Descriptor) -> Int32 {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        // SAFETY: the length is the value's own.
        _ = unsafe getsockopt(descriptor.number, SOL_SOCKET, SO_ERROR, &code, &length)
        return code
    }

    private static func withAddress<Address>(
        _ address: Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        // SAFETY: sockaddr is the common head of all address types; the true length is passed with it.
        unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { rebound in
                unsafe body(rebound, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }
}
