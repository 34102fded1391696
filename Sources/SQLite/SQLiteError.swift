internal import CSQLite

/// An error of the SQLite library: its code and its own words.
package struct SQLiteError: Error, Sendable, Hashable {
    /// The extended result code, such as `SQLITE_IOERR_FSYNC`.
    package let extendedCode: Int32
    package let message: String
    /// The operating system's number for what failed: `errno`, which the calls that succeed while the library gives up leave alone.
    /// (`sqlite3_system_errno` says nothing of a commit.) 0 where it was nothing of the system's.
    package let systemNumber: Int32

    package init(extendedCode: Int32, message: String, systemNumber: Int32 = 0) {
        self.extendedCode = extendedCode
        self.message = message
        // With every other kind of error the number is that of some earlier failure.
        self.systemNumber = [SQLITE_IOERR, SQLITE_CANTOPEN].contains(extendedCode & 0xff) ? systemNumber : 0
    }

    /// An error of this program's own making, for a rule that SQLite does not know or a file that breaks one.
    package init(_ kind: OwnKind, _ message: String) {
        self.init(extendedCode: kind.code, message: message)
    }

    /// The kinds of error that this program reports in SQLite's name.
    package enum OwnKind: Sendable, Hashable {
        case constraint, corrupt, other

        fileprivate var code: Int32 {
            switch self {
            case .constraint: SQLITE_CONSTRAINT
            case .corrupt: SQLITE_CORRUPT
            case .other: SQLITE_ERROR
            }
        }
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
