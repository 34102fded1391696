import SweepModel
import SweepQueue
import SweepReport
import SweepServe

/// `tokensweep serve`: the queue in a browser. It only reads, and never disturbs the job that runs.
struct ServeCommand {
    static let listen = Option(
        "listen", "ADDRESS:PORT", .listenAddress, default: "127.0.0.1:7461", inFile: false,
        "where to listen; port 0 lets the system choose; any address but loopback needs --token-file and TLS in front")
    static let hostName = Option(
        repeatable: "host-name", "NAME", .hostName, inFile: false,
        "a name besides the address's own under which the page is asked for, as that of the proxy in front; needs --token-file")
    static let tokenFile = Option(
        optional: "token-file", "FILE", .path, inFile: false,
        "a file that only you may read, with at least 32 characters that open the page: as a Bearer token, or as the password of any user")

    static let definition = Command(
        name: "serve", abstract: "show jobs, budgets and events in a browser, as they come",
        discussion: [
            "Everything can be looked at and nothing changed. Besides the page there are /api/jobs (what `jobs --json` prints), "
                + "/api/events (server-sent events), /metrics for Prometheus and /healthz.",
            "It ends with Ctrl-C.",
        ],
        groups: [
            OptionGroup("Where", [listen, hostName, tokenFile]), OptionGroup("Output", [Options.queue]),
        ],
        examples: [
            Example("watch it at http://127.0.0.1:7461/", "tokensweep serve"),
            Example(
                "behind a proxy that does TLS",
                "tokensweep serve --listen 10.0.0.5:7461 --host-name sweep.example.com --token-file token"),
        ])

    private let arguments: Arguments
    private let system: SystemContext

    init(_ line: ParsedLine, _ system: SystemContext) throws {
        arguments = try Arguments(line, environment: system.environment)
        self.system = system
    }

    func run() async throws -> ExitCode {
        let address = arguments[Self.listen]
        let names = arguments[Self.hostName]
        let token: AccessToken? = if let path = arguments[Self.tokenFile] { try accessToken(in: path) } else { nil }
        guard token != nil || (address.isLoopback && names.isEmpty) else {
            throw Failure.refused(
                names.isEmpty ? "\(address) can be reached from other machines" : "--host-name lets others than this machine ask",
                remedy: "give --token-file FILE, with at least \(AccessToken.shortest) characters, and put TLS in front of it")
        }
        let view = QueueFileView(path: try arguments.queuePath(system))
        try check(view)
        let stop = StopSignal()
        let server = LiveServer(
            LiveServer.Settings(address: address, names: Set(names), token: token, version: Tokensweep.version), view: view,
            encoder: ReportEncoder(), charts: JobCharts(path: view.path), time: system.time)
        let bound = try server.start()
        system.console.tell("Watch it at http://\(bound)/ (Ctrl-C ends it)")
        if !address.isLoopback {
            system.console.tell("tokensweep: anybody on the way can read this, the token too: put it behind a proxy that does TLS")
        }
        await stop.wait()
        server.stop()
        return .allGone
    }

    /// A wrong path is told at once, not only to browsers. One where no queue is yet may get one.
    private func check(_ view: QueueFileView) throws(QueueError) {
        do {
            _ = try view.lastAttempt()
        } catch {
            guard error.code == .cannotOpen else { throw error }
            system.console.tell("tokensweep: \(TerminalText.sanitised(error.message)); waiting for `tokensweep run` to make it")
        }
    }

    private func accessToken(in path: String) throws(Failure) -> AccessToken {
        let shown = TerminalText.sanitised(path)
        guard let text = SystemContext.readFile(path) else {
            throw .refused("the file \(shown) of --token-file cannot be read", remedy: "check the path")
        }
        guard !SystemContext.isOpenToOthers(path) else {
            throw .refused("others than you may read \(shown)", remedy: "close it: chmod 600 \(ShellText.quoted(shown))")
        }
        let word = text.prefix { $0 != "\n" && $0 != "\r\n" }
        guard let token = AccessToken(String(word)) else {
            throw .refused(
                "the first line of \(shown) is no token: at least \(AccessToken.shortest) printable characters without spaces are wanted",
                remedy: "make one: (umask 077; openssl rand -hex 32 > \(ShellText.quoted(shown)))")
        }
        return token
    }
}

extension ValueParser where Value == ListenAddress {
    static let listenAddress = ValueParser(expected: "an IP address and a port, such as 127.0.0.1:7461 or [::1]:7461") {
        ListenAddress($0)
    }
}

extension ValueParser where Value == String {
    static let hostName = ValueParser<String>(expected: "a host's name without a port, such as sweep.example.com") { text in
        let isPlain = text.utf8.allSatisfy { byte in
            Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: ".")
        }
        return text.isEmpty || text.count > 253 || !isPlain ? nil : text.lowercased()
    }
}
