import Glibc
import SQLite
import SweepModel
import SweepQueue
import SweepTestSupport

/// The real queue on a simulated disk. Used from the thread of the virtual clock alone.
final class FileWorldQueue: WorldQueue {
    private struct Place {
        let folder: ScratchFolder
        let disk: FaultyDisk
        var path: String { folder["queue.db"] }
    }

    private let time: VirtualTime
    private let latency: Milliseconds
    private let seed: UInt64
    private let isLying: Bool
    // The clock's thread alone uses these.
    private nonisolated(unsafe) var place: Place
    private nonisolated(unsafe) var held: HeldQueue?
    private nonisolated(unsafe) var view: FileView?
    private nonisolated(unsafe) var trouble: World.Trouble?
    private nonisolated(unsafe) var deaths: UInt64 = 0

    /// Plans and confirms a job of these tokens.
    ///
    /// - Parameter isLying: the disk says of everything that it is synced, and syncs nothing.
    init(_ plan: [(scope: Scope, tokenID: TokenID)], time: VirtualTime, latency: Milliseconds, seed: UInt64, isLying: Bool) throws {
        self.time = time
        self.latency = latency
        self.seed = seed
        self.isLying = isLying
        place = Place(folder: try ScratchFolder(), disk: FaultyDisk(isLying: isLying))
        let queue = try Queue(owning: place.path, as: "planner", vfs: place.disk.name)
        let rows = plan.enumerated().map { index, item in
            ManifestRow.request(
                DeletionRequest(position: RowPosition(manifest: "m.csv", line: index + 2), scope: item.scope, tokenID: item.tokenID))
        }
        try time.run { [time] in
            try await time.hold {
                _ = try await queue.startPlan(
                    JobDraft(name: "job", settings: "{}", baseURL: "http://[::1]", manifests: ["m.csv"], createdAt: VirtualTime.beginning))
                try await queue.add(rows, manifest: 0)
                let plan = try await queue.sealPlan()
                try await queue.confirm(plan.job, by: .unasked, at: VirtualTime.beginning)
            }
        }
    }

    deinit {
        view = nil
        // What is left over lies in the system's folder for temporary files.
        try? place.folder.remove()
    }

    // MARK: - Processes

    func prepare(_ trouble: World.Trouble?) {
        self.trouble = trouble
        // A commit is some writes and a sync.
        func operation(_ commit: Int) -> Int { commit * 3 + Int(seed % 5) }
        switch trouble {
        case nil: place.disk.mend()
        case .killBefore(let commit), .killAfter(let commit), .powerCut(let commit):
            place.disk.fail(.changes, from: operation(commit))
        case .fullDisk(let commit): place.disk.fail(.write, from: operation(commit), as: .full)
        case .badWrite(let commit): place.disk.fail(.changes, from: operation(commit), count: 1)
        }
    }

    func open(at reading: BootReading) throws(QueueError) -> any DeletionQueue {
        // The last owner's connection is closed; its lock may take a moment longer.
        while QueueReader.owner(of: place.path) != nil { sched_yield() }
        let queue = HeldQueue(try Queue(owning: place.path, as: "a process", at: reading, vfs: place.disk.name), time, latency)
        held = queue
        return queue
    }

    func close(isDead: Bool) throws {
        // Nobody else may have the file open when its owner closes it: only then is the log folded into it.
        view = nil
        defer { prepare(nil) }
        guard isDead, let trouble, trouble.isDeadly else {
            letGo()
            return
        }
        deaths += 1
        let next = Place(folder: try ScratchFolder(), disk: FaultyDisk(isLying: isLying))
        for name in ["queue.db", "queue.db-wal"] where place.folder.holds(name) {
            if case .powerCut = trouble {
                try place.disk.cutPower(place.folder[name], to: next.folder[name], seed: seed &+ deaths)
            } else {
                try place.folder.copy(name, to: next.folder)
            }
        }
        letGo()
        try place.folder.remove()
        place = next
    }

    private func letGo() {
        held?.letGo()
        held = nil
        place.disk.waitUntilClosed()
    }

    // MARK: - Looking

    var tally: Tally { look { try $0.tally() } ?? Tally() }
    var items: [WorldItem] { look { try $0.items() } ?? [] }
    var unsyncedBytes: Int { place.disk.unsyncedBytes }

    func item(_ id: ItemID) -> WorldItem? { look { try $0.item(id) } ?? nil }

    private func look<Result>(_ body: (FileView) throws -> Result) -> Result? {
        do {
            let view = try view ?? FileView(place.path)
            self.view = view
            return try body(view)
        } catch {
            // What cannot be read is missing, and that is found.
            return nil
        }
    }

    func damages() throws -> [String] {
        view = nil
        let view = try FileView(place.path)
        var damages = try view.damages()
        let reader = try QueueReader(path: place.path)
        let items = try view.items()
        var rows: [ReportRow] = []
        try reader.forEachItem(of: JobID(1), in: Set(ItemState.allCases), withAttempts: true) { rows.append($0) }
        if rows.map(\.tokenText) != items.map(\.tokenID.description) { damages.append("the report has other tokens than the queue") }
        if rows.map(\.state) != items.map(\.state) { damages.append("the report has other outcomes than the queue") }
        let verdict = try reader.checkEvidence(of: JobID(1), head: nil)
        damages += verdict.findings.map { "evidence: \($0.text)" }
        return damages
    }
}

/// The real queue for a runner in virtual time: its thread works while the clock is held, and its commits take what was drawn.
private final class HeldQueue: DeletionQueue {
    // The clock's thread alone uses it.
    private nonisolated(unsafe) var queue: Queue?
    private let time: VirtualTime
    private let latency: Milliseconds

    init(_ queue: Queue, _ time: VirtualTime, _ latency: Milliseconds) {
        self.queue = queue
        self.time = time
        self.latency = latency
    }

    func letGo() { queue = nil }

    func begin(
        _ job: JobID, lanes: LaneMap, remembering: Milliseconds, at now: Timestamp
    ) async throws(QueueError) -> JobStart {
        let queue = try living()
        return try await time.hold { () async throws(QueueError) in
            try await queue.begin(job, lanes: lanes, remembering: remembering, at: now)
        }
    }

    func commit(_ turn: Turn) async throws(QueueError) -> [Claim] {
        if latency.count > 0 { await time.sleep(until: time.now + latency) }
        let queue = try living()
        return try await time.hold { () async throws(QueueError) in try await queue.commit(turn) }
    }

    func end(_ job: JobID, _ state: JobState, reason: String?, at now: Timestamp) async throws(QueueError) {
        let queue = try living()
        try await time.hold { () async throws(QueueError) in try await queue.end(job, state, reason: reason, at: now) }
    }

    func name(of item: ItemID) async throws(QueueError) -> String? {
        let queue = try living()
        return try await time.hold { () async throws(QueueError) in try await queue.name(of: item) }
    }

    private func living() throws(QueueError) -> Queue {
        guard let queue else { throw QueueError(.other, path: "", detail: "its process has ended") }
        return queue
    }
}
