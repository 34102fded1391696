import SweepReport
import Testing

@Suite("Text on a terminal")
struct TerminalTextTests {
    @Test(
        "cannot act, hide or turn around",
        arguments: [
            ("plain", "plain"), ("tab\tand\r\nline", "tab and  line"), ("\u{1B}[31mred", "\u{FFFD}[31mred"), ("\u{9B}1m", "\u{FFFD}1m"),
            ("a\u{0}b\u{7F}", "a\u{FFFD}b\u{FFFD}"), ("x\u{202E}y\u{2066}z\u{2069}", "x\u{FFFD}y\u{FFFD}z\u{FFFD}"),
            ("a\u{200B}b\u{FEFF}c\u{AD}d", "a\u{FFFD}b\u{FFFD}c\u{FFFD}d"), ("a\u{2028}b", "a b"), ("\u{E0041}", "\u{FFFD}"),
            ("1\u{200D}2", "1\u{FFFD}2"), ("👩\u{200D}💻", "👩💻"), ("❤\u{FE0F}\u{200D}🔥", "❤\u{FE0F}🔥"), ("x\u{FE0F}", "x\u{FFFD}"),
            ("\u{3164}", "\u{FFFD}"), ("\u{E000}", "\u{FFFD}"), ("Grüße 日本 שלום", "Grüße 日本 שלום"),
            ("e\u{301}\u{301}\u{301}\u{301}\u{301}x", "e\u{301}\u{301}\u{301}\u{301}x"),
        ] as [(Given, Given)])
    func sanitises(given: Given, expected: Given) {
        #expect(Array(TerminalText.sanitised(given.text).unicodeScalars) == Array(expected.text.unicodeScalars))
    }

    @Test(
        "has the width that terminals give it",
        arguments: [
            ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本語", 6), ("한글", 4), ("\u{1112}\u{1161}\u{11AB}", 2), ("ﾊﾝ", 2),
            ("ＡＢ", 4), ("👩💻", 4), ("🇩🇪", 2), ("👍🏽", 2), ("❤", 1), ("❤\u{FE0F}", 2), ("…", 1), ("\u{FFFD}", 1), ("⌚", 2), ("→", 1),
        ])
    func widths(text: String, columns: Int) {
        #expect(TerminalText.width(text) == columns)
    }

    @Test(
        "is cut and filled to exactly the columns there are",
        arguments: [
            ("abc", 5, "abc  "), ("abcdef", 5, "abcd…"), ("abcde", 5, "abcde"), ("日本語", 5, "日本…"), ("日本語", 4, "日… "), ("x", 0, ""),
            ("", 2, "  "),
        ])
    func fits(text: String, columns: Int, expected: String) {
        #expect(TerminalText.fitted(text, to: columns) == expected)
        #expect(TerminalText.width(TerminalText.fitted(text, to: columns)) == columns)
    }

    @Test("numbers stand to the right")
    func alignsRight() {
        #expect(TerminalText.rightAligned("1,996", to: 7) == "  1,996")
        #expect(TerminalText.rightAligned("1,996", to: 3) == "1,…")
    }

    @Test("is wrapped at spaces, and within a word only where it must be")
    func wraps() {
        #expect(TerminalText.wrapped("one two three", to: 8, limit: 3) == ["one two", "three"])
        #expect(TerminalText.wrapped("abcdefghij", to: 4, limit: 5) == ["abcd", "efgh", "ij"])
        #expect(TerminalText.wrapped("one two three four", to: 5, limit: 2) == ["one", "two …"])
        #expect(TerminalText.wrapped("日本語", to: 1, limit: 3) == ["日", "本", "…"])
        #expect(TerminalText.wrapped("", to: 5, limit: 3) == [""])
    }
}
