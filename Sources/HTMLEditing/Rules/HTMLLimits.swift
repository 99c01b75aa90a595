// SPDX-License-Identifier: Apache-2.0

/// How much of a page may be held, and what happens beyond that.
public struct HTMLLimits: Equatable, Sendable {
    /// What happens where a limit is reached.
    public enum Policy: String, CaseIterable, Sendable {
        /// The rest of the page passes as it is. What is open then gets no more content, and what was to be removed and
        /// has not come yet is not removed.
        case pass
        /// The stream fails.
        case fail
    }

    /// What there may be too much of.
    public enum Limit: String, Sendable {
        /// ``HTMLLimits/memory``.
        case memory
        /// ``HTMLLimits/depth``.
        case depth
        /// ``HTMLLimits/attributes``.
        case attributes
        /// ``HTMLLimits/tagLength``.
        case tagLength = "length of a tag"
        /// Children of one element with names that differ, where `:nth-of-type` has to count each of them.
        case types = "names that :nth-of-type has to count"
    }

    /// Bytes that are held: a tag that has not ended, comments and whole texts that handlers are to see, and what is to be
    /// put in where elements end.
    public var memory: Int
    /// Elements that are in one another.
    public var depth: Int
    /// Attributes of a tag that a handler looks at.
    public var attributes: Int
    /// Bytes of a tag or DOCTYPE.
    public var tagLength: Int
    /// What happens where a limit is reached.
    public var policy: Policy

    /// 1 MB, 512 elements, 1,024 attributes, tags of 64 KB; what exceeds them passes.
    public init(
        memory: Int = 1024 * 1024, depth: Int = 512, attributes: Int = 1024, tagLength: Int = 64 * 1024,
        policy: Policy = .pass
    ) {
        self.memory = memory
        self.depth = depth
        self.attributes = attributes
        self.tagLength = tagLength
        self.policy = policy
    }
}
