#!/usr/bin/env python3
"""Writes the labels of Sources/HTMLTokenizing/Encoding: which encoding a name stands for, by the Encoding standard.

Most of them are those of Python's library webencodings, which is of 2017; below is what the standard has added since.

    .build/html5lib/bin/python scripts/encoding-tables.py            writes the file
    .build/html5lib/bin/python scripts/encoding-tables.py --check    fails if the file is not what would be written
"""
import pathlib
import sys
import textwrap

from webencodings.labels import LABELS

PATH = pathlib.Path(__file__).resolve().parent.parent / "Sources/HTMLTokenizing/Encoding/EncodingLabels.swift"
ADDED = {
    "utf-8": "unicode11utf8 unicode20utf8 x-unicode20utf8",
    "utf-16be": "unicodefffe",
    "utf-16le": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff",
    "koi8-u": "koi8-ru",
    "shift_jis": "ms932",
    "replacement": "replacement csiso2022kr hz-gb-2312 iso-2022-cn iso-2022-cn-ext iso-2022-kr",
}
NAMES = """UTF-8 IBM866 ISO-8859-2 ISO-8859-3 ISO-8859-4 ISO-8859-5 ISO-8859-6 ISO-8859-7 ISO-8859-8 ISO-8859-8-I ISO-8859-10
    ISO-8859-13 ISO-8859-14 ISO-8859-15 ISO-8859-16 KOI8-R KOI8-U macintosh windows-874 windows-1250 windows-1251
    windows-1252 windows-1253 windows-1254 windows-1255 windows-1256 windows-1257 windows-1258 x-mac-cyrillic GBK gb18030
    Big5 EUC-JP ISO-2022-JP Shift_JIS EUC-KR replacement UTF-16BE UTF-16LE x-user-defined""".split()


def case(name):
    words = name.lower().replace("_", "-").split("-")
    return words[0] + "".join(word.capitalize() for word in words[1:])


def table():
    labels = {}
    for label, name in LABELS.items():
        name = "replacement" if name in ("hz-gb-2312", "iso-2022-kr") else name
        labels.setdefault(name, set()).add(label)
    for name, more in ADDED.items():
        labels.setdefault(name, set()).update(more.split())
    assert set(labels) == {name.lower() for name in NAMES}, set(labels) ^ {name.lower() for name in NAMES}
    lines = ["// SPDX-License-Identifier: Apache-2.0\n// Written by scripts/encoding-tables.py: change that.\n\n",
             "extension HTMLEncoding {\n",
             "    /// The labels, with a space in front of each.\n    var labels: String {\n        switch self {\n"]
    for name in NAMES:
        text = " ".join(sorted(labels[name.lower()]))
        if len(text) < 90:
            lines.append(f"        case .{case(name)}: \" {text}\"\n")
            continue
        parts = textwrap.wrap(text, 90, break_long_words=False, break_on_hyphens=False)
        lines.append(f"        case .{case(name)}:\n            \"\"\"\n")
        for part in parts[:-1]:
            lines.append(f"             {part}\\\n")
        lines.append(f"             {parts[-1]}\n            \"\"\"\n")
    lines.append("        }\n    }\n\n    /// The name that the standard gives it.\n    public var name: String {\n"
                 "        switch self {\n")
    for name in NAMES:
        lines.append(f"        case .{case(name)}: \"{name}\"\n")
    lines.append("        }\n    }\n}\n")
    return "".join(lines)


def main():
    text = table()
    if "--check" in sys.argv:
        if PATH.read_text() != text:
            sys.exit(f"{PATH}: not what scripts/encoding-tables.py writes")
    else:
        PATH.write_text(text)


main()
