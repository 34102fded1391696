internal import CSQLite
import Glibc

/// One prepared statement. Parameters count from 1, columns from 0.
package struct Statement: ~Copyable {
    private let handle: OpaquePointer

    init(owning handle: OpaquePointer) { self.handle = handle }

    deinit {
        // Repeats the last step's error, which was thrown already.
        _ = sqlite3_finalize(handle)
    }

    // MARK: - Parameters

    package borrowing func bind(_ value: Int64?, at index: Int32) throws(SQLiteError) {
        if let value {
            try check(sqlite3_bind_int64(handle, index, value))
        } else {
            try check(sqlite3_bind_null(handle, index))
        }
    }

    package borrowing func bind(_ value: Int?, at index: Int32) throws(SQLiteError) {
        try bind(value.map(Int64.init), at: index)
    }

    package borrowing func bind(_ value: String?, at index: Int32) throws(SQLiteError) {
        guard var value else { return try check(sqlite3_bind_null(handle, index)) }
        try check(value.withUTF8 { tokensweep_bind_text(handle, index, $0.baseAddress, Int32(clamping: $0.count)) })
    }

    package borrowing func bind(blob: [UInt8]?, at index: Int32) throws(SQLiteError) {
        guard let blob else { return try check(sqlite3_bind_null(handle, index)) }
        try check(blob.withUnsafeBytes { tokensweep_bind_blob(handle, index, $0.baseAddress, Int32(clamping: $0.count)) })
    }

    // MARK: - Running

    /// Goes to the next row; false at the end, where the statement is ready to run again.
    package borrowing func step() throws(SQLiteError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            try check(sqlite3_reset(handle))
            return false
        case let code:
            let error = error(code)
            // Repeats the step's error, which is thrown below.
            _ = sqlite3_reset(handle)
            throw error
        }
    }

    /// Runs a statement that returns no rows.
    package borrowing func run() throws(SQLiteError) {
        while try step() {}
    }

    /// Makes the statement ready to run again before its last row was read.
    package borrowing func reset() throws(SQLiteError) {
        try check(sqlite3_reset(handle))
    }

    // MARK: - Columns of the current row

    package borrowing func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }
    package borrowing func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    package borrowing func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    package borrowing func text(_ column: Int32) -> String? {
        guard let bytes = sqlite3_column_text(handle, column) else { return nil }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    package borrowing func blob(_ column: Int32) -> [UInt8]? {
        // SQLite gives no address for an empty blob either.
        guard let bytes = sqlite3_column_blob(handle, column) else { return isNull(column) ? nil : [] }
        return Array(UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(handle, column))))
    }

    private borrowing func check(_ code: Int32) throws(SQLiteError) {
        guard code == SQLITE_OK else { throw error(code) }
    }

    private borrowing func error(_ code: Int32) -> SQLiteError {
        let number = errno
        let message = sqlite3_db_handle(handle).map { String(cString: sqlite3_errmsg($0)) } ?? "unknown error"
        return SQLiteError(extendedCode: code, message: message, systemNumber: number)
    }
}
