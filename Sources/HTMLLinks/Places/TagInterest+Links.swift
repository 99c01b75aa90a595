// SPDX-License-Identifier: Apache-2.0
public import HTMLTokenizing

extension TagInterest {
    /// Has the tags shown in which a map may find a URL, and style sheets.
    public mutating func want(linksOf urls: URLMap) {
        for length in 1..<15 { want(attributesBeginningWith: LinkPlace.letters(ofLength: length), length: length) }
        // What `LinkRewriter.mayChange` passes over in front of a URL, or has to decode.
        limitURLs { byte in
            byte <= 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "&") || urls.mayBegin(byte)
        }
        want(element: [UInt8]("style".utf8).span)
    }
}
