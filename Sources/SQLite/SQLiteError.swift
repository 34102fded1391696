internal import CSQLite

/// An error of the SQLite library: its code and its own words.
package struct SQLiteError: Error, Sendable, Hashable {
    /// The extended result code, such as `SQLITE_IOERR_FSYNC`.
    package let extendedCode: Int32
    package let message: String

    package init(extendedCode: Int32, message: String) {
        self.extendedCode = extendedCode
        self.message = message
    }

    /// The primary result codes that callers tell apart.
    package enum Kind: Sendable, Hashable {
        case full, readOnly, cannotOpen, notADatabase, corrupt, busy, inputOutput, constraint, permission, tooBig, other
    }

    package var kind: Kind {
        switch extendedCode & 0xff {
        case SQLITE_FULL: .full
        case SQLITE_READONLY: .readOnly
        case SQLITE_CANTOPEN: .cannotOpen
        case SQLITE_NOTADB: .notADatabase
        case SQLITE_CORRUPT: .corrupt
        case SQLITE_BUSY, SQLITE_LOCKED: .busy
        case SQLITE_IOERR: .inputOutput
        case SQLITE_CONSTRAINT: .constraint
        case SQLITE_PERM, SQLITE_AUTH: .permission
        case SQLITE_TOOBIG: .tooBig
        default: .other
        }
    }
}
