// SPDX-License-Identifier: Apache-2.0

/// What a test wants of its httpd.
///
/// The texts ``directives``, and the values of ``environment``, may use these placeholders:
/// `@PORT@` (the main port, already listened to), `@PORT2@` and `@PORT3@` (free, for the test's own `Listen`),
/// `@ROOT@` (the server root), `@DOCROOT@` (the document root) and `@MODULES@` (the project's loadable modules).
public struct HTTPDConfiguration: Sendable {
    /// The modules that every server gets unless ``modules`` is replaced.
    public static let baseModules = ["authz_core", "log_config", "unixd", "mime", "dir", "alias", "env", "setenvif"]

    /// The multi-processing module.
    public var mpm: MPM
    /// Stock modules by short name (`authz_core`); those compiled into the server are skipped.
    public var modules: [String]
    /// Text appended to the generated `httpd.conf`.
    public var directives: String
    /// Files to write before the start, named relative to the server root.
    public var files: [String: [UInt8]]
    /// Files to write before the start, named relative to the document root.
    public var documents: [String: [UInt8]]
    /// Children to start with; `nil` means 1 when threaded, 4 under prefork.
    public var children: Int?
    /// Threads of each child; without meaning under prefork.
    public var threadsPerChild: Int
    /// `MaxRequestWorkers`; `nil` means as many as the initial children have, and 16 under prefork.
    public var maxClients: Int?
    /// Variables added to the inherited environment of the server.
    public var environment: [String: String]
    /// Names for `-D`, as `<IfDefine>` tests them.
    public var defines: [String]
    /// How long the server may take to start or to restart.
    public var startTimeout: Duration

    /// Makes a configuration; `extraModules` are added to ``baseModules``.
    public init(
        mpm: MPM = .event,
        extraModules: [String] = [],
        directives: String = "",
        files: [String: [UInt8]] = [:],
        documents: [String: [UInt8]] = [:],
        children: Int? = nil,
        threadsPerChild: Int = 8,
        maxClients: Int? = nil,
        environment: [String: String] = [:],
        defines: [String] = [],
        startTimeout: Duration = .seconds(30)
    ) {
        self.mpm = mpm
        self.modules = Self.baseModules + extraModules
        self.directives = directives
        self.files = files
        self.documents = documents
        self.children = children
        self.threadsPerChild = threadsPerChild
        self.maxClients = maxClients
        self.environment = environment
        self.defines = defines
        self.startTimeout = startTimeout
    }

    /// Adds a text file to the server root.
    public mutating func addFile(_ name: String, text: String) {
        files[name] = Array(text.utf8)
    }

    /// Adds a text file to the document root.
    public mutating func addDocument(_ name: String, text: String) {
        documents[name] = Array(text.utf8)
    }
}
