import Glibc
import SQLite
import SweepModel

/// Opens queue files: makes what is missing, checks what is there.
enum QueueFile {
    /// How long a statement waits for a lock that another connection holds.
    static let busyTimeout: Int32 = 5000

    /// Pages of the log after which a commit of the owner folds it into the file. What is folded at once is written once, however
    /// often it changed; what is in the log has to be read after a crash: these 16 MiB take some hundredths of a second.
    static let pagesBetweenFoldings = 4000

    /// Makes the directory with mode 0700 and the file with 0600 where they are missing.
    ///
    /// - Returns: the file's path without symbolic links: two names of one file must not lead to two owners.
    static func make(_ path: String) throws(QueueError) -> String {
        try makeDirectory(of: path)
        try makeFile(path)
        try expectRegularFile(path)
        return resolved(path)
    }

    /// The path without symbolic links, or the path itself where there is no such file.
    static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// The owner's connection to a file that is there: an empty one gets the tables.
    static func openForOwner(_ path: String, vfs: String?) throws(QueueError) -> Database {
        try open(path, vfs) { database throws(QueueError) in
            let isNew = try mapped(path) { () throws(SQLiteError) in try isEmpty(database) }
            // Nothing of a file is touched before it is known to be a queue.
            if !isNew { try check(database, path) }
            restrictMode(of: path)
            try mapped(path) { () throws(SQLiteError) in
                try useLog(database)
                if isNew { try createTables(in: database) }
            }
        }
    }

    /// A connection that only reads. It never folds the write-ahead log into the file: that is the owner's alone.
    static func openForReading(_ path: String, vfs: String? = nil) throws(QueueError) -> Database {
        try openBesideOwner(path, vfs, "PRAGMA query_only = 1; PRAGMA cache_size = -4096")
    }

