// SPDX-License-Identifier: Apache-2.0
import HTMLEditing
import Streaming
import Testing

@Suite("What is put in or left out joins nothing that was apart")
struct JointTests {
    @Test("text behind a < or an unfinished reference does not become a tag or another reference")
    func insertions() throws {
        try expect("<p>a <</p>b", becomes: "<p>a <<!---->b x=1</p>b") {
            on("p") { element throws(StreamError) in try element.append(.text("b x=1")) }
        }
        try expect("<p>R&D</p>&am<b>", becomes: "<p>R&D<!---->ot;</p>&am<!---->p;<b>") {
            on("p") { element throws(StreamError) in try element.append(.text("ot;")) }
            on("b") { $0.before(.text("p;")) }
        }
        try expect("<title>a</</title>", becomes: "<title>a</\ntitle x</title>") {
            on("title") { element throws(StreamError) in try element.append(.text("title x")) }
        }
        try expect("<script>a<</script>", becomes: "<script>a<\n/script</script>") {
            on("script") { element throws(StreamError) in try element.append(.text("/script")) }
        }
    }

    @Test("what follows something removed is not joined with what was before it")
    func removals() throws {
        try expect("<<!--c-->script>", becomes: "<<!---->script>") { comments { $0.remove() } }
        try expect("<<b>x</b>i>", becomes: "<<!---->i>") { on("b") { $0.remove() } }
        try expect("<<b>x<</b>i>", becomes: "<<!---->x<<!---->i>") { on("b") { $0.unwrap() } }
        try expect("a<!--c-->b", becomes: "ab") { comments { $0.remove() } }
    }

    @Test("nothing is put behind what the end of the page cuts off")
    func cutOff() throws {
        for page in [
            "<p><!-- a", "<p><a href=", "<p><script>a", "<p><!doctype a", "<p><style>", "<p><title>a", "<p><!x",
        ] {
            try expect(page, becomes: page) {
                on("p") { element throws(StreamError) in
                    try element.append(.html("<i>"))
                    element.after(.html("<i>"))
                }
                document { $0.append(.html("<i>")) }
            }
        }
    }
}
