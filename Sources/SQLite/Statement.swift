internal import CSQLite
import Glibc

/// One prepared statement. Parameters count from 1, columns from 0.
package struct Statement: ~Copyable {
    private let handle: OpaquePointer
    /// A slot for each parameter, in which a short text or blob lies while it is bound: SQLite's own copy would take an
    /// allocation for every value.
    private let slots: UnsafeMutableRawPointer
    private static let slotSize = 40

    init(owning handle: OpaquePointer) {
        self.handle = handle
        slots = .allocate(byteCount: max(1, Int(sqlite3_bind_parameter_count(handle)) * Self.slotSize), alignment: 1)
    }

    deinit {
        // Repeats the last step's error, which was thrown already.
        _ = sqlite3_finalize(handle)
        slots.deallocate()
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
        try check(
            value.withUTF8 { text in
                guard let slot = keep(UnsafeRawBufferPointer(text), at: index) else {
                    return tokensweep_bind_text(handle, index, text.baseAddress, Int32(clamping: text.count))
                }
                return sqlite3_bind_text(handle, index, slot.assumingMemoryBound(to: CChar.self), Int32(text.count), nil)
            })
    }

    package borrowing func bind(blob: [UInt8]?, at index: Int32) throws(SQLiteError) {
        guard let blob else { return try check(sqlite3_bind_null(handle, index)) }
        try bind(blob: blob.span, at: index)
    }

    package borrowing func bind(blob: Span<UInt8>, at index: Int32) throws(SQLiteError) {
        try check(
            blob.withUnsafeBytes { bytes in
                guard let slot = keep(bytes, at: index) else {
                    return tokensweep_bind_blob(handle, index, bytes.baseAddress, Int32(clamping: bytes.count))
                }
                return sqlite3_bind_blob(handle, index, slot, Int32(bytes.count), nil)
            })
    }

    /// Copies a short value into the parameter's slot; nil for one that does not fit, or of a parameter that does not exist.
    private borrowing func keep(_ bytes: UnsafeRawBufferPointer, at index: Int32) -> UnsafeRawPointer? {
        guard bytes.count <= Self.slotSize, index > 0, index <= sqlite3_bind_parameter_count(handle) else { return nil }
        let slot = slots + (Int(index) - 1) * Self.slotSize
        if let start = bytes.baseAddress { slot.copyMemory(from: start, byteCount: bytes.count) }
        return UnsafeRawPointer(slot)
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

    /// Appends a blob's bytes, none where there is none.
    package borrowing func append(blob column: Int32, to bytes: inout [UInt8]) {
        guard let start = sqlite3_column_blob(handle, column) else { return }
        bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
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
