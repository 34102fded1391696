import SQLite
import SweepModel
import Testing

@testable import SweepQueue

/// What the items themselves say, counted one by one.
func recount(_ job: JobID, _ database: borrowing Database) throws -> Tally {
    var tally = Tally()
    let select = try database.prepare(
        "SELECT item.state, count(*) FROM item JOIN scope ON scope.id = item.scope WHERE scope.job = ? GROUP BY item.state")
    try select.bind(job.value, at: 1)
    while try select.step() {
        let state = try #require(select.text(0).flatMap(ItemState.init(rawValue:)))
        tally[state] = Int(select.integer(1))
    }
    return tally
}

/// The tallies and the number of attempts of every item are what the rows say.
func expectSoundness(_ folder: QueueFolder, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let database = try folder.connection()
    let wrongTallies = try database.integer(
        """
        SELECT count(*) FROM (
            SELECT scope, state, count FROM tally WHERE count > 0
            EXCEPT SELECT scope, state, count(*) FROM item GROUP BY scope, state)
        """)
    let missingTallies = try database.integer(
        """
        SELECT count(*) FROM (
            SELECT scope, state, count(*) FROM item GROUP BY scope, state
            EXCEPT SELECT scope, state, count FROM tally)
        """)
    // Every attempt that ended is kept; only the one in flight is still to come.
    let wrongAttempts = try database.integer(
        """
        SELECT count(*) FROM item WHERE attempts - (state = 'in_flight') <> (SELECT count(*) FROM attempt WHERE item = item.id)
        """)
    let forgotten = try database.integer(
        """
        SELECT count(*) FROM item JOIN scope ON scope.id = item.scope
        WHERE item.state = 'pending' AND item.attempts = 0 AND item.id <= scope.cursor
        """)
    #expect(wrongTallies == 0, "tallies that no items back", sourceLocation: sourceLocation)
    #expect(missingTallies == 0, "items that no tally counts", sourceLocation: sourceLocation)
    #expect(wrongAttempts == 0, "items whose attempts are not all there", sourceLocation: sourceLocation)
    #expect(forgotten == 0, "items behind their scope's cursor, which nobody will claim", sourceLocation: sourceLocation)
    #expect(try database.text("PRAGMA integrity_check") == "ok", sourceLocation: sourceLocation)
    #expect(try database.text("PRAGMA foreign_key_check") == nil, sourceLocation: sourceLocation)
}
