import SweepModel
import SweepRunner
import SweepTestSupport
import Testing

/// Jobs that disable, enable or rotate, in virtual time.
@Suite struct ActionTests {
    private func item(
        _ policy: RunPolicy, inUse: Bool = true, isLiving: Bool = true, isDisabled: Bool = false, _ faults: Fault?...
    ) throws -> (MemoryQueue.Item, Rehearsal) {
        let job = Rehearsal(
            1, api: .init(isInUse: { _ in inUse }, fault: { $0.attempt <= faults.count ? faults[$0.attempt - 1] : nil }),
            action: policy.action, isLiving: { _ in isLiving }, isDisabled: { _ in isDisabled })
        #expect(try job.run(policy) == .finished)
        job.expectTruth()
        return (job.queue.items[0], job)
    }

    private func requests(_ job: Rehearsal) -> [RequestKind] { job.api.ledger.map(\.call.request.kind) }

    @Test func `a blocked token is only told by default`() throws {
        let (item, job) = try item(.of())
        #expect(item.state == .blocked && item.reason == "in use by a policy" && requests(job) == [.delete])
    }

    @Test func `a blocked token is disabled`() throws {
        let (item, job) = try item(.of(whenBlocked: .disable))
        #expect(item.state == .blocked && item.reason == "disabled, still referenced" && item.history.change == .disabled)
        #expect(requests(job) == [.delete, .read, .disable] && job.api.disabled.count == 1 && job.watcher.postponed == 2)
    }

    @Test func `a blocked token's secret is rotated`() throws {
        let (item, job) = try item(.of(whenBlocked: .rotate))
        #expect(item.state == .blocked && item.reason == "secret rotated, still referenced" && item.history.change == .rotated)
        #expect(requests(job) == [.delete, .rotate] && job.api.disabled.isEmpty)
    }

    @Test func `disabling deletes nothing`() throws {
        let (item, job) = try item(.of(action: .disable), inUse: false)
        #expect(item.state == .disabled && requests(job) == [.read, .disable] && job.api.living.count == 1)
    }

    @Test func `a lost answer is looked into`() throws {
        let (item, job) = try item(.of(action: .disable), nil, .lostAnswer)
        #expect(item.reason == "found disabled after a try whose answer was lost, not deleted")
        #expect(requests(job) == [.read, .disable, .read])
    }

    @Test func `a lost request is repeated`() throws {
        let (item, job) = try item(.of(action: .disable), nil, .lostRequest)
        #expect(item.state == .disabled && requests(job) == [.read, .disable, .read, .disable])
    }

    @Test func `disabling that is refused leaves a blocked token that says so`() throws {
        let (item, job) = try item(.of(whenBlocked: .disable), nil, nil, .answer(.badCredential))
        #expect(item.state == .blocked && item.reason == "NOT disabled, still referenced: invalid token")
        #expect(job.api.disabled.isEmpty)
    }

    @Test func `what is absent is told`() throws {
        #expect(try item(.of(action: .disable), isLiving: false).0.state == .alreadyAbsent)
        #expect(try item(.of(action: .enable), isLiving: false).0.state == .alreadyAbsent)
    }

    @Test func `enabling`() throws {
        let (enabled, job) = try item(.of(action: .enable), isDisabled: true)
        #expect(enabled.state == .enabled && job.api.disabled.isEmpty && requests(job) == [.read, .enable])
        #expect(try item(.of(action: .enable)).0.reason == "was enabled already")
    }

    @Test func `a canary that is disabled lets the others go`() throws {
        let job = Rehearsal(9, action: .disable)
        #expect(try job.run(.of(canary: 2, action: .disable)) == .finished)
        #expect(job.queue.tally[.disabled] == 9)
        #expect(job.api.ledger.prefix(4).map(\.call.item).allSatisfy { $0 <= ItemID(2) })
        let absent = Rehearsal(9, action: .disable, isLiving: { $0 != 1 })
        let end = try absent.run(.of(canary: 2, action: .disable))
        let token = "\(absent.queue[ItemID(2)].tokenID) of \(absent.queue[ItemID(2)].scope)"
        #expect(end == .halted("the canary token \(token) was not found and disabled: its outcome is already_absent"))
    }

