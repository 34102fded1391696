import SweepModel

/// The options that several commands share.
enum Options {
    // MARK: - What to delete

    static let manifests = Positional(
        many: "MANIFEST", .path, fileKey: "manifests", "a CSV or JSON lines file, or - for standard input")
    static let job = Positional(optional: "JOB", .job, "a job's name or id; without one, the newest job")
    static let theJob = Positional("JOB", .job, "a job's name or id")
    static let jobFile = Option(optional: "job", "FILE", .path, inFile: false, "a job file; flags given beside it win")
    static let name = Option(
        optional: "name", "NAME", .jobName, shownDefault: "made from the manifest's name and the date", "the job's name")
    static let account = Option(
        optional: "account", "ID", .scopeID, environment: "CLOUDFLARE_ACCOUNT_ID", "the account of rows that name no scope")
    static let zone = Option(
        optional: "zone", "ID", .scopeID, environment: "CLOUDFLARE_ZONE_ID", "the zone of rows that name no scope")
    static let credentials = Option(
        optional: "credentials", "FILE", .path, shownDefault: "the credential of the environment",
        "a credentials file: which variable or file holds the credential of which account or zone")
    static let skipInvalid = Option(flag: "skip-invalid", "go on although rows are invalid; they are reported as such")

    // MARK: - Safety

    static let maxDeletes = Option(
        optional: "max-deletes", "N", .integer(in: 1...), "refuse a plan that would delete more than N tokens")
    static let action = Option(
        "action", "ACTION", ValueParser<ChosenAction>.choice, default: "delete",
        "delete, or disable: the tokens stop working and stay, and `tokensweep enable` takes it back")
    static let whenBlocked = Option(
        "when-blocked", "ACTION", ValueParser<WhenBlocked>.choice, default: "report",
        "what is done to a token that cannot be deleted because it is in use: report, disable (reversible) or rotate its secret (not)")
    static let protect = Option(
        repeatable: "protect", "PATTERN", .protection, accumulates: true,
        "tokens never to be deleted or disabled: id:UUID, client-id:ID or name:GLOB; those of a job file count too")
    static let protectFile = Option(
        repeatable: "protect-file", "FILE", .path, accumulates: true, "a file of such patterns, one a line; # begins a comment")
    static let canary = Option(
        "canary", "N", .integer(in: 0...1_000_000), default: "0",
        "begin with N tokens; go on only if every one of them was found and it was done")
    static let haltAfter = Option(
        "halt-after", "RULE", .haltRule, default: "25%/50", "stop when more than P% of the last K finished tokens failed")
    static let yes = Option(flag: "yes", inFile: false, "do not ask")
    static let confirm = Option(
        optional: "confirm", "PLAN_ID", .text, inFile: false, "do not ask if the plan's id is this one; refuse otherwise")
    static let before = Option(
        optional: "before", "JOB", .job, inFile: false,
        "go in front of this job where it runs on the same queue: it makes way, waits, and goes on by itself")
    static let new = Option(flag: "new", inFile: false, "start a new job even if an unfinished one has the same plan")

    static let noLookup = Option(
        flag: "no-lookup", environment: "TOKENSWEEP_NO_LOOKUP",
        "ask the API nothing for the plan: no names, no last use, no references; rows with a client id alone cannot be used")
    static let deferRecent = Option(
        optional: "defer-recent", "SPAN", .age, shownDefault: "off",
        "tokens seen within that time go last, after a second question, which --yes answers; unknown counts as seen")
    static let verify = Option(flag: "verify", "list every scope again at the end, and prove what is gone")

    // MARK: - Evidence

    static let reason = Option(optional: "reason", "TEXT", .reason, "why it is done: kept as evidence, and shown by status and report")

    // MARK: - Pace

