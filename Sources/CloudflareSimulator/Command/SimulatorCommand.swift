import FoundationEssentials
import Glibc

/// The program `cloudflare-simulator`.
package enum SimulatorCommand {
    static let help = """
        Usage: cloudflare-simulator --world FILE [options]

        Serves the part of the Cloudflare API that concerns Access service tokens on 127.0.0.1, and prints where.

          --world FILE        what the API knows: accounts, zones, tokens, credentials, faults (JSON with comments)
          --port N            0 lets the system choose (default 0)
          --ledger FILE       append one line of JSON for each request
          --seed N            every draw by chance is a function of it (default 1)
          --rate N/T          the budget of each user (default 1200/5m)
          --window KIND       fixed or sliding (default fixed)
          --block-scale X     times 300 s: how long a user over the budget is refused (default 1)
          --ip-rate N         requests a second of one address (default 200)
          --no-rate-limit     neither of these limits
          --latency T         before every answer, such as 100ms (default 0)
          --jitter T          up to this much more (default 0)
          --print-tokens      print the world's tokens as a manifest of JSON lines, and exit
          --help              this text

        All but --port and --ledger can stand in the world file too; options given here win.
        SIGINT and SIGTERM close the ledger and end the program with code 0. Exit code 2: the arguments or the world cannot be used;
        1: the server or its ledger failed.

        """

    /// Never returns: the process ends with the exit code of `run`.
    package static func main() -> Never { exit(run(Array(CommandLine.arguments.dropFirst()))) }

    /// Runs until a signal comes. Returns the exit code. `arguments` are those after the program's name.
    package static func run(_ arguments: [String]) -> Int32 {
        do {
            switch try Invocation(arguments) {
            case .help: return write(help, to: STDOUT_FILENO) ? 0 : 1
            case .printTokens(let arguments): return write(try world(arguments).manifest, to: STDOUT_FILENO) ? 0 : 1
            case .serve(let arguments): return try serve(arguments)
            }
        } catch {
            _ = write("cloudflare-simulator: \(error)\n", to: STDERR_FILENO)
            return error is ServerError ? 1 : 2
        }
    }

    private static func world(_ arguments: Invocation.Arguments) throws -> World {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: arguments.world))
        } catch {
            throw UsageError("The world file \(arguments.world) cannot be read")
        }
        var world = try World.parse(String(decoding: data, as: UTF8.self))
        arguments.apply(to: &world.settings)
        return world
    }

    private static func serve(_ arguments: Invocation.Arguments) throws -> Int32 {
        let world = try world(arguments)
        var options = CloudflareSimulator.Options()
        options.port = arguments.port
        options.ledger = arguments.ledger
        options.keepsEntries = false
        // Before the first thread starts, so that all of them leave the signals to this one.
        let signals = try StopSignals()
        let simulator = try CloudflareSimulator.start(world: world, options: options)
        guard write("listening on \(simulator.baseURL)\n", to: STDOUT_FILENO) else { return 1 }
        signals.wait { simulator.failure != nil }
        do {
            try simulator.stop()
            return 0
        } catch {
            _ = write("cloudflare-simulator: \(error)\n", to: STDERR_FILENO)
            return 1
        }
    }

    /// False when it could not be written.
    private static func write(_ text: String, to file: Int32) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written >= 0 else { return false }
            rest = rest.dropFirst(written)
        }
        return true
    }
}
