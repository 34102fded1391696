import CFaultyDisk
import Synchronization

/// A disk that fails when it is told to, and whose power can be cut: a file system of SQLite's over the real one.
package final class FaultyDisk: Sendable {
    /// What is counted, and can fail.
    package struct Operations: OptionSet, Sendable {
        package let rawValue: Int32
        package init(rawValue: Int32) { self.rawValue = rawValue }

        package static let write = Operations(rawValue: Int32(FAULTY_WRITE))
        package static let sync = Operations(rawValue: Int32(FAULTY_SYNC))
        package static let truncate = Operations(rawValue: Int32(FAULTY_TRUNCATE))
        package static let delete = Operations(rawValue: Int32(FAULTY_DELETE))
        package static let open = Operations(rawValue: Int32(FAULTY_OPEN))
        package static let read = Operations(rawValue: Int32(FAULTY_READ))
        /// Making the shared index of a log larger.
        package static let share = Operations(rawValue: Int32(FAULTY_SHARE))
        package static let changes: Operations = [.write, .sync, .truncate, .delete, .open, .share]
    }

    /// What a write that fails is told; other operations have only one way to fail.
    package enum Trouble: Int32, Sendable, CaseIterable {
        case full = 13
        /// `SQLITE_IOERR_WRITE`.
        case inputOutput = 778
    }

    /// What SQLite knows it by.
    package let name: String
    // The structure behind it has a lock of its own.
    private nonisolated(unsafe) let disk: OpaquePointer

    private static let count = Atomic(0)

    /// - Parameter isLying: says of everything that it is synced, and syncs nothing.
    package init(isLying: Bool = false) {
        let number = FaultyDisk.count.wrappingAdd(1, ordering: .relaxed).newValue
        name = "faulty-\(number)"
        guard let disk = faulty_disk_make(name) else { preconditionFailure("out of memory") }
        self.disk = disk
        if isLying { faulty_disk_lie(disk) }
    }

    deinit { faulty_disk_free(disk) }

    /// Counts operations of these kinds from 1 on, and lets `count` of them fail from the number `first` on.
    package func fail(_ kinds: Operations, from first: Int, count: Int = .max, as trouble: Trouble = .inputOutput) {
        faulty_disk_fail(disk, kinds.rawValue, Int64(first), Int64(count), trouble.rawValue)
    }

    /// Works from now on.
    package func mend() { faulty_disk_fail(disk, 0, 1, 0, 0) }

    package var operations: Int { Int(faulty_disk_operations(disk)) }
    package var failures: Int { Int(faulty_disk_failures(disk)) }
    /// Bytes of logs that a power cut could lose.
    package var unsyncedBytes: Int { Int(faulty_disk_unsynced(disk)) }

    /// Returns when no file is open on it any more.
    package func waitUntilClosed() { faulty_disk_wait_until_closed(disk) }

    /// Writes to `target` what a power cut would leave of the file at `path`; nothing where it would leave no file.
    ///
    /// - Parameter seed: draws how much of what was not synced gets there all the same.
    package func cutPower(_ path: String, to target: String, seed: UInt64) throws {
        if faulty_disk_cut_power(disk, path, target, seed) < 0 { throw SystemFailure("write what a power cut leaves") }
    }
}
