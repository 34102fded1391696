/// What is wrong with a job's evidence.
package struct EvidenceFinding: Sendable, Hashable {
    /// The line of the chain that it is about; nil for one about a table beside it.
    package var line: Int?
    /// Untrusted where it quotes the file.
    package var text: String

    package init(line: Int? = nil, _ text: String) {
        self.line = line
        self.text = text
    }
}

/// What a check of a job's evidence brought.
package struct EvidenceVerdict: Sendable, Hashable {
    /// The first findings.
    package var findings: [EvidenceFinding] = []
    package var findingCount = 0
    /// How many lines the chain has, and the hash of the last one, as computed from the lines themselves.
    package var length = 0
    package var head = ""
    /// The line whose hash was asked for; nil where there is none.
    package var lineOfGivenHead: Int?

    /// How many findings are kept before the rest is only counted.
    private static let listed = 100

    package var isIntact: Bool { findingCount == 0 }

    mutating func note(_ finding: EvidenceFinding) {
        if findings.count < Self.listed { findings.append(finding) }
        findingCount += 1
    }
}
