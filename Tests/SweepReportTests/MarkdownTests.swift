import SweepModel
import Testing

@testable import SweepReport

@Suite("Markdown")
struct MarkdownTests {
    @Test("is a document with a verdict and tables")
    func golden() throws {
        let job = try Sample.job([.presumedDeleted: 1, .invalid: 1])
        #expect(
            try report(.md, job, [Sample.row(), Sample.invalid("x|y")]) == """
                # Revoked service tokens: incident-42

                **1 of 2 tokens is gone; 1 is not.**

                - Job: incident-42
                - State: finished
                - Plan: 9f86d081
                - Created: 2026-11-23T19:21:57.042Z
                - Finished: 2026-11-23T19:25:17.042Z
                - Manifest: leaked.csv

                ## Outcomes

                | Outcome | Tokens |
                | --- | ---: |
                | presumed\\_deleted | 1 |
                | invalid | 1 |

                ## Scopes

                | Scope | Tokens | Gone | Not gone | Not finished |
                | --- | ---: | ---: | ---: | ---: |
                | account 023e105f4ecef8ad9ca31a8372d0c353 | 2 | 1 | 1 | 0 |

                ## Tokens

                | Outcome | Token | Scope | Reason | Name | Finished |
                | --- | --- | --- | --- | --- | --- |
                | presumed\\_deleted | f174e90a-fafe-4643-bbbc-4a0ed4fc8415 | account 023e105f4ecef8ad9ca31a8372d0c353 \
                | gone after a lost answer | ci | 2026-11-23T19:21:59.042Z |
                | invalid | x\\|y |  | standard input:3: not a UUID |  |  |

                """)
    }

    @Test(
        "shows markup as text",
        arguments: [
            ("<b>&amp;", "&lt;b&gt;&amp;amp;"), ("a|b", "a\\|b"), ("`x`", "\\`x\\`"), ("**b** _i_", "\\*\\*b\\*\\* \\_i\\_"),
            ("![i](u)", "\\!\\[i\\](u)"), ("a\nb", "a b"), ("\\|", "\\\\\\|"), ("~~s~~", "\\~\\~s\\~\\~"),
            ("https://x.example", "https:\\//x.example"), ("WWW.x.example", "WWW\\.x.example"), ("v1.2, ok: yes", "v1.2, ok: yes"),
            ("\u{1B}[0m", "\u{FFFD}\\[0m"), ("", ""),
        ] as [(Given, Given)])
    func escapes(given: Given, expected: Given) {
        #expect(MarkdownText.escaped(given.text) == expected.text)
    }

    @Test("a hostile row stays one row of six cells", arguments: Sample.hostileTexts.map { Given($0) })
    func hostile(given: Given) throws {
        let lines = try report(.md, Sample.job(), [Sample.hostile(given.text)]).split(separator: "\n")
        let row = try #require(lines.last)
        let table = try #require(lines.firstIndex { $0.hasPrefix("| Outcome | Token |") })
        #expect(lines.count == table + 3)
        // Bars that no backslash escapes end cells; an escaped backslash escapes nothing.
        let bars = row.split(separator: "\\\\", omittingEmptySubsequences: false).joined().split(separator: "\\|").joined()
        #expect(bars.filter { $0 == "|" }.count == 7)
        #expect(!row.contains("<"))
    }
}
