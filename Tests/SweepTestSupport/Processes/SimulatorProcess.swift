import Glibc

/// The built `cloudflare-simulator` on a port of its own, with a world and a ledger.
package struct SimulatorProcess: Sendable {
    package let baseURL: String
    private let process: ChildProcess
    private let folder: ScratchFolder
    private let ledgerName: String

    /// Starts it and waits until it listens.
    package static func start(world: String, in folder: ScratchFolder, name: String = "simulator") async throws -> SimulatorProcess {
        let path = try folder.write(world, to: "\(name).world.json5")
        let process = try ChildProcess(
            ChildProcess.Command(
                Binaries.simulator, ["--world", path, "--ledger", folder["\(name).ledger"]], environment: [:], folder: folder.path,
                output: folder["\(name).out"], errors: folder["\(name).err"]))
        do {
            let greeting = try await eventually("the simulator's greeting") {
                if process.ending != nil { throw FixtureFailure("the simulator ended: \(process.errors)") }
                let text = process.output
                return text.hasSuffix("\n") ? text : nil
            }
            let words = greeting.split { $0 == " " || $0 == "\n" }
            guard let url = words.last, url.hasPrefix("http://") else { throw FixtureFailure("no address: \(greeting)") }
            return SimulatorProcess(baseURL: String(url), process: process, folder: folder, ledgerName: "\(name).ledger")
        } catch {
            await process.end()
            throw error
        }
    }

    package func stop() async { await process.end() }

    /// All requests that were answered so far.
    package func ledger() throws -> Ledger {
        try Ledger(text: folder.holds(ledgerName) ? folder.text(of: ledgerName) : "")
    }

    /// Waits until the ledger holds so many requests, and returns it.
    @discardableResult
    package func ledger(holding count: Int) async throws -> Ledger {
        try await eventually("\(count) requests in the ledger") {
            guard folder.holds(ledgerName) else { return false }
            return try folder.bytes(of: ledgerName).count { $0 == UInt8(ascii: "\n") } >= count
        }
        return try ledger()
    }
}
