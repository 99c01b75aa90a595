# SPDX-License-Identifier: Apache-2.0
"""Prints pages, selectors, and which elements soupsieve says they match, as one line of JSON for each page.

    soupsieve_cases.py SEED PAGES SELECTORS

Left out, because soupsieve deviates from the standards there:
- Capital letters in types and attributes: it compares all names of a page that is no XML in small letters, SVG's too.
- `[*|href]`: it finds no attribute that has a namespace.
- The document, which it takes for an element around the root: the root is taken out of it.
- Values of attributes without a flag that HTML compares in either case: it knows `type` only.
- `|name`: it takes an element of HTML for one of no namespace, as its trees come without a declaration.
"""
import json
import random
import sys

import soupsieve
from bs4 import BeautifulSoup, Tag

TAGS = ["div", "p", "b", "i", "span", "ul", "li", "section", "x-thing", "a-name-of-more-than-16-bytes"]
FOREIGN = ["g", "circle", "a", "mi", "path"]
WORDS = ["a", "b", "c", "ab", "Ab", "a-b", "en", "en-US", "", "x y", "é", "1"]
ATTRIBUTES = ["title", "data-x", "type", "lang", "hidden", "xlink:href", "href"]
NAMESPACES = {
    "html": "http://www.w3.org/1999/xhtml",
    "svg": "http://www.w3.org/2000/svg",
    "math": "http://www.w3.org/1998/Math/MathML",
    "xlink": "http://www.w3.org/1999/xlink",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
PREFIX = {url: name for name, url in NAMESPACES.items()}
chance = random.Random(int(sys.argv[1]))
pick = chance.choice


def markup(depth, foreign):
    out = []
    for _ in range(chance.randint(1, 5)):
        tag = pick(FOREIGN if foreign else TAGS)
        inside = foreign
        if not foreign and chance.random() < 0.12:
            tag = pick(["svg", "math"])
            inside = True
        attributes = ""
        if chance.random() < 0.5:
            attributes += ' class="%s"' % " ".join(pick("abcAB") for _ in range(chance.randint(0, 3)))
        if chance.random() < 0.3:
            attributes += ' id="%s"' % pick("abcd")
        for name in ATTRIBUTES:
            if chance.random() < 0.2:
                attributes += ' %s="%s"' % (name, pick(WORDS))
        content = markup(depth - 1, inside) if depth and chance.random() < 0.6 else ""
        out.append("<%s%s>%s</%s>" % (tag, attributes, content, tag))
    return "".join(out)


def string(word):
    if word and word.isalpha() and chance.random() < 0.5:
        return word
    return pick(["'%s'", '"%s"']) % word


def attribute():
    name = pick(["title", "data-x", "type", "lang", "hidden", "href", "class", "id"])
    name = pick(["", "", "", "", "*|"]) + name if name != "href" else pick(["href", "xlink|href"])
    if chance.random() < 0.25:
        return "[%s]" % name
    flag = pick(["", "", " i", " s"]) if not name.endswith("type") else pick(["", " i"])
    if name.lower().endswith("lang"):
        flag = pick([" i", " s"])
    return "[%s%s%s%s]" % (name, pick(["=", "~=", "|=", "^=", "$=", "*="]), string(pick(WORDS)), flag)


def position():
    a, b = chance.randint(-3, 4), chance.randint(-3, 5)
    return pick(["odd", "even", str(abs(b)), "n", "%dn" % a, "%dn%+d" % (a, b), "%dn %s %d" % (a, pick("+-"), abs(b))])


def compound(depth):
    out = ""
    if chance.random() < 0.6:
        out = pick(TAGS + FOREIGN + ["*", "*"])
        if out.islower() and chance.random() < 0.1:
            out = pick(["svg|", "math|", "html|", "*|"]) + out
    for _ in range(pick([0, 0, 1, 1, 2]) or (not out)):
        kind = chance.random()
        if kind < 0.25:
            out += "." + pick("abcAB")
        elif kind < 0.35:
            out += "#" + pick(["a", "b", "c", "\\61 ", "\\000062 "])
        elif kind < 0.55:
            out += attribute()
        elif kind < 0.75 and depth:
            out += ":%s(%s)" % (pick(["not", "is", "where"]), listed(depth - 1))
        elif kind < 0.82 and depth:
            out += ":nth-child(%s of %s)" % (position(), listed(depth - 1))
        else:
            out += pick([":nth-child(%s)", ":nth-of-type(%s)"]) % position() if chance.random() < 0.6 else pick(
                [":first-child", ":first-of-type", ":root"])
    return out


def complete(depth):
    out = compound(depth)
    for _ in range(pick([0, 0, 1, 1, 2, 3])):
        out += pick([" ", " ", ">", " > ", " + ", "~", "\t+ ", " ~ "]) + compound(depth)
    return out


def listed(depth):
    return pick([", ", ","]).join(complete(depth) for _ in range(pick([1, 1, 2, 3])))


def elements(node, depth, out):
    for child in node.children:
        if isinstance(child, Tag):
            values = [[str(k), " ".join(v) if isinstance(v, list) else v] for k, v in child.attrs.items()]
            out.append((child, {"depth": depth, "name": child.name, "ns": PREFIX[child.namespace], "attributes": values}))
            elements(child, depth + 1, out)
    return out


for page in range(int(sys.argv[2])):
    # What the standard says of bad nesting is not of interest here: the tree is taken as it is.
    source = "<!DOCTYPE html><html><head></head><body>%s</body></html>" % markup(4, False)
    soup = BeautifulSoup(source, "html5lib", multi_valued_attributes=None)
    root = soup.html.extract()
    nodes = [(root, {"depth": 0, "name": "html", "ns": "html", "attributes": []})] + elements(root, 1, [])
    cases = []
    for _ in range(int(sys.argv[3])):
        selector = listed(2)
        compiled = soupsieve.compile(selector, namespaces=NAMESPACES)
        cases.append([selector, [index for index, (tag, _) in enumerate(nodes) if compiled.match(tag)]])
    print(json.dumps({"elements": [element for _, element in nodes], "cases": cases}))
