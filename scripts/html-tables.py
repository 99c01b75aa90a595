#!/usr/bin/env python3
"""Writes the tables of Sources/HTMLTokenizing: the named character references, which Python's library has from the
standard, and the element names that parsing depends on.

    scripts/html-tables.py            writes the files
    scripts/html-tables.py --check    fails if the files are not what would be written
"""
import html.entities
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Sources/HTMLTokenizing"
HEAD = "// SPDX-License-Identifier: Apache-2.0\n// Written by scripts/html-tables.py: change that.\n\n"

# What 13.2.4.2 calls special, less SVG's and MathML's, which have bits of their own where they matter.
SPECIAL = """address applet area article aside base basefont bgsound blockquote body br button caption center col colgroup
    dd details dir div dl dt embed fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header
    hgroup hr html iframe img input keygen li link listing main marquee menu meta nav noembed noframes noscript object ol
    p param plaintext pre script search section select source style summary table tbody td template textarea tfoot th
    thead title tr track ul wbr xmp""".split()
TRAITS = {
    "special": SPECIAL,
    "void": """area base basefont bgsound br col embed hr image img input keygen link meta param source track
        wbr""".split(),
    # Those that there is one of, and those of frames.
    "frame": "html head body frameset frame".split(),
    "formatting": "a b big code em font i nobr s small strike strong tt u".split(),
    # Their end tags look for them in scope, and are ignored if they are not there.
    "block": """address applet article aside blockquote button center details dialog dir div dl fieldset figcaption
        figure footer form header hgroup listing main marquee menu nav object ol pre search section select summary
        ul dd dt li p""".split(),
    "heading": "h1 h2 h3 h4 h5 h6".split(),
    # Their start tags end a paragraph.
    "endsParagraph": """address article aside blockquote center details dialog dir div dl fieldset figcaption figure
        footer form h1 h2 h3 h4 h5 h6 header hgroup hr listing main menu nav ol p plaintext pre search section summary table
        ul li dd dt xmp""".split(),
    "scopeMarker": "applet caption html marquee object select table td template th".split(),
    "listMarker": "ol ul".split(),
    "tablePart": "caption col colgroup tbody td tfoot th thead tr".split(),
    # Their start tags end SVG or MathML.
    "breakout": """b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li
        listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var""".split(),
    "mathTextPoint": "mi mo mn ms mtext".split(),
    "svgPoint": "desc foreignobject title".split(),
    # Their start tags close something first.
    "closes": "li dd dt button a nobr option optgroup select rb rtc rp rt table".split(),
    "beginsText": "script title textarea style xmp iframe noembed noframes noscript plaintext".split(),
    "foreignRoot": "svg math".split(),
}
# Names that are asked for one by one.
NAMES = """a annotation-xml base basefont bgsound body br button caption col colgroup color dd desc div address dt encoding face font head html iframe li link malignmark
    math meta mglyph nobr noembed noframes noscript optgroup option p plaintext rb rp rt rtc ruby script select size style svg table
    tbody td template textarea tfoot th thead title tr xmp""".split()


def key(name):
    data = name.encode() + bytes(16 - len(name))
    return int.from_bytes(data[:8], "little"), int.from_bytes(data[8:], "little")


def case(name):
    return name.replace("-xml", "XML")


def elements():
    names = sorted(set(NAMES).union(*TRAITS.values()))
    lines = [HEAD]
    lines.append("/// What parsing depends on of an element's name.\n")
    lines.append("struct ElementTraits: OptionSet, Sendable {\n    var rawValue: UInt16\n\n")
    for bit, trait in enumerate(TRAITS):
        lines.append(f"    static var {trait}: Self {{ Self(rawValue: 1 << {bit}) }}\n")
    lines.append("}\n\nextension ElementName {\n")
    for name in sorted(NAMES):
        low, high = key(name)
        lines.append(f"    static var {case(name)}: Self {{ Self(low: 0x{low:x}, high: 0x{high:x}) }}\n")
    multiplier, displacements, slots = perfect_hash({key(name) for name in names})
    lines.append("\n    /// What there is to know of the name; nothing for most.\n    ///\n")
    lines.append("    /// Looked up without a decision: what comes next in a page cannot be guessed, and wrong guesses take long.\n")
    lines.append("    var traits: ElementTraits {\n")
    lines.append(f"        let mixed = (low ^ high) &* 0x{multiplier:x}\n")
    lines.append("        let displacement = Self.displacements[Int(truncatingIfNeeded: mixed &>> 59)]\n")
    lines.append("        let slot = Int(UInt8(truncatingIfNeeded: mixed &>> 48) &+ displacement)\n")
    lines.append("        guard Self.knownLow[slot] == low, Self.knownHigh[slot] == high else { return [] }\n")
    lines.append("        return ElementTraits(rawValue: Self.knownTraits[slot])\n    }\n")
    by_key = {key(name): name for name in names}
    rows = [(0, 0, 0)] * 256
    for slot, (low, high) in slots.items():
        name = by_key[low, high]
        rows[slot] = (low, high, sum(1 << bit for bit, trait in enumerate(TRAITS) if name in TRAITS[trait]))
    lines.append(array("displacements", "UInt8", displacements))
    lines.append(array("knownLow", "UInt64", [row[0] for row in rows]))
    lines.append(array("knownHigh", "UInt64", [row[1] for row in rows]))
    lines.append(array("knownTraits", "UInt16", [row[2] for row in rows]))
    return "".join(lines) + "}\n"


