import SQLite
package import SweepModel

extension QueueReader {
    /// Calls `body` with every line of a job's evidence in order, as people get it: one JSON object, without a line break.
    package borrowing func forEachEvidenceLine(of job: JobID, _ body: ([UInt8]) throws -> Void) throws {
        try inOneView { reader in
            var chain = EvidenceChain()
            let hasher = try LineHasher()
            try EvidenceReading(job, in: reader.database).forEach { entry in
                switch entry {
                case .stored(let line):
                    chain = EvidenceChain(length: line.number, head: line.hash)
                    try body(line.text.printed(after: line.previous, hash: line.hash))
                case .attempt(let entry):
                    for text in entry.evidence.texts(after: chain.length) {
                        let previous = chain.head
                        try chain.append(text, hasher)
                        try body(text.printed(after: previous, hash: chain.head))
                    }
                }
            }
        }
    }

    /// Computes a job's chain of evidence again and compares it with what is stored of it, and the tables with the chain.
    ///
    /// - Parameter head: a hash that was noted elsewhere, which must be that of a line.
    package borrowing func checkEvidence(of job: JobID, head: EvidenceHash?) throws -> EvidenceVerdict {
        var check = try ChainCheck(head: head)
        try inOneView { reader in
            let reading = try EvidenceReading(job, in: reader.database)
            try reading.forEach { try check.take($0) }
            check.finish(try reading.end())
            try TableCheck(job: job.value, claims: check.claims).findings(in: reader.database) { check.note($0) }
        }
        return check.verdict
    }
}
