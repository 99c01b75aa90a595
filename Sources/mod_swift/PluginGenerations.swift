// SPDX-License-Identifier: Apache-2.0
internal import CModSwift

/// Which file a path leads to, as the dynamic loader tells files apart.
struct Identity: Equatable {
    let device: UInt64
    let inode: UInt64

    /// `nil` if there is no such file.
    init?(ofFileAt path: String) {
        var device: UInt64 = 0
        var inode: UInt64 = 0
        // SAFETY: the path is only read, and both numbers are ours.
        guard unsafe modswift_identify(path, &device, &inode) != 0 else { return nil }
        self.device = device
        self.inode = inode
    }
}

/// Gives a plugin's file a new name for the dynamic loader when it was replaced.
///
/// The loader knows a DSO by its name first, and answers with the mapped one even if the file is another by now. A
/// spelling that it has not seen makes it look at the file.
@safe
enum PluginGenerations {
    // SAFETY: used only while httpd reads its configuration, on one thread. Survives readings, as mapped DSOs do.
    nonisolated(unsafe) private static var seen: [String: [Identity]] = [:]

    /// The path, with as many detours as the file had earlier generations.
    static func spelling(of path: String) -> String {
        guard let identity = Identity(ofFileAt: path), let slash = path.lastIndex(of: "/") else { return path }
        var generations = unsafe seen[path] ?? []
        let index = generations.firstIndex(of: identity) ?? generations.count
        if index == generations.count {
            generations.append(identity)
            unsafe seen[path] = generations
        }
        return path[...slash] + String(repeating: "./", count: index) + path[path.index(after: slash)...]
    }
}
