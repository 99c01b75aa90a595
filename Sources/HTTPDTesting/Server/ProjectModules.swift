// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where the loadable modules of the project under test are.
public enum ProjectModules {
    /// `SWIFT_HTTPD_MODULES`, or else `.build/release` of the package that this file belongs to.
    public static let folder: String = {
        if let set = ProcessInfo.processInfo.environment["SWIFT_HTTPD_MODULES"], !set.isEmpty { return set }
        return packageRoot(of: #filePath) + "/.build/release"
    }()

    /// The nearest folder above a file that has a package manifest.
    static func packageRoot(of file: String) -> String {
        var folder = URL(fileURLWithPath: file).deletingLastPathComponent()
        while folder.path != "/" {
            if FileManager.default.fileExists(atPath: folder.path + "/Package.swift") { return folder.path }
            folder = folder.deletingLastPathComponent()
        }
        return FileManager.default.currentDirectoryPath
    }
}