    /// A queue that was tampered with, or a defect elsewhere, must not turn the one thing into the other.
    @Test func `a job that disables sends no DELETE although its items ask for one`() throws {
        let job = Rehearsal(5)
        #expect(try job.run(.of(action: .disable)) == .finished)
        #expect(job.queue.tally[.disabled] == 5 && job.api.living.count == 5)
    }

    @Test(arguments: [0, 100, 200]) func `whatever happens, only what was asked is sent, and the outcomes are true`(hundred: UInt64) throws
    {
        for seed in hundred..<hundred + 100 { try check(seed) }
    }

    private func check(_ seed: UInt64) throws {
        var random = SeededRandom(seed)
        let action = JobAction.allCases[Int(seed % 3)]
        let whenBlocked: WhenBlocked = action == .delete ? (random.chance(50) ? .disable : .rotate) : .report
        let policy = RunPolicy.of(
            concurrency: Int.random(in: 1...12, using: &random), 60, per: 5, attempts: Int.random(in: 2...6, using: &random),
            action: action,
            whenBlocked: whenBlocked)
        let trouble = Int.random(in: 0...25, using: &random)
        let api = SimulatedAPI.Settings(
            budget: ServerBudget(.sliding, limit: 60, period: .seconds(5)), isInUse: { $0.bytes[15] % 3 == 0 },
            fault: { arrival in
                var draw = SeededRandom(seed &* 7919 &+ UInt64(arrival.number))
                guard draw.chance(trouble) else { return nil }
                return [.lostAnswer, .lostRequest, .answer(.unavailable), .answer(.refusedForGood)].randomElement(using: &draw)
            })
        let job = Rehearsal(
            40, seed: seed, api: api, action: action, isLiving: { ($0 &* 37 &+ Int(seed)) % 10 != 0 },
            isDisabled: { action == .enable || $0 % 7 == 0 })
        for _ in 0..<Int.random(in: 0...3, using: &random) { try kill(job, policy, &random) }
        job.queue.failCommits { _ in nil }
        #expect(try job.run(policy) == .finished, "seed \(seed)")
        job.expectTruth()
        #expect(job.answers(.rateLimited) == 0, "seed \(seed)")
        #expect(job.counted().most(within: .seconds(5)) <= 60, "seed \(seed)")
        expectOnlyWhatWasAsked(job, policy, seed)
    }

    private func kill(_ job: Rehearsal, _ policy: RunPolicy, _ random: inout SeededRandom) throws {
        let last = job.queue.commits + Int.random(in: 1...30, using: &random)
        let failure: MemoryQueue.Failure = random.chance(50) ? .before : .after
        job.queue.failCommits { $0 == last ? failure : nil }
        do { _ = try job.run(policy) } catch is QueueError {}
        try job.pass(.seconds(4))
    }

    private func expectOnlyWhatWasAsked(_ job: Rehearsal, _ policy: RunPolicy, _ seed: UInt64) {
        let allowed: Set<RequestKind> =
            switch (policy.action, policy.whenBlocked) {
            case (.delete, .rotate): [.delete, .rotate]
            case (.delete, _): [.delete, .read, .disable]
            case (.disable, _): [.read, .disable]
            case (.enable, _): [.read, .enable]
            }
        #expect(Set(requests(job)).isSubset(of: allowed), "seed \(seed)")
        let changed = Set(job.api.ledger.filter(\.hasChanged).map(\.call.item))
        for item in job.queue.items {
            let place = "seed \(seed), item \(item.id) \(item.state) \(item.reason ?? "")"
            switch item.history.change {
            // What the job calls its own doing was its own doing.
            case .disabled, .rotated, .enabled: #expect(changed.contains(item.id), "\(place)")
            // And what it does not call so was not.
            case nil: #expect(!changed.contains(item.id), "\(place)")
            case .maybeDisabled, .maybeRotated, .maybeEnabled, .undone: break
            }
            if item.state == .blocked, item.reason == "disabled, still referenced" {
                #expect(job.api.disabled.contains(item.tokenID), "\(place)")
            }
        }
    }
}