def array(name, type, values):
    """Constant, so that the compiler puts it into the program as it is."""
    lines, line = [f"\n    private static let {name}: InlineArray<{len(values)}, {type}> = [\n"], "       "
    for value in values:
        text = f" 0x{value:x}," if value > 9 else f" {value},"
        if len(line) + len(text) > 120:
            lines.append(line + "\n")
            line = "       "
        line += text
    return "".join(lines) + line + "\n    ]\n"


def perfect_hash(keys):
    """A multiplier whose highest five bits choose a displacement for the third byte, so that no two keys meet in 256
    slots."""
    random = 0x9E3779B97F4A7C15
    while True:
        random = (random * 6364136223846793005 + 1442695040888963407) % 2**64
        multiplier = random | 1
        buckets = [[] for _ in range(32)]
        for low, high in sorted(keys):
            mixed = (low ^ high) * multiplier % 2**64
            buckets[mixed >> 59].append((mixed >> 48 & 255, (low, high)))
        displacements, slots = [0] * 32, {}
        for bucket in sorted(range(32), key=lambda bucket: -len(buckets[bucket])):
            for displacement in range(256):
                places = [(place + displacement) % 256 for place, _ in buckets[bucket]]
                if len(set(places)) == len(places) and not any(place in slots for place in places):
                    break
            else:
                break
            displacements[bucket] = displacement
            slots.update(zip(places, (key for _, key in buckets[bucket])))
        if len(slots) == len(keys):
            return multiplier, displacements, slots


def escaped(text):
    result = ""
    for character in text:
        code = ord(character)
        if character in '"\\':
            result += "\\" + character
        elif 0x20 < code < 0x7F:
            result += character
        else:
            result += f"\\u{{{code:X}}}"
    return result


def references():
    table = html.entities.html5
    records = []
    for name in sorted(name[:-1] for name in table if name.endswith(";")):
        mark = "!" if name in table else ":"
        assert mark == ":" or table[name] == table[name + ";"]
        assert " " not in table[name + ";"]
        records.append(name + mark + escaped(table[name + ";"]))
    assert all(name + ";" in table for name in table if not name.endswith(";"))
    assert max(len(name) for name in table if not name.endswith(";")) == 6
    assert max(len(name) for name in table) == 32
    lines, line = [], ""
    for record in records:
        if len(line) + len(record) + 1 > 110:
            lines.append(line)
            line = ""
        line += record + " "
    lines.append(line)
    text = "".join(f"        {line}\\\n" for line in lines)
    # Trailing spaces would be lost to editors: each record's space goes to the beginning of the next line.
    text = text.replace(" \\\n        ", "\\\n         ")
    return (
        HEAD + "extension NamedReferences {\n"
        "    /// All of them, each between two spaces, in the order of the bytes of their names: `name:value`, or `name!value`\n"
        "    /// if the semicolon may be missing. A string, because the compiler puts it into the program as it is.\n"
        '    static var table: String {\n        """\n         ' + text[8:].rstrip("\n") + '\n\n        """\n    }\n}\n'
    )


def main():
    files = {"Tree/ElementNames.swift": elements(), "Decoding/NamedReferenceTable.swift": references()}
    for name, text in files.items():
        path = FOLDER / name
        if "--check" in sys.argv[1:]:
            if not path.exists() or path.read_text() != text:
                sys.exit(f"{path}: not what scripts/html-tables.py writes")
        else:
            path.write_text(text)


main()
