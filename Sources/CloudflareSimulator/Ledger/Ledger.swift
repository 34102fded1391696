import Glibc
import Synchronization

/// Where every request is written down: in a file, in memory, or both.
///
/// A line goes to the file with one `write` before its answer is sent. So whoever has an answer finds it in the ledger, and a process
/// that is killed leaves whole lines only.
final class Ledger: Sendable {
    private let state: Mutex<State>
    /// How many entries there are.
    let written = Milestone()

    private struct State {
        /// -1 for no file.
        var file: Int32
        /// Nil when no copy is kept.
        var entries: [LedgerEntry]?
        /// The first failure to write; nothing is written after it.
        var failure: LedgerError?
    }

    /// Appends to the file at `path`, which is created with mode 0600. Throws `LedgerError`.
    init(path: String?, keepsEntries: Bool) throws(LedgerError) {
        var file: Int32 = -1
        if let path {
            file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw LedgerError(operation: "open \(path)", errno: errno) }
        }
        state = Mutex(State(file: file, entries: keepsEntries ? [] : nil))
    }

    /// Throws `LedgerError`, and again on every later call once it has failed.
    func append(_ entry: LedgerEntry) throws(LedgerError) {
        let failure: LedgerError? = state.withLock { state in
            state.entries?.append(entry)
            guard state.failure == nil, state.file >= 0 else { return state.failure }
            state.failure = Ledger.write(entry.json.bytes + [UInt8(ascii: "\n")], to: state.file)
            return state.failure
        }
        written.advance()
        if let failure { throw failure }
    }

    /// What is kept in memory, in the order of answers.
    var entries: [LedgerEntry] { state.withLock { $0.entries ?? [] } }

    var failure: LedgerError? { state.withLock { $0.failure } }

    /// Brings the file to the disk and closes it. Throws the first failure of the ledger's life; does nothing the second time.
    func close() throws(LedgerError) {
        written.end()
        let failure: LedgerError? = state.withLock { state in
            guard state.file >= 0 else { return state.failure }
            // A pipe or a terminal cannot be synchronised and says EINVAL: nothing is lost.
            if fsync(state.file) != 0, errno != EINVAL { state.failure = state.failure ?? LedgerError(operation: "flush", errno: errno) }
            if Glibc.close(state.file) != 0 { state.failure = state.failure ?? LedgerError(operation: "close", errno: errno) }
            state.file = -1
            return state.failure
        }
        if let failure { throw failure }
    }

    private static func write(_ line: [UInt8], to file: Int32) -> LedgerError? {
        var rest = line[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written >= 0 else { return LedgerError(operation: "write", errno: errno) }
            rest = rest.dropFirst(written)
        }
        return nil
    }
}

/// The ledger's file failed.
package struct LedgerError: Error, Equatable, CustomStringConvertible {
    package var operation: String
    package var errno: Int32

    package var description: String { "The ledger cannot be used: \(operation): \(String(cString: strerror(errno)))." }
}
