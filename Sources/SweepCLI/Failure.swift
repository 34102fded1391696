import SweepCloudflare
import SweepManifest
import SweepModel
import SweepReport
import SweepServe

/// Whatever ends a command early. Here, and nowhere else, an error becomes text and an exit code.
enum Failure: Error {
    case usage(UsageError)
    /// What the program will not do, and what to do instead. Nothing was sent.
    case refused(String, remedy: String?)
    /// A safety stop before anything was deleted.
    case halted(String, remedy: String?)
    case manifest(ManifestError)
    case credential(CredentialProblem)
    case baseURL(BaseURLProblem)
    case setup(SetupProblem)
    case queue(QueueError)
    /// The queue failed while a plan was being made: there is no job to go on with.
    case plan(QueueError)
    case report(ReportError)
    case serve(ServeError)
    /// The log cannot be opened: whoever asked for one is told before anything is sent.
    case log(String, LogError)
    case unknown(String)

    init(_ error: any Error) {
        self =
            switch error {
            case let failure as Failure: failure
            case let error as UsageError: .usage(error)
            case let error as ManifestError: .manifest(error)
            case let error as CredentialProblem: .credential(error)
            case let error as BaseURLProblem: .baseURL(error)
            case let error as SetupProblem: .setup(error)
            case let error as QueueError: .queue(error)
            case let error as ReportError: .report(error)
            case let error as ServeError: .serve(error)
            case let error as ReportFormatError: .refused(error.message, remedy: error.remedy)
            default: .unknown("\(error)")
            }
    }

    /// Does what comes before there is a job.
    static func planning<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as QueueError {
            throw Failure.plan(error)
        }
    }

    var exitCode: ExitCode {
        switch self {
        case .usage, .refused, .manifest, .credential, .baseURL: .refused
        case .queue(let error) where error.code == .owned, .plan(let error) where error.code == .owned: .refused
        // Whoever reads the output went away, as with `| head`: no fault of anybody's.
        case .report(let error) where error.code == .closed: .allGone
        case .halted: .halted
        case .setup, .queue, .plan, .report, .serve, .log, .unknown: .environment
        }
    }

    /// One or more lines for standard error; empty where there is nothing to say.
    var text: String {
        switch self {
        case .usage(let error): return error.text
        case .report(let error) where error.code == .closed: return ""
        default:
            let remedy = remedy.map { "\n  \($0)" } ?? ""
            return "tokensweep: \(TerminalText.sanitised(message))\(remedy)"
        }
    }

    /// One line; it may hold text from outside.
    var message: String {
        switch self {
        case .usage(let error): error.text
        case .refused(let message, _), .halted(let message, _): message
        case .manifest(let error): error.description
        case .credential(let error): error.description
        case .baseURL(let error): "CLOUDFLARE_BASE_URL: \(error.description)"
        case .setup(let error): "the connection to the API cannot be set up: \(error)"
        case .queue(let error), .plan(let error): error.message
        case .report(let error): error.message
        case .serve(let error): error.message
        case .log(let path, let error): "the log \(path) cannot be opened: \(error.text)"
        case .unknown(let text): text
        }
    }

    private var remedy: String? {
        switch self {
        case .refused(_, let remedy), .halted(_, let remedy): remedy
        case .queue(let error): error.remedy(.resume)
        case .plan(let error): error.remedy(.repeatCommand)
        case .report(let error): error.remedy
        case .serve: "choose another place with --listen ADDRESS:PORT; port 0 lets the system choose"
        case .log: "choose another file with --log FILE; nothing was sent"
        case .usage, .manifest, .credential, .baseURL, .setup, .unknown: nil
        }
    }
}

extension QueueError {
    /// `the queue /x/queue.db: the disk is full (database or disk is full)`
    var message: String { "the queue \(path): \(what) (\(detail))" }

    private var what: String {
        switch code {
        case .full: "the disk is full"
        case .quota: "your disk quota is used up"
        case .readOnly: "it cannot be written"
        case .cannotOpen: "it cannot be opened"
        case .notAQueue: "it is not a queue of this program"
        case .newerSchema: "it was written by a newer version of this program"
        case .damaged: "the file is damaged"
        case .busy: "another program keeps it locked"
        case .inputOutput: "reading or writing failed"
        case .owned: "another tokensweep is working on it"
        case .lostOwnership: "another tokensweep has taken it over"
        case .constraint: "a rule of its tables was broken; please report this as a defect"
        case .other: "the database failed"
        }
    }

    /// How a job goes on once the queue can be used again.
    enum NextStep {
        case resume, repeatCommand

        var text: String {
            switch self {
            case .resume: "run `tokensweep resume`; every outcome shown so far is kept"
            case .repeatCommand: "give the same command again; nothing was deleted"
            }
        }
    }

    /// What to do. What was committed stands in every case.
    func remedy(_ next: NextStep) -> String {
        switch code {
        case .full: "make room on that disk, then \(next.text)"
        case .quota: "free space or have the quota raised, then \(next.text)"
        case .readOnly: "choose another place with --queue FILE; or make file and directory writable, then \(next.text)"
        case .cannotOpen: "check the path, or choose another place with --queue FILE; `tokensweep run` creates the file"
        case .notAQueue: "choose another file with --queue FILE; this one was left as it is"
        case .newerSchema: "use the newer version, or choose another file with --queue FILE"
        case .damaged: "keep a copy of the file and its -wal, try `sqlite3 FILE .recover`, or begin anew with --queue FILE"
        case .busy: "end the program that has the file open, then \(next.text)"
        case .inputOutput: "check the disk, then \(next.text)"
        case .owned: "wait for it, stop it, or use another queue with --queue FILE; `tokensweep status` shows how it stands"
        case .lostOwnership: "nothing more was written here; `tokensweep status` shows how the other one stands"
        case .constraint, .other: "to go on, \(next.text)"
        }
    }
}
