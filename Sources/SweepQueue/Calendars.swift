import SQLite
import SweepModel

/// By how much the calendar was set forward since earlier owners wrote their times down. What a clock that was set forward would
/// make look long past counts as recent all the same.
///
/// Only the same boot tells. A calendar that was set back is no concern of it: times after now count as now.
struct Calendars {
    private struct Entry {
        let epoch: Int64
        /// The last attempt of the file before it.
        let attempt: Int64
        /// Not negative.
        let lag: Milliseconds
    }

    /// By epoch, and so by attempt.
    private let entries: [Entry]

    /// Nothing is known.
    init() { entries = [] }

    /// Writes the new owner's calendar down beside those that it can be compared with, and drops the others.
    init(_ reading: BootReading?, epoch: Int64, in database: borrowing Database) throws(SQLiteError) {
        guard let reading else {
            try database.execute("DELETE FROM calendar")
            entries = []
            return
        }
        try Self.forget(before: reading, in: database)
        try Self.insert(reading, epoch, in: database)
        entries = try Self.entries(reading.startedAt, in: database)
    }

    /// The furthest that any time may have to be moved.
    var greatestLag: Milliseconds { entries.map(\.lag).max() ?? Milliseconds(0) }

    /// An attempt's time as today's calendar has it.
    func moved(_ time: Timestamp, ofAttempt attempt: Int64, now: Timestamp) -> Timestamp {
        moved(time, by: entries.last { $0.attempt < attempt }?.lag, now: now)
    }

    /// The same for a time that an owner wrote down.
    func moved(_ time: Timestamp, ofOwner epoch: Int64, now: Timestamp) -> Timestamp {
        moved(time, by: entries.last { $0.epoch <= epoch }?.lag, now: now)
    }

    /// Never beyond now, and without an overflow whatever a damaged file says.
    private func moved(_ time: Timestamp, by lag: Milliseconds?, now: Timestamp) -> Timestamp {
        guard let lag, lag.count > 0 else { return time }
        return time >= now - lag ? max(time, now) : time + lag
    }

    // MARK: - The table

    /// Owners of another boot, and those before the last one of more than a day ago: no budget's window is longer.
    private static func forget(before reading: BootReading, in database: borrowing Database) throws(SQLiteError) {
        let delete = try database.prepare(
            """
            DELETE FROM calendar WHERE boot <> ?1
                OR epoch < (SELECT max(epoch) FROM calendar WHERE taken_at - booted_at < ?2)
            """)
        try delete.bind(reading.boot, at: 1)
        try delete.bind((reading.uptime - .seconds(86_400)).count, at: 2)
        try delete.run()
    }

    private static func insert(_ reading: BootReading, _ epoch: Int64, in database: borrowing Database) throws(SQLiteError) {
        let insert = try database.prepare(
            """
            INSERT INTO calendar (epoch, attempt, boot, booted_at, taken_at)
            VALUES (?1, (SELECT coalesce(max(id), 0) FROM attempt), ?2, ?3, ?4)
            """)
        try insert.bind(epoch, at: 1)
        try insert.bind(reading.boot, at: 2)
        try insert.bind(reading.startedAt.milliseconds, at: 3)
        try insert.bind(reading.now.milliseconds, at: 4)
        try insert.run()
    }

    private static func entries(_ startedAt: Timestamp, in database: borrowing Database) throws(SQLiteError) -> [Entry] {
        let select = try database.prepare("SELECT epoch, attempt, booted_at FROM calendar ORDER BY epoch")
        var entries: [Entry] = []
        while try select.step() {
            let (lag, isTooFar) = startedAt.milliseconds.subtractingReportingOverflow(select.integer(2))
            entries.append(
                Entry(epoch: select.integer(0), attempt: select.integer(1), lag: Milliseconds(isTooFar ? 0 : max(0, lag))))
        }
        return entries
    }
}
