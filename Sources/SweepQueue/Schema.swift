/// The tables of a queue file. The database refuses illegal states; `ItemState` draws the machine.
///
/// Times are milliseconds since 1970 in UTC, ids of tokens the 16 bytes of the UUID, so that millions of items stay small.
/// `duration` and the like are the API's own words. No table holds a credential: `credential.fingerprint` is a digest.
enum Schema {
    /// `tksw` in ASCII: marks a SQLite file as a queue of this program.
    static let applicationID: Int64 = 0x746b_7377
    /// Raised with every change of the tables. A file of a higher version is refused.
    static let version: Int64 = 4
    /// The first version that is still understood. Up to 3 every file has the index `item_order`, and items go with their scope.
    static let oldestVersion: Int64 = 3

    /// The order of the items of each account or zone, for a job that has several. Where a job has one alone, as most have, the
    /// order of the rows is theirs; to keep the index up takes a sixth of the time that a plan takes.
    static let order = "CREATE INDEX IF NOT EXISTS item_order ON item (scope)"

    /// The condition that an item belongs to the scope `?1`, for which no item of another job has to be looked at.
    static let isInScope = """
        scope = ?1 AND id BETWEEN (SELECT first_item FROM job JOIN scope ON scope.job = job.id WHERE scope.id = ?1)
            AND (SELECT last_item FROM job JOIN scope ON scope.job = job.id WHERE scope.id = ?1)
        """

    /// The condition of the index `item_started`: tried at least once, and still open. A query has to repeat it word by
    /// word for SQLite to see that the index holds all that it wants.
    static let isStarted = "(state = 'in_flight' OR (state = 'pending' AND attempts > 0))"

    /// The condition that a column holds one of some words. Not `IN`: for more than two words SQLite builds a table of them
    /// for every row that it checks, which takes longer than to write the row.
    private static func isOne(_ column: String, of words: String...) -> String {
        "(" + words.map { "\(column) = '\($0)'" }.joined(separator: " OR ") + ")"
    }

    /// The same for a column that may be empty, and mostly is: no word is compared then.
    private static func isNothing(_ column: String, orOneOf words: String...) -> String {
        "(\(column) IS NULL OR " + words.map { "\(column) = '\($0)'" }.joined(separator: " OR ") + ")"
    }

    /// What holds for an item in each state, the frequent ones first: one alternative fits, and nothing after it is looked at.
    private static let holdsForState = """
        (state = 'pending' AND claimed_at IS NULL AND finished_at IS NULL AND token IS NOT NULL AND token_text IS NULL)
            OR (state = 'in_flight' AND claimed_at IS NOT NULL AND finished_at IS NULL AND not_before IS NULL AND deferred = 0
                AND token IS NOT NULL AND token_text IS NULL)
            OR (\(isOne("state", of: "deleted", "presumed_deleted", "already_absent", "blocked", "failed", "skipped", "disabled",
                         "enabled"))
                AND claimed_at IS NULL AND finished_at IS NOT NULL AND not_before IS NULL AND token IS NOT NULL AND token_text IS NULL
                AND (deferred = 0 OR state = 'skipped') AND (fate_unknown = 0 OR state <> 'already_absent'))
            OR (state = 'invalid' AND claimed_at IS NULL AND finished_at IS NOT NULL AND not_before IS NULL AND deferred = 0
                AND token IS NULL)
        """

