// SPDX-License-Identifier: Apache-2.0
public import HTTPD

extension MediaTypeList {
    /// Text, whatever is written in JSON or XML, scripts, and the fonts, pictures and programs whose formats have no
    /// compression of their own.
    public static let compressible = MediaTypeList([
        "text/*", "*/*+json", "*/*+xml", "*/*+yaml", "*/*+text",
        "application/json", "application/json-seq", "application/jsonl", "application/x-ndjson", "application/graphql",
        "application/xml", "application/xml-dtd", "application/yaml", "application/x-yaml", "application/toml",
        "application/javascript", "application/x-javascript", "application/ecmascript", "application/wasm",
        "application/rtf", "application/sql", "application/x-sh", "application/x-www-form-urlencoded",
        "application/vnd.apple.mpegurl", "application/x-mpegurl", "application/vnd.ms-fontobject",
        "application/x-font-ttf", "application/x-font-otf", "application/x-font-opentype",
        "font/ttf", "font/otf", "font/sfnt", "font/collection",
        "image/bmp", "image/x-ms-bmp", "image/x-icon", "image/vnd.microsoft.icon", "model/obj",
    ])
}
