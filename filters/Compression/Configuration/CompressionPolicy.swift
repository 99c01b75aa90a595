// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD
import Synchronization

/// What the directives of a section come to, worked out once: a response looks up what it needs, and makes nothing.
final class CompressionPolicy: CompiledConfiguration {
    let codings: CodingList
    let types: TypeList
    let minimumLength: Int
    let entityTags: EntityTagMode
    let tagForm: Revalidation.TagForm
    let usesPrecompressed: Bool
    let cache: CacheFolder
    /// Whether files may be answered with others that are coded already. What is to have another length each time is made
    /// each time.
    let substitutesFiles: Bool
    private let zstd, br, gzip, deflate: CompressionSettings
    /// The store of ``cache``, once it was needed.
    private let openStore = Mutex<VariantStore?>(nil)

    init(compiling configuration: CompressionConfiguration) {
        let padding = configuration.padding.value
        let profile = configuration.profile.value.codecs
        func settings(_ coding: Coding) -> CompressionSettings {
            CompressionSettings(profile: profile, level: configuration.level(of: coding), padding: padding)
        }
        codings = configuration.codings.value
        types = configuration.types.value
        minimumLength = configuration.minimumLength.value.bytes
        entityTags = configuration.entityTags.value
        tagForm = Revalidation.TagForm(configuration.entityTags.value, padding: padding)
        usesPrecompressed = configuration.usesPrecompressed.value
        cache = configuration.cache.value
        substitutesFiles = padding == 0 && (cache.path != nil || usesPrecompressed)
        zstd = settings(.zstd)
        br = settings(.br)
        gzip = settings(.gzip)
        deflate = settings(.deflate)
    }

    /// How a coding is done.
    func settings(of coding: Coding) -> CompressionSettings {
        switch coding {
        case .zstd: zstd
        case .br: br
        case .gzip: gzip
        case .deflate: deflate
        }
    }

    /// The store of ``cache``; `nil` if there is none, or its path is no path.
    func store(for request: borrowing Request) -> VariantStore? {
        if let store = openStore.withLock({ $0 }) { return store }
        guard let path = cache.path, let path = request.pathFromServerRoot(path) else { return nil }
        let store = FileVariants.store(of: cache, at: path)
        openStore.withLock { $0 = store }
        return store
    }
}