    /// A connection that leaves a word for the owner, and folds no log either.
    static func openForWishes(_ path: String) throws(QueueError) -> Database {
        try openBesideOwner(path, nil, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")
    }

    private static func openBesideOwner(_ path: String, _ vfs: String?, _ settings: String) throws(QueueError) -> Database {
        guard access(path, F_OK) == 0 else {
            throw QueueError(.cannotOpen, path: path, detail: "there is no such file")
        }
        try expectRegularFile(path)
        let file = resolved(path)
        return try open(file, vfs) { database throws(QueueError) in
            do throws(SQLiteError) {
                try database.disableCheckpointOnClose()
                try database.execute("PRAGMA wal_autocheckpoint = 0; \(settings)")
                // The first look at the file, for which SQLite makes another beside it where no owner has.
                _ = try database.integer("PRAGMA user_version")
            } catch {
                throw error.kind == .cannotOpen && !canMakeFile(beside: file) ? unreadableInPlace(path) : QueueError(error, path: path)
            }
            // What a program leaves that ends between making the file and making its tables.
            guard try mapped(path, { () throws(SQLiteError) in try !isEmpty(database) }) else {
                throw QueueError(.cannotOpen, path: path, detail: "it is empty: no job was ever planned in it")
            }
            try check(database, path)
        }
    }

    private static func canMakeFile(beside path: String) -> Bool { access(parent(of: path), W_OK) == 0 }

    private static func unreadableInPlace(_ path: String) -> QueueError {
        QueueError(
            .readOnly, path: path,
            detail: "reading it takes a file beside it; copy it, and its -wal if there is one, to where that can be made")
    }

    /// A private temporary queue for plans that are only looked at. It vanishes with its connection.
    static func openScratch() throws(QueueError) -> Database {
        try mapped("(temporary)") { () throws(SQLiteError) in
            let database = try Database(path: "", mode: [.readWrite, .create])
            try createTables(in: database)
            try database.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON")
            return database
        }
    }

    private static func open(
        _ path: String, _ vfs: String?, _ prepare: (borrowing Database) throws(QueueError) -> Void
    ) throws(QueueError) -> Database {
        let database = try mapped(path) { () throws(SQLiteError) in
            let database = try Database(path: path, mode: .readWrite, vfs: vfs)
            try database.setBusyTimeout(milliseconds: busyTimeout)
            return database
        }
        try prepare(database)
        return database
    }

    private static func useLog(_ database: borrowing Database) throws(SQLiteError) {
        guard try database.text("PRAGMA journal_mode = WAL") == "wal" else {
            throw SQLiteError(.other, "the file system does not support write-ahead logging")
        }
        try database.execute(
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = \(pagesBetweenFoldings)")
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

    // MARK: - Checks

    private static func isEmpty(_ database: borrowing Database) throws(SQLiteError) -> Bool {
        let tables = try database.integer("SELECT count(*) FROM sqlite_schema")
        let application = try database.integer("PRAGMA application_id")
        return tables == 0 && application == 0
    }

    /// Whether the file is a queue that this program understands.
    private static func check(_ database: borrowing Database, _ path: String) throws(QueueError) {
        let (application, version) = try mapped(path) { () throws(SQLiteError) in
            (try database.integer("PRAGMA application_id"), try database.integer("PRAGMA user_version"))
        }
        guard application == Schema.applicationID else {
            throw QueueError(.notAQueue, path: path, detail: "it is a database of another program")
        }
        guard version <= Schema.version else {
            throw QueueError(.newerSchema, path: path, detail: "schema \(version), this program knows \(Schema.version)")
        }
        guard version >= Schema.oldestVersion else {
            throw QueueError(.notAQueue, path: path, detail: "schema \(version) is unknown")
        }
    }

    private static func expectRegularFile(_ path: String) throws(QueueError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw error(errno, path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw QueueError(.cannotOpen, path: path, detail: "it is not a regular file")
        }
    }

    // MARK: - Making

    private static func makeDirectory(of path: String) throws(QueueError) {
        for slash in path.indices where path[slash] == "/" && slash != path.startIndex {
            let directory = String(path[..<slash])
            guard mkdir(directory, 0o700) != 0 else {
                try synchroniseDirectory(of: directory)
                continue
            }
            let code = errno
            if code == EEXIST { continue }
            // A parent that cannot be written is fine as long as it is there.
            if access(directory, F_OK) == 0 { continue }
            throw error(code, path, about: directory)
        }
    }

    /// Creates the file before SQLite does, so that it is never readable by others, not even for a moment.
    private static func makeFile(_ path: String) throws(QueueError) {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            Glibc.close(descriptor)
            try synchroniseDirectory(of: path)
        } else if errno != EEXIST {
            throw error(errno, path)
        }
    }

    /// Makes a new entry durable: without it a queue whose every page is on disk could be gone with its name.
    private static func synchroniseDirectory(of entry: String) throws(QueueError) {
        let parent = parent(of: entry)
        let descriptor = Glibc.open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // One that may be written but not read cannot be synchronised by anybody.
        guard descriptor >= 0 else {
            if errno == EACCES { return }
            throw error(errno, entry, about: parent)
        }
        defer { Glibc.close(descriptor) }
        while fsync(descriptor) != 0 {
            // EINVAL: a file system that cannot do it; there is nothing more to be had from it.
            if errno == EINVAL { return }
            if errno != EINTR { throw error(errno, entry, about: parent) }
        }
    }

    private static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }

    /// A queue made by other hands may be open to all; failing to change that is no reason not to work.
    private static func restrictMode(of path: String) { _ = chmod(path, 0o600) }

    // MARK: - Errors

    /// What an error number of the operating system means for a queue file.
    static func error(_ number: Int32, _ path: String, about subject: String? = nil) -> QueueError {
        let isForbidden = number == EACCES || number == EPERM
        let code = isForbidden ? .readOnly : QueueError.cause(number) ?? .cannotOpen
        let words = QueueError.words(number)
        return QueueError(code, path: path, detail: subject.map { "\($0): \(words)" } ?? words)
    }

    private static func mapped<Result: ~Copyable>(
        _ path: String, _ body: () throws(SQLiteError) -> Result
    ) throws(QueueError) -> Result {
        do {
            return try body()
        } catch {
            throw QueueError(error, path: path)
        }
    }
}
