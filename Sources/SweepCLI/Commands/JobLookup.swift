import SweepManifest
import SweepModel
import SweepQueue
import SweepReport

/// Finds the job that a command means.
enum JobLookup {
    /// - Parameters:
    ///   - word: a name or an id; the newest job where there is none.
    ///   - queue: the queue file where the next command has to name it too.
    static func find(_ word: String?, in reader: borrowing QueueReader, queue: String?) throws -> JobOverview {
        if let job = try reader.job(word) { return job }
        guard let word else {
            throw Failure.refused("the queue holds no job", remedy: "`\(ShellText.command("run MANIFEST", queue: queue))` starts one")
        }
        let known = try reader.jobs().map(\.name)
        let hint = nearest(to: word, among: known).map { "; did you mean '\(TerminalText.sanitised($0))'?" } ?? ""
        throw Failure.refused(
            "there is no job \(quoted(word))\(hint)", remedy: "`\(ShellText.command("jobs", queue: queue))` lists all jobs")
    }
}

/// Makes names for jobs that were given none: `leaked-2026-11-23-kqzt`.
enum JobName {
    static func make(from manifests: [String], at now: Timestamp) -> String {
        var random = SystemRandomNumberGenerator()
        return make(from: manifests, at: now, using: &random)
    }

    static func make(from manifests: [String], at now: Timestamp, using random: inout some RandomNumberGenerator) -> String {
        let file = manifests.first.flatMap { $0 == "-" ? nil : $0.split(separator: "/").last } ?? "stdin"
        let stem = file.split(separator: ".").first ?? file
        let safe = stem.unicodeScalars.map { isPlain($0) ? Character($0) : "-" }
        let letters = Array("bcdfghjkmnpqrstvwxz")
        let suffix = (0..<4).map { _ in letters.randomElement(using: &random) ?? "x" }
        return "\(String(safe.prefix(40)))-\(now.rfc3339.prefix(10))-\(String(suffix))"
    }

    /// A letter or digit of ASCII, a dash or an underscore: nothing that a shell would mind.
    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
        default: false
        }
    }
}

/// Reads the job file that `--job` names and puts it below the command line.
enum JobFileLayer {
    static func arguments(_ line: ParsedLine, _ system: SystemContext) throws -> Arguments {
        let given = try Arguments(line, environment: system.environment)
        guard let path = given[Options.jobFile] else { return given }
        let file = try JobFile.load(path: path)
        let settings = SettingsFile(path: path, values: file.options, otherKeys: Tokensweep.program.fileKeys)
        return try Arguments(line, environment: system.environment, file: settings)
    }
}