    static let statements = """
        CREATE TABLE owner (
            id     INTEGER PRIMARY KEY CHECK (id = 1),
            -- Raised by every process that takes the queue over; a write under an older epoch is refused.
            epoch  INTEGER NOT NULL,
            -- The job that the owner runs.
            job    INTEGER
        ) STRICT;
        INSERT INTO owner (id, epoch) VALUES (1, 0);

        -- The wall clock of each owner, held against the clock of the machine's start, see `Calendars`.
        CREATE TABLE calendar (
            epoch      INTEGER PRIMARY KEY,
            -- The last attempt of the file before it.
            attempt    INTEGER NOT NULL,
            -- Which start of the machine, and when that was by the owner's calendar.
            boot       TEXT NOT NULL,
            booted_at  INTEGER NOT NULL,
            -- When the queue was taken over.
            taken_at   INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE job (
            id           INTEGER PRIMARY KEY AUTOINCREMENT,
            -- Not unique: a job file that is run again gives its name again; the newest job is meant.
            name         TEXT NOT NULL,
            state        TEXT NOT NULL CHECK \(isOne("state", of: "planning", "unfinished", "halted", "finished")),
            stop_reason  TEXT,
            -- What another terminal wants of the running job; the owner looks for it.
            wish         TEXT CHECK \(isOne("wish", of: "give_way", "pause", "cancel")),
            plan_id      TEXT,
            action       TEXT NOT NULL DEFAULT 'delete' CHECK \(isOne("action", of: "delete", "disable", "enable")),
            -- The action and whatever else is done to tokens, as the plan's id covers it.
            deed         TEXT NOT NULL CHECK (deed = action OR deed LIKE action || ',%'),
            settings     TEXT NOT NULL,
            base_url     TEXT NOT NULL,
            created_at   INTEGER NOT NULL,
            finished_at  INTEGER,
            verified_at  INTEGER,
            duplicates   INTEGER NOT NULL DEFAULT 0 CHECK (duplicates >= 0),
            -- Why it is done, in its maker's words.
            reason       TEXT,
            -- The items of a job are one run of ids, in manifest order.
            first_item   INTEGER,
            last_item    INTEGER,
            CHECK ((state = 'finished') = (finished_at IS NOT NULL)),
            CHECK (state = 'planning' OR (plan_id IS NOT NULL AND first_item IS NOT NULL AND last_item IS NOT NULL))
        ) STRICT;

        CREATE TABLE manifest (
            id       INTEGER PRIMARY KEY,
            job      INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
            ordinal  INTEGER NOT NULL,
            name     TEXT NOT NULL,
            UNIQUE (job, ordinal)
        ) STRICT;

        CREATE TABLE credential (
            id           INTEGER PRIMARY KEY,
            fingerprint  TEXT NOT NULL UNIQUE
        ) STRICT;

        CREATE TABLE scope (
            id          INTEGER PRIMARY KEY,
            job         INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
            -- 'none' holds the rows that cannot be used and name no scope.
            kind        TEXT NOT NULL CHECK \(isOne("kind", of: "account", "zone", "none")),
            scope_id    TEXT NOT NULL CHECK ((kind = 'none') = (scope_id = '')),
            -- No item up to this one is still to be tried for the first time.
            cursor      INTEGER NOT NULL DEFAULT 0,
            -- Who serves it, or did last.
            credential  INTEGER REFERENCES credential,
            UNIQUE (job, kind, scope_id)
        ) STRICT;

        CREATE TABLE tally (
            scope  INTEGER NOT NULL REFERENCES scope ON DELETE CASCADE,
            state  TEXT NOT NULL,
            count  INTEGER NOT NULL CHECK (count >= 0),
            PRIMARY KEY (scope, state)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE item (
            id            INTEGER PRIMARY KEY,
            -- No foreign key: to look for the scope takes a tenth of the time that it takes to write a row. A plan is counted by its
            -- scopes before it is sealed.
            scope         INTEGER NOT NULL,
            manifest      INTEGER NOT NULL,
            line          INTEGER NOT NULL,
            token         BLOB CHECK (length(token) = 16),
            -- See the last condition.
            state         TEXT NOT NULL,
            attempts      INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
            -- Attempts that count against the limit of tries.
            tries         INTEGER NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND attempts),
            fate_unknown  INTEGER NOT NULL DEFAULT 0 CHECK (fate_unknown BETWEEN 0 AND 1),
            -- What is to be sent next; in flight, what was sent. Missing for a DELETE.
            request       TEXT CHECK \(isNothing("request", orOneOf: "read", "disable", "enable", "rotate")),
            -- What the job did to the token besides deleting it.
            change        TEXT CHECK \(isNothing("change", orOneOf: "maybe_disabled", "disabled", "maybe_rotated", "rotated",
                              "maybe_enabled", "enabled", "undone")),
            -- The item of an earlier job whose disabling this one takes back.
            undoes        INTEGER,
            not_before    INTEGER,
            claimed_at    INTEGER,
            finished_at   INTEGER,
            reason        TEXT,
            name          TEXT,
            client_id     TEXT,
            duration      TEXT,
            expires_at    INTEGER,
            note          TEXT,
            -- What the lists of the account or zone told before anything was deleted; NULL is unknown.
            presence      TEXT CHECK \(isNothing("presence", orOneOf: "listed", "unlisted")),
            live_name     TEXT,
            live_client_id TEXT,
            last_seen_at  INTEGER,
            -- Whether the API said when it was seen, or that it never was.
            seen_known    INTEGER NOT NULL DEFAULT 0 CHECK (seen_known BETWEEN 0 AND 1),
            enabled       INTEGER CHECK (enabled BETWEEN 0 AND 1),
            -- Who names the token, one a line; empty where nobody does among those that were looked at.
            referrers     TEXT,
            in_use        INTEGER NOT NULL DEFAULT 0 CHECK (in_use BETWEEN 0 AND 1),
            -- Waits until every other item has its outcome and somebody said yes again. No request may name it before.
            deferred      INTEGER NOT NULL DEFAULT 0,
            -- When a complete list of the scope last proved that the token is gone.
            verified_at   INTEGER CHECK (verified_at IS NULL OR token IS NOT NULL),
            -- What an unusable row had where the id is wanted, redacted.
            token_text    TEXT,
            CHECK (\(holdsForState))
        ) STRICT;
        CREATE UNIQUE INDEX item_identity ON item (scope, token) WHERE token IS NOT NULL;
        CREATE INDEX item_deferred ON item (scope) WHERE deferred = 1;
        CREATE INDEX item_started ON item (scope) WHERE \(isStarted);

        -- Rows of a plan that name their token by the client id alone, until it is found. Their items stand as invalid.
        CREATE TABLE unresolved (
            item       INTEGER PRIMARY KEY REFERENCES item ON DELETE CASCADE,
            client     BLOB NOT NULL CHECK (length(client) = 16),
            -- Why the token is not to be deleted once it is found.
            held_back  TEXT
        ) STRICT;

        CREATE TABLE attempt (
            id                 INTEGER PRIMARY KEY,
            item               INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
            number             INTEGER NOT NULL CHECK (number > 0),
            credential         INTEGER NOT NULL REFERENCES credential,
            -- What was sent; missing for a DELETE.
            request            TEXT CHECK \(isNothing("request", orOneOf: "read", "disable", "enable", "rotate")),
            started_at         INTEGER NOT NULL,
            finished_at        INTEGER NOT NULL,
            http_status        INTEGER,
            error_code         INTEGER,
            error_message      TEXT,
            documentation_url  TEXT,
            source_pointer     TEXT,
            error_chain        TEXT,
            ray_id             TEXT,
            transport_error    TEXT,
            -- What it brought, moved here from its item when that was put back to pending.
            outcome            TEXT,
            reason             TEXT,
            -- The first bits of the evidence's hash after it.
            seal               INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX attempt_item ON attempt (item, number);

        -- What happened to a job as a whole, each a line of its chain of evidence. The lines of attempts and outcomes stand
        -- between them and follow from the attempts' rows.
        CREATE TABLE evidence (
            job       INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
            -- Which line of the chain it is, from 1.
            number    INTEGER NOT NULL CHECK (number > 0),
            -- The last attempt of the file before it.
            attempt   INTEGER NOT NULL,
            -- The canonical line, see `EvidenceText`.
            line      TEXT NOT NULL,
            previous  BLOB NOT NULL CHECK (length(previous) = 32),
            hash      BLOB NOT NULL CHECK (length(hash) = 32),
            PRIMARY KEY (job, number)
        ) STRICT, WITHOUT ROWID;

        -- The end of each job's chain.
        CREATE TABLE chain (
            job     INTEGER PRIMARY KEY REFERENCES job ON DELETE CASCADE,
            length  INTEGER NOT NULL CHECK (length > 0),
            head    BLOB NOT NULL CHECK (length(head) = 32)
        ) STRICT;

        -- Requests that belong to no item, which count against a budget all the same.
        CREATE TABLE lookup (
            id           INTEGER PRIMARY KEY,
            credential   INTEGER NOT NULL REFERENCES credential,
            -- When it was answered; while it is on the wire, when it will have been given up.
            answered_at  INTEGER NOT NULL,
            -- The epoch of the owner who wrote that.
            epoch        INTEGER NOT NULL
        ) STRICT;
        """
}
