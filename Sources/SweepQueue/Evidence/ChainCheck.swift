import SQLite
import SweepModel

/// Computes a chain again and compares it with what is stored of it, line by line. It is fed the lines in order.
struct ChainCheck {
    private(set) var verdict = EvidenceVerdict()
    private(set) var chain = EvidenceChain()
    /// What the stored lines say of the job, for the comparison with the tables.
    private(set) var claims = EvidenceClaims()
    /// From the first line that does not follow to the next one that is stored with its own hash, nothing can be told.
    private var isBroken = false
    private let givenHead: [UInt8]?

    private let hasher: LineHasher

    init(head: EvidenceHash?) throws(SQLiteError) {
        givenHead = head?.bytes
        hasher = try LineHasher()
    }

    mutating func take(_ entry: EvidenceReading.Entry) throws(SQLiteError) {
        switch entry {
        case .attempt(let entry): try take(entry)
        case .stored(let line): try take(line)
        }
    }

    private mutating func take(_ entry: AttemptReading.Entry) throws(SQLiteError) {
        let first = chain.length + 1
        for text in entry.evidence.texts(after: chain.length) {
            try chain.append(text, hasher)
            compareWithGivenHead()
        }
        if entry.seal == chain.seal {
            isBroken = false
        } else if !isBroken {
            isBroken = true
            let what = entry.evidence.outcome == nil ? "" : " and its outcome, \(entry.evidence.outcome?.state ?? "")"
            verdict.note(
                EvidenceFinding(
                    line: first,
                    "attempt \(entry.evidence.attempt.number) of token \(entry.evidence.token)\(what): edited, or a line before it "
                        + "was removed or moved"))
        }
    }

    private mutating func take(_ line: EvidenceReading.StoredLine) throws(SQLiteError) {
        if EvidenceText(stored: line.line) == nil {
            verdict.note(EvidenceFinding(line: line.number, "is no line of evidence: edited"))
        } else if try hasher.hash(line.text.hashed(after: line.previous)) != line.hash {
            verdict.note(EvidenceFinding(line: line.number, "\(line.eventName): edited"))
        }
        if !isBroken { compare(line) }
        // What is stored with its own hash is where the comparison can begin again.
        chain = EvidenceChain(length: line.number, head: line.hash)
        isBroken = false
        compareWithGivenHead()
        claims.take(line)
    }

    private mutating func compare(_ line: EvidenceReading.StoredLine) {
        if line.number > chain.length + 1 {
            let missing = line.number - chain.length - 1
            let range = missing == 1 ? "line \(line.number - 1) is" : "lines \(chain.length + 1) to \(line.number - 1) are"
            verdict.note(EvidenceFinding(line: chain.length + 1, "\(range) missing"))
        } else if line.number <= chain.length {
            verdict.note(EvidenceFinding(line: line.number, "\(line.eventName): out of its place"))
        } else if line.previous != chain.head {
            verdict.note(
                EvidenceFinding(line: line.number, "\(line.eventName): does not follow from the line before it: edited or moved"))
        }
    }

    private mutating func compareWithGivenHead() {
        if chain.head == givenHead { verdict.lineOfGivenHead = chain.length }
    }

    /// - Parameter end: the end of the chain that is stored with the job.
    mutating func finish(_ end: EvidenceChain?) {
        verdict.length = chain.length
        verdict.head = EvidenceHash(bytes: chain.head)?.description ?? ""
        if let end {
            compare(end)
        } else {
            verdict.note(EvidenceFinding("the head of the chain is missing from the job"))
        }
        if givenHead != nil, verdict.lineOfGivenHead == nil {
            verdict.note(EvidenceFinding("no line has the hash that was given: lines were cut off or edited since it was noted"))
        }
    }

    private mutating func compare(_ end: EvidenceChain) {
        if end.length > chain.length {
            verdict.note(EvidenceFinding(line: chain.length + 1, "the chain is cut off: the job has \(end.length) lines"))
        } else if end.length < chain.length {
            verdict.note(EvidenceFinding(line: end.length + 1, "lines were added behind the job's last one, \(end.length)"))
        } else if end.head != chain.head, !isBroken {
            verdict.note(EvidenceFinding(line: end.length, "the head that is stored with the job is not the hash of its last line"))
        }
    }

    mutating func note(_ finding: EvidenceFinding) { verdict.note(finding) }
}
