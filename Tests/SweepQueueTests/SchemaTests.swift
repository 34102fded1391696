import SQLite
import SweepModel
import Testing

@testable import SweepQueue

/// The database itself refuses what must never be, whoever writes it.
@Suite struct SchemaTests {
    @Test(arguments: [
        "UPDATE item SET state = 'gone'",
        "UPDATE item SET state = NULL",
        "UPDATE item SET state = 'in_flight'",
        "UPDATE item SET claimed_at = 1",
        "UPDATE item SET state = 'deleted'",
        "UPDATE item SET finished_at = 1",
        "UPDATE item SET state = 'deleted', finished_at = 1, not_before = 1",
        "UPDATE item SET state = 'in_flight', claimed_at = 1, not_before = 1",
        "UPDATE item SET attempts = -1",
        "UPDATE item SET tries = 1",
        "UPDATE item SET attempts = 2, tries = 3",
        "UPDATE item SET tries = -1",
        "UPDATE item SET fate_unknown = 2",
        "UPDATE item SET state = 'already_absent', finished_at = 1, fate_unknown = 1",
        "UPDATE item SET token = NULL",
        "UPDATE item SET token = x'00'",
        "UPDATE item SET token = zeroblob(17)",
        "UPDATE item SET token = '0123456789abcdef'",
        "UPDATE item SET token_text = 'a'",
        "UPDATE item SET state = 'invalid', finished_at = 1",
        "UPDATE item SET line = 'seven'",
        "INSERT INTO item (scope, manifest, line, token, state) SELECT scope, manifest, 9, token, 'pending' FROM item",
        "UPDATE job SET state = 'running'",
        "UPDATE job SET state = 'finished'",
        "UPDATE job SET finished_at = 1",
        "UPDATE job SET plan_id = NULL",
        "UPDATE job SET first_item = NULL",
        "UPDATE job SET last_item = NULL",
        "UPDATE job SET duplicates = -1",
        "UPDATE scope SET kind = 'user'",
        "UPDATE scope SET kind = 'none'",
        "UPDATE scope SET scope_id = ''",
        "UPDATE scope SET credential = 99",
        "INSERT INTO scope (job, kind, scope_id) SELECT job, kind, scope_id FROM scope",
        "UPDATE tally SET count = -1",
        "UPDATE tally SET scope = 99",
        "INSERT INTO owner (id, epoch) VALUES (2, 1)",
        "INSERT INTO calendar (epoch, attempt, boot, booted_at, taken_at) VALUES (9, 0, NULL, 1, 1)",
        "INSERT INTO lookup (credential, answered_at) VALUES (1, 1)",
        "INSERT INTO credential (fingerprint) VALUES ('f1')",
        "INSERT INTO manifest (job, ordinal, name) SELECT job, ordinal, name FROM manifest",
        "INSERT INTO attempt (item, number, credential, started_at, finished_at) VALUES (1, 0, 1, 1, 1)",
        "INSERT INTO attempt (item, number, credential, started_at, finished_at) VALUES (99, 1, 1, 1, 1)",
        "INSERT INTO attempt (item, number, credential, started_at, finished_at) VALUES (1, 1, 99, 1, 1)",
        "INSERT INTO attempt (item, number, credential, started_at, finished_at) VALUES (1, 1, 1, 1, 1), (1, 1, 1, 1, 1)",
        "INSERT INTO attempt (item, number, credential, started_at, finished_at) VALUES (1, 1, 1, 'now', 1)",
    ])
    func refuses(_ sql: String) async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        try await queue.start(try await queue.makeJob([try Sample.row(1)]))
        let database = try folder.connection()
        // The statement would change something if it were allowed to.
        #expect(try database.integer("SELECT count(*) FROM item WHERE state = 'pending' AND id = 1") == 1)
        var refusal: SQLiteError?
        do {
            try database.execute(sql)
        } catch {
            refusal = error
        }
        #expect(refusal?.kind == .constraint)
    }

    /// The very steps that the machine of states draws are allowed.
    @Test func allowsTheLifeOfAnItem() async throws {
        let folder = try QueueFolder()
        _ = try await folder.owner().makeJob([try Sample.row(1)])
        let database = try folder.connection()
        for step in [
            "state = 'in_flight', claimed_at = 1, attempts = 1", "state = 'pending', claimed_at = NULL, not_before = 9, tries = 1",
            "state = 'in_flight', claimed_at = 1, attempts = 2, not_before = NULL", "state = 'failed', claimed_at = NULL, finished_at = 2",
            "state = 'pending', finished_at = NULL, tries = 0", "state = 'skipped', finished_at = 3",
        ] {
            try database.execute("UPDATE item SET \(step)")
            #expect(database.changes == 1, "\(step)")
        }
    }
}
