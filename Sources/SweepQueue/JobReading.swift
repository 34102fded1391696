import SQLite
import SweepModel

/// Queries on jobs that the owner and the readers share.
enum JobReading {
    static func scope(kind: String?, id: String?) -> Scope? {
        guard let kind = kind.flatMap(Scope.Kind.init(rawValue:)), let id = id.flatMap({ ScopeID($0) }) else { return nil }
        return Scope(kind, id)
    }

    /// The names of a job's manifests, by row; rows ascend in the order given.
    static func manifests(of job: JobID, in database: borrowing Database) throws(SQLiteError) -> [Int64: String] {
        let select = try database.prepare("SELECT id, name FROM manifest WHERE job = ?")
        try select.bind(job.value, at: 1)
        var names: [Int64: String] = [:]
        while try select.step() { names[select.integer(0)] = select.text(1) }
        return names
    }

    /// A job's accounts and zones, by row; that of the rows that name none is not among them.
    static func scopes(of job: JobID, in database: borrowing Database) throws(SQLiteError) -> [Int64: Scope] {
        let select = try database.prepare("SELECT id, kind, scope_id FROM scope WHERE job = ?")
        try select.bind(job.value, at: 1)
        var scopes: [Int64: Scope] = [:]
        while try select.step() { scopes[select.integer(0)] = scope(kind: select.text(1), id: select.text(2)) }
        return scopes
    }

    static func tally(of job: JobID, in database: borrowing Database) throws(SQLiteError) -> Tally {
        try scopeTallies(of: job, in: database).reduce(Tally()) { $0 + $1.tally }
    }

    /// Items by scope, ordered by scope; those of no scope, which are all unusable, come first with nil.
    static func scopeTallies(
        of job: JobID, in database: borrowing Database
    ) throws(SQLiteError) -> [(scope: Scope?, tally: Tally)] {
        let select = try database.prepare(
            """
            SELECT scope.kind, scope.scope_id, tally.state, tally.count
            FROM scope JOIN tally ON tally.scope = scope.id WHERE scope.job = ?
            """)
        try select.bind(job.value, at: 1)
        var tallies: [Scope?: Tally] = [:]
        while try select.step() {
            guard let state = select.text(2).flatMap(ItemState.init(rawValue:)) else { continue }
            tallies[scope(kind: select.text(0), id: select.text(1)), default: Tally()][state] += Int(select.integer(3))
        }
        return tallies.map { ($0.key, $0.value) }.sorted { left, right in
            guard let first = left.0, let second = right.0 else { return left.0 == nil && right.0 != nil }
            return first < second
        }
    }
}
