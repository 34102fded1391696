import Glibc
import SQLite
import SweepModel

/// Opens queue files: makes what is missing, checks what is there.
enum QueueFile {
    /// The owner's connection: creates the file with mode 0600, its directory with 0700, and the tables.
    static func openForOwner(_ path: String) throws(QueueError) -> Database {
        try makeDirectory(of: path)
        try makeFile(path)
        return try open(path) { () throws(SQLiteError) -> Database in
            let database = try Database(path: path, mode: .readWrite)
            try database.setBusyTimeout(milliseconds: 5000)
            try prepare(database, isNew: try isEmpty(database))
            return database
        }
    }

    /// A connection that only reads. It never folds the write-ahead log into the file: that is the owner's alone.
    static func openForReading(_ path: String) throws(QueueError) -> Database {
        guard access(path, F_OK) == 0 else {
            throw QueueError(.cannotOpen, path: path, detail: "there is no such file")
        }
        return try open(path) { () throws(SQLiteError) -> Database in
            let database = try Database(path: path, mode: .readWrite)
            try database.setBusyTimeout(milliseconds: 5000)
            try database.disableCheckpointOnClose()
            try database.execute("PRAGMA wal_autocheckpoint = 0; PRAGMA query_only = 1; PRAGMA cache_size = -4096")
            return database
        }
    }

    /// A private temporary queue for plans that are only looked at. It vanishes with its connection.
    static func openScratch() throws(QueueError) -> Database {
        do throws(SQLiteError) {
            let database = try Database(path: "", mode: [.readWrite, .create])
            try createTables(in: database)
            try database.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON")
            return database
        } catch {
            throw QueueError(error, path: "(temporary)")
        }
    }

    private static func prepare(_ database: borrowing Database, isNew: Bool) throws(SQLiteError) {
        guard try database.text("PRAGMA journal_mode = WAL") == "wal" else {
            throw SQLiteError(extendedCode: 1, message: "the file system does not support write-ahead logging")
        }
        try database.execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")
        if isNew { try createTables(in: database) }
    }

    private static func createTables(in database: borrowing Database) throws(SQLiteError) {
        try database.execute(
            """
            BEGIN IMMEDIATE;
            \(Schema.statements)
            PRAGMA application_id = \(Schema.applicationID);
            PRAGMA user_version = \(Schema.version);
            COMMIT;
            """)
    }

    private static func isEmpty(_ database: borrowing Database) throws(SQLiteError) -> Bool {
        let tables = try database.integer("SELECT count(*) FROM sqlite_schema")
        let application = try database.integer("PRAGMA application_id")
        return tables == 0 && application == 0
    }

    /// Opens, then checks that the file is a queue this program understands.
    private static func open(
        _ path: String, _ connect: () throws(SQLiteError) -> Database
    ) throws(QueueError) -> Database {
        do {
            let database = try connect()
            try check(database, path)
            return database
        } catch let error as SQLiteError {
            throw QueueError(error, path: path)
        } catch let error as QueueError {
            throw error
        } catch {
            throw QueueError(.other, path: path, detail: "\(error)")
        }
    }

    private static func check(_ database: borrowing Database, _ path: String) throws {
        let application = try database.integer("PRAGMA application_id")
        let version = try database.integer("PRAGMA user_version")
        guard application == Schema.applicationID else {
            throw QueueError(.notAQueue, path: path, detail: "it is a database of another program")
        }
        guard version <= Schema.version else {
            throw QueueError(.newerSchema, path: path, detail: "schema \(version), this program knows \(Schema.version)")
        }
        guard version == Schema.version else {
            throw QueueError(.notAQueue, path: path, detail: "schema \(version) is unknown")
        }
    }

    static func makeDirectory(of path: String) throws(QueueError) {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
        var end = path.index(after: path.startIndex)
        while end <= slash, let next = path[end...slash].firstIndex(of: "/") {
            let directory = String(path[..<next])
            end = path.index(after: next)
            guard mkdir(directory, 0o700) != 0, errno != EEXIST else { continue }
            let code = errno
            // A parent that cannot be written is fine as long as it is there.
            if access(directory, F_OK) == 0 { continue }
            let kind: QueueError.Code = code == EACCES || code == EROFS ? .readOnly : code == ENOSPC ? .full : .cannotOpen
            throw QueueError(kind, path: path, detail: "\(directory): \(strerror(code).map { String(cString: $0) } ?? "")")
        }
    }

    /// Creates the file before SQLite does, so that it is never readable by others, not even for a moment.
    private static func makeFile(_ path: String) throws(QueueError) {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            Glibc.close(descriptor)
            return
        }
        let code = errno
        guard code == EEXIST else {
            let kind: QueueError.Code =
                switch code {
                case EACCES, EPERM, EROFS: .readOnly
                case ENOSPC, EDQUOT: .full
                default: .cannotOpen
                }
            throw QueueError(kind, path: path, detail: strerror(code).map { String(cString: $0) } ?? "error \(code)")
        }
        // A file made by other hands may be open to all; failing to change that is no reason not to work.
        _ = chmod(path, 0o600)
    }
}
