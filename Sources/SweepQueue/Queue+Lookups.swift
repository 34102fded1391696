import SQLite
package import SweepModel

extension Queue: LookupMemory {
    package func recentAnswers(
        of fingerprints: [String], since start: Timestamp, at now: Timestamp
    ) throws(QueueError) -> [LaneID: [Timestamp]] {
        try transaction { () throws(SQLiteError) in
            try forgetOldLookups(at: now)
            // A question may come before any job begins: what a dead owner left on the wire takes its places too.
            if run == nil { try recover(at: now) }
            let credentials = try fingerprints.map { fingerprint throws(SQLiteError) in try credential(fingerprint) }
            return try recentRequests(credentials, since: start, now: now)
        }
    }

    package func remember(_ news: LookupNews) throws(QueueError) -> [LookupTicket] {
        try transaction { () throws(SQLiteError) in
            let update = try database.prepare("UPDATE lookup SET answered_at = ?2 WHERE id = ?1")
            for entry in news.answered {
                try update.bind(entry.ticket.value, at: 1)
                try update.bind(entry.at.milliseconds, at: 2)
                try update.run()
            }
            let insert = try database.prepare("INSERT INTO lookup (credential, answered_at, epoch) VALUES (?, ?, \(epoch))")
            var tickets: [LookupTicket] = []
            for entry in news.sent {
                try insert.bind(try credential(entry.fingerprint), at: 1)
                try insert.bind(entry.givenUpAt.milliseconds, at: 2)
                try insert.run()
                tickets.append(LookupTicket(database.lastInsertedRow))
            }
            return tickets
        }
    }

    /// When the requests of each credential, attempts and lookups, were answered since `start`, oldest first.
    func recentRequests(
        _ credentials: [Int64], since start: Timestamp, now: Timestamp
    ) throws(SQLiteError) -> [LaneID: [Timestamp]] {
        let attempts = try recentAttempts(credentials, since: start, now: now)
        let lookups = try recentLookups(credentials, since: start, now: now)
        return attempts.merging(lookups) { ($0 + $1).sorted() }
    }

    private func recentLookups(
        _ credentials: [Int64], since start: Timestamp, now: Timestamp
    ) throws(SQLiteError) -> [LaneID: [Timestamp]] {
        let select = try database.prepare("SELECT answered_at, epoch FROM lookup WHERE credential = ?")
        var answers: [LaneID: [Timestamp]] = [:]
        for (index, credential) in credentials.enumerated() {
            try select.bind(credential, at: 1)
            while try select.step() {
                let answered = calendars.moved(Timestamp(milliseconds: select.integer(0)), ofOwner: select.integer(1), now: now)
                if answered >= start { answers[LaneID(index), default: []].append(answered) }
            }
        }
        return answers
    }

    /// No budget's window is longer than a day.
    private func forgetOldLookups(at now: Timestamp) throws(SQLiteError) {
        let delete = try database.prepare("DELETE FROM lookup WHERE answered_at < ?")
        try delete.bind((now - calendars.greatestLag - .seconds(86_400)).milliseconds, at: 1)
        try delete.run()
    }
}
