#!/usr/bin/env python3
"""Writes the table of Sources/HTMLLinks: which attributes of which elements hold URLs.

The elements and attributes are those of the HTML standard's index of attributes and of its obsolete features, of SVG 2 and of
MathML Core; what they had in HTML 4 that browsers still heed is there too.

    scripts/link-tables.py            writes the file
    scripts/link-tables.py --check    fails if the file is not what would be written
"""
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Sources/HTMLLinks/Places"
HEAD = "// SPDX-License-Identifier: Apache-2.0\n// Written by scripts/link-tables.py: change that.\n\n"

# attribute: (kind, elements of HTML).
HTML = {
    "action": [("url", "form isindex")],
    "archive": [("spaces", "object"), ("commas", "applet")],
    "background": [("url", "body table thead tbody tfoot tr td th layer")],
    "cite": [("url", "blockquote del ins q")],
    "classid": [("url", "object")],
    "code": [("url", "applet")],
    "codebase": [("url", "object applet")],
    "content": [("content", "meta")],
    "data": [("url", "object")],
    "dynsrc": [("url", "img")],
    "formaction": [("url", "button input")],
    "href": [("url", "a area base link image")],
    "icon": [("url", "command menuitem")],
    "imagesrcset": [("srcset", "link")],
    "longdesc": [("url", "img frame iframe")],
    "lowsrc": [("url", "img")],
    "manifest": [("url", "html")],
    "ping": [("spaces", "a area")],
    "poster": [("url", "video")],
    "profile": [("spaces", "head")],
    "src": [("url", "audio bgsound embed fencedframe frame iframe img image input layer portal script source track video")],
    "srcdoc": [("document", "iframe")],
    "srcset": [("srcset", "img source")],
}
EVERYWHERE = {"style": "declarations"}
SVG = {"href": "url", "xlink:href": "url"}
# Presentation attributes whose value may be `url(…)`.
for name in """clip-path color-profile cursor fill filter marker marker-end marker-mid marker-start mask
        stroke""".split():
    SVG[name] = "declarations"
MATHML = {"href": "url", "xlink:href": "url", "src": "url", "altimg": "url"}


def switch(lines, names, result):
    """Cases by the first eight letters: a switch over integers becomes a search."""
    groups = {}
    for name in sorted(names):
        data = name.encode() + bytes(16 - len(name))
        low, high = int.from_bytes(data[:8], "little"), int.from_bytes(data[8:], "little")
        groups.setdefault(low, []).append((high, name))
    for low, group in sorted(groups.items()):
        names_ = ", ".join(name for _, name in group)
        lines.append(f"        // {names_}\n        case 0x{low:x}:\n")
        for high, name in group:
            lines.append(f"            if name.high == 0x{high:x} {{ return {result(name)} }}\n")
    lines.append("        default: break\n        }\n")


def table():
    lines = [HEAD]
    every = set(HTML) | set(EVERYWHERE) | set(SVG) | set(MATHML)
    masks = [0] * 17
    for name in every:
        masks[len(name)] |= 1 << (ord(name[0]) & 31)
    lines.append("extension LinkPlace {\n")
    lines.append("    /// The first letters, a bit for each, of the attributes of a length.\n")
    lines.append("    @inline(__always)\n    static func letters(ofLength length: Int) -> UInt32 {\n        switch length {\n")
    for length, mask in enumerate(masks):
        if mask:
            lines.append(f"        case {length}: 0x{mask:x}\n")
    lines.append("        default: 0\n        }\n    }\n\n")
    lines.append("    /// What an attribute of an HTML element holds; `nil` for most.\n")
    lines.append("    static func html(_ name: LinkName, _ element: LinkName) -> LinkKind? {\n        switch name.low {\n")
    switch(lines, list(HTML) + list(EVERYWHERE),
           lambda name: ".%s" % EVERYWHERE[name] if name in EVERYWHERE else f"{identifier(name)}(element)")
    lines.append("        return nil\n    }\n\n")
    for language, names in ("svg", SVG), ("mathML", MATHML):
        lines.append(f"    /// What an attribute of an element of {'SVG' if language == 'svg' else 'MathML'} holds.\n")
        lines.append(f"    static func {language}(_ name: LinkName) -> LinkKind? {{\n        switch name.low {{\n")
        both = dict(names, **EVERYWHERE)
        switch(lines, both, lambda name: f".{both[name]}")
        lines.append("        return nil\n    }\n\n")
    lines[-1] = "        return nil\n    }\n}\n"
    return "".join(lines)


def elements():
    lines = [HEAD, "/// What the attributes of HTML hold, each in the elements that it belongs to.\nextension LinkPlace {\n"]
    for name, kinds in sorted(HTML.items()):
        lines.append(f"    static func {identifier(name)}(_ name: LinkName) -> LinkKind? {{\n"
                     "        switch name.low {\n")
        known = {element: kind for kind, elements in kinds for element in elements.split()}
        switch(lines, known, lambda element: f".{known[element]}")
        lines.append("        return nil\n    }\n\n")
    lines[-1] = "        return nil\n    }\n}\n"
    return "".join(lines)


def identifier(name):
    return "of" + name.capitalize()


def main():
    for name, text in ("LinkTable.swift", table()), ("LinkTable+Elements.swift", elements()):
        path = FOLDER / name
        if "--check" in sys.argv:
            if path.read_text() != text:
                sys.exit(f"{path}: not what scripts/link-tables.py writes")
        else:
            path.write_text(text)


main()
