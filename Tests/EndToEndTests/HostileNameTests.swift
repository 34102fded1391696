import SweepTestSupport
import Testing

/// Names with which people and accidents attack reports, from the manifest through the queue into every format, and back through
/// readers that are not this project's.
@Suite(.timeLimit(.minutes(3)))
struct HostileNameTests {
    private static let names = [
        "=HYPERLINK(\"http://evil.example\",\"x\")", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =1+1", "\u{FF1D}1", "\u{FEFF}=1",
        "<script>alert(1)</script>", "&lt;img src=x onerror=alert(1)&gt;", "\u{1B}[2J\u{1B}]0;owned\u{7}", "\u{9B}31m", "a\u{202E}gnp.exe",
        "\u{2066}x\u{2069}", "nul\u{0}byte", "\u{0}=1", "line\r\nbreak\nand\rmore", "\"quoted\"", "\"", "back\\slash\\", "| cell | `code`",
        String(repeating: "x,\"y\"\n\u{1B}[31m=é", count: 800), "e\u{301}\u{301}\u{301}", "👩‍💻 日本語", "\u{2028}\u{2029}", "\u{10FFFF}",
        "{\"a\":[", "'", "-",
    ]

    /// Reads each report as its format demands and compares names and notes with what went in.
    private static let reader = """
        import csv, json, sys
        csv.field_size_limit(10**6)
        rows = [json.loads(line) for line in open("m.jsonl", encoding="utf-8", newline="\\n")]
        names = [row["name"] for row in rows]
        assert len(names) == int(sys.argv[1]) and max(len(name.encode()) for name in names) > 10_000

        reports = [json.loads(line) for line in open("out.jsonl", encoding="utf-8", newline="\\n")]
        assert [row["service_token_id"] for row in reports] == [row["id"] for row in rows]
        with open("out.csv", encoding="utf-8", newline="") as file:
            table = list(csv.DictReader(file, strict=True))
        assert len(table) == len(reports) == len(names)
        blanks = " \\0\\ufeff\\u00a0\\u3000\\u200b"
        for name, row, cells in zip(names, reports, table):
            assert None not in cells and None not in cells.values(), cells
            assert row["name"] == row["note"] == name, (name, row)
            kept = name.replace("\\0", "")
            formula = name != "-" and name.lstrip(blanks)[:1] in tuple("=+-@\\t\\r\\n\\uff0b\\uff0d\\uff1d\\uff20")
            assert cells["name"] == cells["note"] == ("'" if formula else "") + kept, (name, cells)
            assert row["outcome"] == cells["outcome"] == ("invalid" if "\\0" in name else "deleted"), (name, row)

        acting = [*range(0, 10), *range(11, 32), *range(127, 160), 0x61c, *range(0x200e, 0x2010), *range(0x2028, 0x202f), *range(0x2066, 0x206a)]
        for path in ["out.md", "out.txt"]:
            text = open(path, encoding="utf-8", newline="").read()
            assert not set(text) & set(map(chr, acting)), path
            assert "<script" not in text or path == "out.txt"
            for row in rows: assert row["id"] in text, (path, row["id"])
        for line in open("out.md", encoding="utf-8").read().split("\\n"):
            if line.startswith("| ") and "0000-4000-8000" in line:
                bars = line.replace("\\\\\\\\", "").replace("\\\\|", "")
                assert bars.count("|") == 7, line
        print("read back:", len(names))
        """

    @Test func `hostile names come back from every report as they went in`() async throws {
        let names = Self.names
        try await Workbench.with(world: Sample.world("{ generate: \(names.count) }")) { bench in
            let rows = names.enumerated().map { number, name in
                let text = jsonString(name)
                return "{\"id\":\"\(Sample.id(number + 1))\",\"account_id\":\"\(Sample.account)\",\"name\":\(text),\"note\":\(text)}\n"
            }
            try bench.folder.write(rows.joined(), to: "m.jsonl")
            let reports = ["csv", "jsonl", "md", "txt"].flatMap { ["--report", "out.\($0)"] }
            let child = try bench.start(["run", "m.jsonl", "--yes", "--skip-invalid"] + reports)
            expectExit(try await bench.end(of: child), 1)
            let python = try ChildProcess(
                ChildProcess.Command(
                    "/usr/bin/env", ["python3", "-c", Self.reader, "\(names.count)"], environment: ["PATH": "/usr/bin:/bin:/usr/local/bin"],
                    folder: bench.folder.path, output: bench.folder["python.out"], errors: bench.folder["python.err"]))
            #expect(try await python.wait().exitCode == 0, "Python says: \(python.errors.suffix(2000))")
            #expect(python.output == "read back: \(names.count)\n")
        }
    }

    private func jsonString(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar -> String in
            if scalar == "\"" || scalar == "\\" { return "\\\(scalar)" }
            guard scalar.value < 0x20 else { return String(scalar) }
            return "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
        }
        return "\"" + escaped.joined() + "\""
    }
}
