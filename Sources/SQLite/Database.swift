internal import CSQLite
import Glibc

/// One connection. It belongs to one owner, who uses it from one thread at a time.
package struct Database: ~Copyable {
    private let handle: OpaquePointer

    package struct Mode: OptionSet, Sendable {
        package let rawValue: Int32
        package init(rawValue: Int32) { self.rawValue = rawValue }

        package static let readOnly = Mode(rawValue: SQLITE_OPEN_READONLY)
        package static let readWrite = Mode(rawValue: SQLITE_OPEN_READWRITE)
        package static let create = Mode(rawValue: SQLITE_OPEN_CREATE)
    }

    /// Opens a file. The empty path is a private temporary database, deleted when it is closed.
    ///
    /// - Parameter vfs: the name of the library's file system; nil for that of the operating system.
    package init(path: String, mode: Mode, vfs: String? = nil) throws(SQLiteError) {
        handle = try Database.open(path, mode, vfs)
    }

    // Too late where the library was used before: then it only goes on as it is, which is slower. The default of 64 KiB is
    // exceeded once by a statement of many rows, and a file that was begun is written to for every later one.
    private static let isTuned =
        tokensweep_stop_counting_memory() == SQLITE_OK && tokensweep_keep_undo_in_memory(1 << 22) == SQLITE_OK

    private static func open(_ path: String, _ mode: Mode, _ vfs: String?) throws(SQLiteError) -> OpaquePointer {
        _ = isTuned
        #if CRASH_POINTS
            _ = hasCrashPoints
        #endif
        var opened: OpaquePointer?
        let flags = mode.rawValue | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &opened, flags, vfs)
        guard let opened else { throw SQLiteError(extendedCode: SQLITE_NOMEM, message: "out of memory") }
        guard code == SQLITE_OK else {
            let number = errno
            let error = SQLiteError(extendedCode: code, message: String(cString: sqlite3_errmsg(opened)), systemNumber: number)
            // Even a connection that failed to open must be closed; what matters is why it failed.
            _ = sqlite3_close_v2(opened)
            throw error
        }
        return opened
    }

    deinit {
        // Never fails: a connection with living statements goes when the last of them does.
        _ = sqlite3_close_v2(handle)
    }

    /// Runs one or more statements that return no rows.
    package borrowing func execute(_ sql: String) throws(SQLiteError) {
        try check(sqlite3_exec(handle, sql, nil, nil, nil))
    }

    package borrowing func prepare(_ sql: String) throws(SQLiteError) -> Statement {
        var statement: OpaquePointer?
        try check(sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil))
        guard let statement else {
            throw SQLiteError(extendedCode: SQLITE_MISUSE, message: "an empty statement")
        }
        return Statement(owning: statement)
    }

    /// The first column of the only row of a query.
    package borrowing func integer(_ sql: String) throws(SQLiteError) -> Int64 {
        let statement = try prepare(sql)
        guard try statement.step() else {
            throw SQLiteError(extendedCode: SQLITE_DONE, message: "no row: \(sql)")
        }
        return statement.integer(0)
    }

    /// The first column of the only row of a query; nil where it is NULL or there is no row.
    package borrowing func text(_ sql: String) throws(SQLiteError) -> String? {
        let statement = try prepare(sql)
        return try statement.step() ? statement.text(0) : nil
    }

    /// Rows that the last INSERT, UPDATE or DELETE changed.
    package var changes: Int { Int(sqlite3_changes64(handle)) }

    package var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }

    /// Whether a transaction is open.
    package var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// Whether the file is no longer what its name stands for: it was removed or moved while it was open.
    package borrowing func hasMoved() throws(SQLiteError) -> Bool {
        var hasMoved: Int32 = 0
        try check(sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved))
        return hasMoved != 0
    }

    /// How long a statement waits for another connection's lock.
    package borrowing func setBusyTimeout(milliseconds: Int32) throws(SQLiteError) {
        try check(sqlite3_busy_timeout(handle, milliseconds))
    }

    /// Leaves the write-ahead log alone when the connection closes: only a queue's owner may fold it into the file.
    package borrowing func disableCheckpointOnClose() throws(SQLiteError) {
        var isOn: Int32 = 0
        try check(tokensweep_db_config_flag(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, &isOn))
        guard isOn == 1 else {
            throw SQLiteError(extendedCode: SQLITE_MISUSE, message: "checkpoints on close cannot be switched off")
        }
    }

    private borrowing func check(_ code: Int32) throws(SQLiteError) {
        guard code == SQLITE_OK else {
            let number = errno
            throw SQLiteError(extendedCode: code, message: String(cString: sqlite3_errmsg(handle)), systemNumber: number)
        }
    }
}
