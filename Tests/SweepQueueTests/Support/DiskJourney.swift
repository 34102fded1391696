import SQLite
import SweepModel
import SweepTestSupport
import Testing

@testable import SweepQueue

/// One job from its plan to its end on a disk that fails somewhere, and what was promised on the way.
final class DiskJourney {
    /// What calls that returned have promised: it may have been shown, or sent to the API.
    struct Promises {
        var job: JobID?
        /// The latest attempt of each item that was claimed.
        var attempts: [ItemID: Int] = [:]
        var outcomes: [ItemID: ItemState] = [:]
        var isEnded = false
    }

    static let rows = 14

    // Destroyed from first to last: the disk goes when nothing of it is open any more.
    private var queue: Queue?
    private(set) var disk = FaultyDisk()
    private(set) var folder: QueueFolder
    private(set) var promises = Promises()

    init() throws { folder = try QueueFolder() }

    /// Goes as far as the disk lets it.
    func goOn() async throws(QueueError) {
        let queue = try owner()
        if promises.job == nil { promises.job = try await plan(queue) }
        guard let job = promises.job else { return }
        let start = try await queue.begin(
            job, lanes: LaneMap(fingerprint: "f1", scopes: [Samples.account(1)]), remembering: Samples.minute, at: Samples.start)
        var waiting = start.waiting.map(\.item)
        while true {
            let orders: [ClaimOrder] = [.waiting(Array(waiting.prefix(2))), .fresh(LaneID(0), limit: 3)]
            let claims = try await queue.commit(Turn(records: [], claims: orders, now: Samples.start))
            waiting.removeFirst(min(2, waiting.count))
            for claim in claims { promises.attempts[claim.call.item] = claim.attempt }
            if claims.isEmpty { break }
            let records = claims.map(answer)
            try await queue.record(records)
            for record in records {
                switch record.next {
                case .final(let state, _): promises.outcomes[record.item] = state
                case .pending: waiting.append(record.item)
                }
            }
        }
        try await queue.end(job, .finished, reason: nil, at: Samples.start)
        promises.isEnded = true
    }

    private func owner() throws(QueueError) -> Queue {
        if let queue { return queue }
        let queue = try Queue(owning: folder.queue, as: "the test", vfs: disk.name)
        self.queue = queue
        return queue
    }

    private func plan(_ queue: Queue) async throws(QueueError) -> JobID {
        let rows = (0..<DiskJourney.rows).map { row in
            ManifestRow.request(
                DeletionRequest(
                    position: RowPosition(manifest: "leaked.csv", line: row + 2), scope: Samples.account(1), tokenID: Samples.token(row)))
        }
        _ = try await queue.startPlan(Sample.draft())
        try await queue.add(rows, manifest: 0)
        let plan = try await queue.sealPlan()
        try await queue.confirm(plan.job, by: .unasked, at: Samples.start)
        return plan.job
    }

    /// Every fifth token has to be tried twice, and every seventh is in use.
    private func answer(_ claim: Claim) -> Record {
        let number = Int(claim.call.item.value)
        if number % 5 == 0, claim.attempt == 1 { return claim.record(.pending(notBefore: Samples.start)) }
        return claim.record(.final(number % 7 == 0 ? .blocked : .deleted, reason: number % 7 == 0 ? "in use" : nil))
    }

    // MARK: - The end of a process

    /// The process ends; what it still writes while it closes its files goes to the same disk.
    func endProcess() {
        queue = nil
        disk.waitUntilClosed()
    }

    /// The process is gone at once, and with it, in a power cut, what was not synced. The next one finds what is left.
    func endProcess(cuttingPowerBy seed: UInt64?) throws {
        let next = try QueueFolder()
        for name in ["queue.db", "queue.db-wal"] where folder.exists(name) {
            if let seed {
                try disk.cutPower(folder.file(name), to: next.file(name), seed: seed)
            } else {
                try next.write(try folder.read(name), to: name)
            }
        }
        endProcess()
        folder = next
        disk = FaultyDisk()
    }

    // MARK: - What must hold

    /// Everything that was promised is in the file.
    func expectPromisesKept(_ place: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        guard let job = promises.job else { return }
        let file = try folder.connection()
        let state = try file.text("SELECT state FROM job WHERE id = \(job.value)")
        #expect(promises.isEnded ? state == "finished" : state != nil && state != "planning", "\(place)", sourceLocation: sourceLocation)
        for (item, attempts) in promises.attempts {
            let known = try file.integer("SELECT attempts FROM item WHERE id = \(item.value)")
            #expect(known >= attempts, "\(place): item \(item) was sent unbeknown to the file", sourceLocation: sourceLocation)
        }
        for (item, outcome) in promises.outcomes {
            let known = try file.text("SELECT state FROM item WHERE id = \(item.value)")
            #expect(known == outcome.rawValue, "\(place): item \(item)", sourceLocation: sourceLocation)
        }
    }

    /// The job came to its end, and nothing of its file is damaged.
    func expectArrival(_ place: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try #require(promises.isEnded, "\(place)", sourceLocation: sourceLocation)
        // An outcome may be in the file although the process did not live to learn of it.
        let settled = try folder.connection().integer("SELECT count(*) FROM item WHERE state IN ('deleted', 'blocked')")
        #expect(settled == DiskJourney.rows, "\(place)", sourceLocation: sourceLocation)
        try expectPromisesKept(place, sourceLocation: sourceLocation)
        try expectSoundness(folder, sourceLocation: sourceLocation)
        let job = try #require(promises.job)
        #expect(try folder.reader().checkEvidence(of: job, head: nil).isIntact, "\(place)", sourceLocation: sourceLocation)
    }
}
