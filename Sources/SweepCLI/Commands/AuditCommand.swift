import SweepModel
import SweepQueue
import SweepReport

/// `tokensweep audit`: everything that happened to a job, as a chain of hashes, and the check that nobody changed it.
struct AuditCommand {
    static let check = Option(flag: "check", inFile: false, "compute the chain again, and name what was edited, removed or moved")
    static let head = Option(
        optional: "head", "HASH", .evidenceHash, inFile: false, "with --check: the hash that a summary printed must be in the chain")

    static let definition = Command(
        name: "audit", abstract: "print what happened to a job as a chain of hashes, or check it",
        discussion: [
            "Every line is a JSON object whose last member is `hash`: the SHA-256 of the line without that member. `previous` is the "
                + "hash of the line before. The last hash, which run, resume, verify, cancel and retry print, stands for all lines.",
            "With --check the exit code is 1 when something does not fit, and 0 when everything does.",
        ],
        positionals: [Options.job], groups: [OptionGroup("What to check", [check, head]), OptionGroup("Output", [Options.queue])],
        examples: [
            Example("hand the evidence over", "tokensweep audit incident-42 > evidence.jsonl"),
            Example("check it against the hash in the ticket", "tokensweep audit incident-42 --check --head 9f86d0…"),
        ])

    private let arguments: Arguments
    private let system: SystemContext

    init(_ line: ParsedLine, _ system: SystemContext) throws {
        arguments = try Arguments(line, environment: system.environment)
        self.system = system
    }

    func run() throws -> ExitCode {
        let reader = try QueueReader(path: try arguments.queuePath(system))
        let job = try JobLookup.find(arguments[Options.job], in: reader, queue: arguments.typedQueue)
        guard arguments[Self.check] else {
            guard arguments[Self.head] == nil else {
                throw Failure.refused("--head is something to check", remedy: "give --check with it")
            }
            return try print(job, reader)
        }
        let verdict = try reader.checkEvidence(of: job.id, head: arguments[Self.head])
        for finding in verdict.findings {
            let place = finding.line.map { "line \($0): " } ?? ""
            try system.console.print("\(place)\(TerminalText.sanitised(finding.text))\n")
        }
        if verdict.findingCount > verdict.findings.count {
            try system.console.print("… and \(HumanText.number(verdict.findingCount - verdict.findings.count)) more\n")
        }
        try system.console.print(sentence(verdict, job) + "\n")
        return verdict.isIntact ? .allGone : .someRemain
    }

    private func print(_ job: JobOverview, _ reader: borrowing QueueReader) throws -> ExitCode {
        let output = StandardOutput()
        var buffer: [UInt8] = []
        do {
            try reader.forEachEvidenceLine(of: job.id) { line in
                buffer += line
                buffer.append(UInt8(ascii: "\n"))
                guard buffer.count > 65_536 else { return }
                try output.write(buffer.span)
                buffer.removeAll(keepingCapacity: true)
            }
            try output.write(buffer.span)
        } catch let error as ReportError where error.code == .closed {
            // A reader who went away, as `| head` does, is no fault.
            return .allGone
        }
        return .allGone
    }

    private func sentence(_ verdict: EvidenceVerdict, _ job: JobOverview) -> String {
        let name = TerminalText.sanitised(job.name)
        guard verdict.isIntact else {
            return "The evidence of the job \(name) is NOT intact: \(HumanText.count(verdict.findingCount, "finding", "findings"))."
        }
        let lines = HumanText.count(verdict.length, "line", "lines")
        let given = verdict.lineOfGivenHead.map { $0 == verdict.length ? "" : "; the hash given is that of line \(HumanText.number($0))" }
        return "The evidence of the job \(name) is intact: \(lines), head \(verdict.head)\(given ?? "")."
    }
}

extension ValueParser where Value == EvidenceHash {
    static let evidenceHash = ValueParser(expected: "a hash of 64 hexadecimal digits") { EvidenceHash($0) }
}
