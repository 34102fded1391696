import SQLite
import SweepModel
import SweepTestSupport
import Testing

@testable import SweepQueue

/// A file that was damaged behind everybody's back: the queue says so, or what it does is right all the same. No request leaves
/// for a token that nobody asked for, and no job ends with a token forgotten.
@Suite struct BitRotTests {
    static let rows = 120
    /// Rows that have their outcome before the damage.
    static let done = 30

    /// A file with a job half done, and its tokens.
    private func halfDone() async throws -> (bytes: [UInt8], job: JobID) {
        let folder = try QueueFolder()
        let job: JobID
        do {
            let queue = try folder.owner()
            job = try await queue.makeJob(try (0..<Self.rows).map { try Sample.row($0, scope: 1 + $0 % 3) })
            try await queue.start(job, scopes: [1, 2, 3])
            let claims = try await queue.claim(40)
            try await queue.record(claims.map { $0.call.item.value % 4 == 0 ? $0.record(.pending(notBefore: Sample.start)) : $0.deleted() })
            #expect(try folder.reader().job(job)?.tally.final == Self.done)
            try await queue.end(job, .unfinished, reason: "interrupted", at: Sample.start)
        }
        while QueueReader.owner(of: folder.queue) != nil { await Task.yield() }
        return (try folder.read("queue.db"), job)
    }

    @Test(arguments: 0..<8) func bitsThatChanged(_ part: UInt64) async throws {
        let (bytes, job) = try await halfDone()
        var refused = 0
        for seed in part * 100..<part * 100 + 50 {
            var random = SeededRandom(seed)
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                damaged[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            refused += try await goOn(job, with: damaged, "seed \(seed)") ? 0 : 1
        }
        #expect(refused > 0)
    }

    @Test func aFileThatWasCutOff() async throws {
        let (bytes, job) = try await halfDone()
        for seed: UInt64 in 0..<60 {
            var random = SeededRandom(seed)
            let length = seed % 2 == 0 ? Int.random(in: 1..<bytes.count, using: &random) : bytes.count - 4096 * Int(1 + seed / 2)
            // Nothing at all is a new queue, in which there is no such job.
            let isDone = try await goOn(job, with: Array(bytes.prefix(max(1, length))), "\(length) bytes")
            #expect(!isDone || length == bytes.count, "\(length) of \(bytes.count) bytes")
        }
    }

    /// Every single bit of a token's id matters, and is noticed before its request leaves.
    @Test func aTokenThatChanged() async throws {
        let (bytes, job) = try await halfDone()
        let token = try Sample.token(100).bytes
        let places = bytes.indices.dropLast(16).filter { place in token.indices.allSatisfy { bytes[place + $0] == token[$0] } }
        // Once in its row and once in the index.
        #expect(places.count == 2)
        for place in places {
            for bit in stride(from: 0, to: 128, by: 9) {
                var damaged = bytes
                damaged[place + bit / 8] ^= 1 << UInt8(bit % 8)
                #expect(try await !goOn(job, with: damaged, "bit \(bit) at \(place)"))
            }
        }
    }

    /// The counts are what people are told, so that a job does not end by counts that its items contradict.
    @Test(arguments: [
        "count = 3 WHERE state = 'deleted'; UPDATE tally SET count = 0 WHERE state = 'failed'",
        "count = 4 WHERE state = 'deleted'; UPDATE tally SET count = 0 WHERE state = 'pending'",
    ])
    func aCountThatChanged(_ change: String) async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        let job = try await queue.makeJob(try (0..<4).map { try Sample.row($0) })
        try await queue.start(job)
        let claims = try await queue.claim(3)
        try await queue.record(claims.prefix(2).map { $0.deleted() } + [claims[2].record(.final(.failed, reason: "no"))])
        let isCancelled = change.contains("pending")
        if !isCancelled { try await queue.record(try await queue.claim(1).map { $0.record(.final(.failed, reason: "no")) }) }
        try Database(path: folder.queue, mode: .readWrite).execute("UPDATE tally SET \(change)")
        let error = await #expect(throws: QueueError.self) {
            if isCancelled {
                _ = try await queue.cancel(job, at: Sample.start)
            } else {
                try await queue.end(job, .finished, reason: nil, at: Sample.start)
            }
        }
        #expect(error?.code == .damaged)
        #expect(try folder.reader().job(job)?.state == .unfinished)
    }

    /// Plays the runner on a damaged file; gives whether the job could be finished.
    private func goOn(_ job: JobID, with bytes: [UInt8], _ place: String) async throws -> Bool {
        let folder = try QueueFolder()
        try folder.write(bytes, to: "queue.db")
        let planned = Set(try (0..<Self.rows).map { "\(try Sample.scope(1 + $0 % 3)) \(try Sample.token($0))" })
        do {
            let queue = try folder.owner()
            let start = try await queue.start(job, scopes: [1, 2, 3])
            // Not by the counts, which may be what is damaged.
            var settled = Self.done
            var orders: [ClaimOrder] = [.waiting(start.waiting.map(\.item)), .fresh(LaneID(0), limit: 50)]
            while true {
                let claims = try await queue.commit(Turn(records: [], claims: orders, now: Sample.start + .seconds(1)))
                if claims.isEmpty { break }
                for claim in claims { #expect(planned.contains("\(claim.call.scope) \(claim.call.tokenID)"), "\(place)") }
                try await queue.record(claims.map { $0.deleted() })
                settled += claims.count
                orders = [.fresh(LaneID(0), limit: 50)]
            }
            try await queue.end(job, .finished, reason: nil, at: Sample.start + .seconds(2))
            #expect(settled == Self.rows, "\(place): \(Self.rows - settled) tokens were forgotten")
            return true
        } catch is QueueError {
            return false
        }
    }
}