    static let concurrency = Option(
        "concurrency", "N", .integer(in: 1...256), default: "16", "requests in flight at once")
    static let rate = Option(
        "rate", "N/T", .rate, default: "1200/5m",
        "the budget of each credential: at most N requests in any window of length T; 'none' switches every limit off")
    static let reserve = Option(
        "reserve", "P%", .percent(in: 0...99), default: "10%", "the part of the budget left to people and other programs")
    static let attempts = Option(
        "attempts", "N", .integer(in: 1...1000), default: "8", "tries per token; waiting out a 429 is not a try")
    static let timeout = Option(
        "timeout", "T", .duration(in: .milliseconds(100)...(.seconds(3600))), default: "30s",
        "for one request, connecting included")

    // MARK: - Output

    static let queue = Option(
        optional: "queue", "FILE", .path, shownDefault: "~/.local/state/tokensweep/queue.db", environment: "TOKENSWEEP_QUEUE",
        "the queue, a SQLite file")
    static let report = Option(
        repeatable: "report", "FILE", .path, "write a report when the command ends: .csv, .jsonl, .html, .md or .txt")
    static let json = Option(flag: "json", inFile: false, "print JSON on standard output")
    static let quiet = Option(flag: "quiet", "say nothing but errors and the final summary")
    static let verbose = Option(flag: "verbose", "tell of every retry and every token that is not gone")
    static let noColor = Option(flag: "no-color", environment: "NO_COLOR", "no colors")

    // MARK: - Logs and hooks

    static let log = Option(
        optional: "log", "FILE", .logTarget,
        "append what happens as JSON lines: to a file, to standard error (-), or there with journald's priorities (journald)")
    static let onFinish = Option(
        optional: "on-finish", "COMMAND", .text,
        "a shell command for when the job has ended, however it ended, unless the queue can no longer be read; it gets the summary as "
            + "JSON on standard input")
    static let onFinishTimeout = Option(
        "on-finish-timeout", "T", .duration(in: .milliseconds(100)...(.seconds(86_400))), default: "5m",
        "how long that command may take before it is ended")

    static let selection = OptionGroup("What to delete", [jobFile, name, account, zone, credentials, skipInvalid])
    static let pace = OptionGroup("Pace", [concurrency, rate, reserve, attempts, timeout])
    static let followUp = OptionGroup("Logs and hooks", [log, onFinish, onFinishTimeout])
    static let output = OptionGroup("Output", [queue, report, json, quiet, verbose, noColor])
}

/// The actions that people choose from; enabling is a command of its own.
enum ChosenAction: String, Sendable, CaseIterable {
    case delete, disable

    var job: JobAction {
        switch self {
        case .delete: .delete
        case .disable: .disable
        }
    }
}

extension ValueParser where Value == ScopeID {
    static let scopeID = ValueParser(expected: "an id of 32 hexadecimal digits") { ScopeID($0) }
}

extension ValueParser where Value == Protection {
    static let protection = ValueParser(reading: "id:UUID, client-id:ID or name:GLOB") { text throws(TextFlaw) in
        try Protection(parsing: text)
    }
}

extension ValueParser where Value == String {
    /// A name must not look like an id, or the two could not be told apart.
    static let jobName = ValueParser.text("a name of at most 100 characters that is not a number") { text in
        !text.isEmpty && text.count <= 100 && Int64(text) == nil && !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7f }
    }
}

extension ValueParser where Value == String {
    static let reason = ValueParser.text("a text of at most 1000 characters") { !$0.isEmpty && $0.count <= 1000 }
}

extension Arguments {
    /// The scope of rows that name none.
    var defaultScope: Scope? {
        self[Options.account].map { Scope(.account, $0) } ?? self[Options.zone].map { Scope(.zone, $0) }
    }

    /// The queue where it was named on the command line, and so has to be named by the next command too.
    var typedQueue: String? {
        if case .option = source(of: Options.queue) { self[Options.queue] } else { nil }
    }

    /// The path of the queue file.
    func queuePath(_ system: SystemContext) throws(Failure) -> String {
        if let path = self[Options.queue] { return path }
        guard let path = system.defaultQueuePath else {
            throw .refused("there is no place for the queue: HOME is not set", remedy: "give --queue FILE")
        }
        return path
    }
}
