import SQLite
package import SweepModel

extension Queue {
    /// Makes a sealed plan of the tokens that a job disabled and nobody enabled again through this queue: of those, and of no
    /// others. A token that may have been disabled, by a try whose answer was lost, is among them: it is looked at before it is
    /// touched. Tokens that are gone are not.
    ///
    /// - Parameter draft: its manifests must be those of the job, in the same order.
    /// - Returns: nil, and leaves nothing behind, where there is no such token.
    package func planUndo(of job: JobID, _ draft: JobDraft) throws(QueueError) -> Plan? {
        _ = try startPlan(draft)
        guard let plan else { throw QueueError(.other, path: path, detail: "no plan is being read") }
        do throws(SQLiteError) {
            let items = try disabledItems(of: job)
            let mark = try database.prepare("UPDATE item SET undoes = ?2 WHERE id = ?1")
            for (item, ordinal, request) in items {
                try plan.insert(.request(request), manifest: ordinal, in: database)
                try mark.bind(database.lastInsertedRow, at: 1)
                try mark.bind(item, at: 2)
                try mark.run()
            }
            guard !items.isEmpty else {
                abandonPlan()
                return nil
            }
        } catch {
            abandonPlan()
            throw QueueError(error, path: path)
        }
        return try sealPlan()
    }

    static let selectDisabled = """
        SELECT item.id, manifest.ordinal, manifest.name, item.line, item.token, scope.kind, scope.scope_id, item.client_id,
            item.name, item.note
        FROM job CROSS JOIN item ON item.id BETWEEN job.first_item AND job.last_item
            JOIN scope ON scope.id = item.scope JOIN manifest ON manifest.id = item.manifest
        WHERE job.id = ? AND \(isDisabled) ORDER BY item.id
        """

    /// Disabled by the item's job, or perhaps, and neither enabled again since nor gone.
    static let isDisabled = """
        item.change IN ('disabled', 'maybe_disabled') AND item.state NOT IN ('deleted', 'already_absent', 'presumed_deleted')
        """

    private func disabledItems(of job: JobID) throws(SQLiteError) -> [(item: Int64, ordinal: Int, DeletionRequest)] {
        let select = try database.prepare(Self.selectDisabled)
        try select.bind(job.value, at: 1)
        var items: [(Int64, Int, DeletionRequest)] = []
        while try select.step() {
            guard let token = select.blob(4).flatMap({ TokenID(bytes: $0) }),
                let scope = JobReading.scope(kind: select.text(5), id: select.text(6))
            else { throw SQLiteError(.corrupt, "item \(select.integer(0)) names no token") }
            let request = DeletionRequest(
                position: RowPosition(manifest: select.text(2) ?? "", line: Int(select.integer(3))), scope: scope, tokenID: token,
                clientID: select.text(7), name: select.text(8), note: select.text(9))
            items.append((select.integer(0), Int(select.integer(1)), request))
        }
        return items
    }
}

extension QueueReader {
    /// The unfinished job, the newest where there are several, that takes back what a job disabled.
    package borrowing func unfinishedUndo(of job: JobID) throws(QueueError) -> JobOverview? {
        let id = try read { () throws(SQLiteError) in
            let select = try database.prepare(Self.selectUndo)
            try select.bind(job.value, at: 1)
            guard try select.step() else { return nil as JobID? }
            let id = JobID(select.integer(0))
            try select.reset()
            return id
        }
        return try id.flatMap { id throws(QueueError) in try self.job(id) }
    }

    static let selectUndo = """
        SELECT undo.id FROM job undo, job target
        WHERE target.id = ?1 AND undo.action = 'enable' AND undo.state IN ('unfinished', 'halted')
            AND EXISTS (SELECT 1 FROM item WHERE item.id BETWEEN undo.first_item AND undo.last_item
                AND item.undoes BETWEEN target.first_item AND target.last_item)
        ORDER BY undo.id DESC LIMIT 1
        """

    /// How many tokens' secrets a job rotated, or may have.
    package borrowing func rotatedCount(of job: JobID) throws(QueueError) -> Int {
        try count(of: job, "item.change IN ('rotated', 'maybe_rotated')")
    }

    /// How many tokens `planUndo` would take. Every item is looked at, unless all tokens of the job are gone or open.
    package borrowing func disabledCount(of job: JobOverview) throws(QueueError) -> Int {
        guard job.action != .enable, job.tally.final > job.tally.gone + job.tally[.invalid] else { return 0 }
        return try count(of: job.id, Queue.isDisabled)
    }

    private borrowing func count(of job: JobID, _ condition: String) throws(QueueError) -> Int {
        try read { () throws(SQLiteError) in
            let select = try database.prepare(
                """
                SELECT count(*) FROM job CROSS JOIN item ON item.id BETWEEN job.first_item AND job.last_item
                WHERE job.id = ? AND \(condition)
                """)
            try select.bind(job.value, at: 1)
            guard try select.step() else { return 0 }
            let count = Int(select.integer(0))
            try select.reset()
            return count
        }
    }
}
