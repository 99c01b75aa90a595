"""Prints what html5lib's parser makes of pages: for each line of JSON on the input, a page and whether scripts run, a line
of JSON with the tokens in the notation of Seen.swift and the language of the innermost element before each."""
import json
import sys

import html5lib
from html5lib import html5parser
from html5lib._tokenizer import HTMLTokenizer
from html5lib.constants import tokenTypes

NAMESPACES = {
    "http://www.w3.org/1999/xhtml": "html",
    "http://www.w3.org/2000/svg": "svg",
    "http://www.w3.org/1998/Math/MathML": "mathML",
}
KINDS = {number: kind for kind, number in tokenTypes.items()}


def overheard(tokenizer, tokens=HTMLTokenizer.__iter__):
    for token in tokens(tokenizer):
        tokenizer.parser.take(KINDS[token["type"]], token)
        yield token


HTMLTokenizer.__iter__ = overheard

# Faults of html5lib 1.1 that the standard does not have, mended here. These elements are special as well (13.2.4.2).
SVG, MATHML = "http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML"
html5parser.specialElements |= frozenset(
    [(SVG, name) for name in ("foreignObject", "desc", "title")]
    + [(MATHML, name) for name in ("mi", "mo", "mn", "ms", "mtext", "annotation-xml")]
)
PHASES = html5parser.getPhases(False)


def any_other_end_tag(phase, token):
    """13.2.6.4.7, any other end tag: closes an element of HTML, and not one of that name in SVG."""
    stack = phase.tree.openElements
    for node in stack[::-1]:
        if node.name == token["name"] and node.namespace == phase.tree.defaultNamespace:
            while stack.pop() != node:
                pass
            return
        if node.nameTuple in html5parser.specialElements:
            return


def foreign_end_tag(phase, token, other=PHASES["inForeignContent"].processEndTag):
    """13.2.6.5: </p> and </br> end SVG and MathML, as the standard has had it since 2020."""
    if token["name"] not in ("p", "br"):
        return other(phase, token)
    parser, stack = phase.parser, phase.tree.openElements
    while (
        stack[-1].namespace != phase.tree.defaultNamespace
        and not parser.isHTMLIntegrationPoint(stack[-1])
        and not parser.isMathMLTextIntegrationPoint(stack[-1])
    ):
        stack.pop()
    return parser.phase.processEndTag(token)


PHASES["inBody"].__dict__["endTagHandler"].default = any_other_end_tag
PHASES["inForeignContent"].processEndTag = foreign_end_tag


class Parser(html5lib.HTMLParser):
    """Takes down each token as the tree builder gets it."""

    def take(self, kind, token):
        stack = self.tree.openElements
        language = NAMESPACES.get(stack[-1].namespace, "html") if stack else "html"
        if kind in ("Characters", "SpaceCharacters"):
            if self.text is None:
                self.text = ["", language]
            self.text[0] += token["data"]
        elif kind != "ParseError":
            self.end_text()
            self.tokens.append([self.spell(kind, token), language])

    def end_text(self):
        if self.text is not None:
            self.tokens.append(['"' + self.text[0] + '"', self.text[1]])
        self.text = None

    def spell(self, kind, token):
        if kind == "Comment":
            return "<!--" + token["data"] + "-->"
        if kind == "Doctype":
            words = ["<!DOCTYPE " + (token["name"] or "-")]
            words += ["-" if word is None else f'"{word}"' for word in (token["publicId"], token["systemId"])]
            return " ".join(words) + (">" if token["correct"] else " quirks>")
        if kind == "EndTag":
            return "</" + token["name"] + ">"
        text = "".join(f' {name}="{value}"' for name, value in token["data"].items())
        return "<" + token["name"] + text + ("/" if token["selfClosing"] else "") + ">"


def main():
    for line in sys.stdin:
        page, scripting = json.loads(line)
        parser = Parser()
        parser.tokens = []
        parser.text = None
        try:
            parser.parse(page, scripting=scripting)
            parser.end_text()
        except (AssertionError, AttributeError, IndexError, KeyError, TypeError, ValueError):
            # A fault of its own; no page of ours is worth less for it.
            parser.tokens = []
        print(json.dumps(parser.tokens))


main()
