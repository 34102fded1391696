extension Manual {
    /// The page for a terminal of `width` columns (at least 40 are assumed), ending with a line break.
    func text(width: Int) -> String {
        let width = max(width, 40)
        let head = wrapped("\(name): \(abstract)", width: width)
        let usage = wrapped("Usage: \(usage)", width: width, indent: 4, firstIndent: 0)
        let paragraphs = [head, usage] + discussion.map { wrapped($0, width: width) }
        let column = meaningColumn(width: width)
        let blocks = paragraphs + sections.map { $0.lines(column: column, width: width) } + [exampleLines(width: width)]
        let all = blocks + [closing.map { wrapped($0, width: width) } ?? []]
        return all.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    /// Where meanings begin, in all sections alike: beside the longest term, but leaving them most of the page.
    private func meaningColumn(width: Int) -> Int {
        let longest = sections.flatMap(\.entries).map(\.term.count).max() ?? 0
        return min(longest, width / 3) + 4
    }

    /// Command lines are not wrapped: they are there to be copied.
    private func exampleLines(width: Int) -> [String] {
        guard !examples.isEmpty else { return [] }
        return ["Examples:"] + examples.flatMap { wrapped("# \($0.purpose)", width: width, indent: 2) + ["  \($0.line)"] }
    }
}

extension Manual.Section {
    /// Terms in a column of their own; a term too long for it has its meaning on the lines below.
    fileprivate func lines(column: Int, width: Int) -> [String] {
        ["\(heading):"] + entries.flatMap { $0.lines(column: column, width: width) }
    }
}

extension Manual.Entry {
    fileprivate func lines(column: Int, width: Int) -> [String] {
        let term = "  \(term)"
        let gap = column - term.count
        guard gap >= 2 else { return [term] + wrapped(meaning, width: width, indent: column) }
        let lines = wrapped(meaning, width: width, indent: column)
        let first = term + String(repeating: " ", count: gap) + (lines.first?.dropFirst(column) ?? "")
        return [first] + lines.dropFirst()
    }
}
