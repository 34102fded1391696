package import SweepModel

/// What every implementation of `DeletionQueue` promises the runner, whatever it keeps its items in.
package enum QueueRule: String, CaseIterable, Sendable {
    case startsWithEverythingFresh
    case claimsInManifestOrder
    case claimsEachItemOnce
    case keepsTheLanesApart
    case recordsAndClaimsInOneTurn
    case countsAttemptsAndCarriesHistory
    case refusesARecordOfAnItemNotInFlight
    case aFailedTurnChangesNothing
    case refusesToFinishWithOpenItems
    case resumesWhereItStopped
    case knowsNothingOfTheFateOfLostRequests
    case remembersRecentAnswers
    case requestsThatWereCutShortMayStillArrive
    case aClockThatWasSetBackMakesNoWaitLonger
    case aClockThatWasSetForwardHidesNoRequest
    case clocksOfAnotherBootTellNothing
    case aStaleOwnerChangesNothing
    case aLateAnswerOfAStaleOwnerIsNotBelieved
    case claimsThatRaceATakeoverAreKnownToTheNextOwner
    case answersThatRaceATakeoverAreKeptOnceOrNotAtAll

    /// Tries the rule on fresh queues of one implementation; gives what was broken, in sentences.
    package func violations(_ maker: some QueueMaker) async throws -> [String] {
        let trial = QueueTrial(maker)
        switch self {
        case .startsWithEverythingFresh: try await trial.startsWithEverythingFresh()
        case .claimsInManifestOrder: try await trial.claimsInManifestOrder()
        case .claimsEachItemOnce: try await trial.claimsEachItemOnce()
        case .keepsTheLanesApart: try await trial.keepsTheLanesApart()
        case .recordsAndClaimsInOneTurn: try await trial.recordsAndClaimsInOneTurn()
        case .countsAttemptsAndCarriesHistory: try await trial.countsAttemptsAndCarriesHistory()
        case .refusesARecordOfAnItemNotInFlight: try await trial.refusesARecordOfAnItemNotInFlight()
        case .aFailedTurnChangesNothing: try await trial.aFailedTurnChangesNothing()
        case .refusesToFinishWithOpenItems: try await trial.refusesToFinishWithOpenItems()
        case .resumesWhereItStopped: try await trial.resumesWhereItStopped()
        case .knowsNothingOfTheFateOfLostRequests: try await trial.knowsNothingOfTheFateOfLostRequests()
        case .remembersRecentAnswers: try await trial.remembersRecentAnswers()
        case .requestsThatWereCutShortMayStillArrive: try await trial.requestsThatWereCutShortMayStillArrive()
        case .aClockThatWasSetBackMakesNoWaitLonger: try await trial.aClockThatWasSetBackMakesNoWaitLonger()
        case .aClockThatWasSetForwardHidesNoRequest: try await trial.aClockThatWasSetForwardHidesNoRequest()
        case .clocksOfAnotherBootTellNothing: try await trial.clocksOfAnotherBootTellNothing()
        case .aStaleOwnerChangesNothing: try await trial.aStaleOwnerChangesNothing()
        case .aLateAnswerOfAStaleOwnerIsNotBelieved: try await trial.aLateAnswerOfAStaleOwnerIsNotBelieved()
        case .claimsThatRaceATakeoverAreKnownToTheNextOwner: try await trial.claimsThatRaceATakeoverAreKnownToTheNextOwner()
        case .answersThatRaceATakeoverAreKeptOnceOrNotAtAll: try await trial.answersThatRaceATakeoverAreKeptOnceOrNotAtAll()
        }
        return trial.violations
    }
}

/// How a trial comes by a queue of one implementation.
package protocol QueueMaker: Sendable {
    /// A queue with a confirmed job of these items, in this order: the first stands on line 2 of its manifest.
    func queue(with items: [(scope: Scope, tokenID: TokenID)]) async throws -> (queue: any DeletionQueue, job: JobID)

    /// The same queue for the next owner, after the last one died with whatever was in flight. The first owner's calendar is that of
    /// `Samples.boot`.
    func afterCrash(at reading: BootReading?) async throws -> any DeletionQueue

    /// The same queue for a next owner that took it although the last one lives, and believes to own it.
    func takenOver() async throws -> any DeletionQueue
}

extension QueueMaker {
    func afterCrash() async throws -> any DeletionQueue { try await afterCrash(at: nil) }
}

/// One rule on trial: it notes what does not hold, and goes on.
final class QueueTrial<Maker: QueueMaker> {
    let maker: Maker
    private(set) var violations: [String] = []

    init(_ maker: Maker) { self.maker = maker }

    func expect(_ holds: Bool, _ what: String) {
        if !holds { violations.append(what) }
    }

    func expect<Value: Equatable>(_ value: Value, _ expected: Value, _ what: String) {
        expect(value == expected, "\(what): \(value) instead of \(expected)")
    }

    /// Expects a call to be refused, as `code` where that is given.
    func expectRefusal(_ what: String, as code: QueueError.Code? = nil, _ body: () async throws -> Void) async throws {
        do {
            try await body()
            violations.append("\(what) was not refused")
        } catch let error as QueueError {
            if let code { expect(error.code, code, "\(what) was refused otherwise") }
        }
    }

    /// The only claim of a turn that must give one.
    func one(_ claims: [Claim]) throws -> Claim {
        guard let claim = claims.first, claims.count == 1 else { throw TrialEnded("\(claims.count) claims instead of one") }
        return claim
    }

    /// Items of as many accounts as there are different numbers, with made-up tokens.
    func items(accounts: [Int]) -> [(scope: Scope, tokenID: TokenID)] {
        accounts.enumerated().map { (scope: Samples.account($1), tokenID: Samples.token($0)) }
    }

    /// A queue of one account with a job that has been taken up.
    func started(items count: Int) async throws -> (queue: any DeletionQueue, job: JobID) {
        let (queue, job) = try await maker.queue(with: items(accounts: Array(repeating: 1, count: count)))
        let start = try await begin(job, queue)
        expect(start.tally[.pending], count, "pending at the start")
        return (queue, job)
    }

    func begin(_ job: JobID, _ queue: any DeletionQueue, at now: Timestamp = Samples.start) async throws -> JobStart {
        try await queue.begin(job, lanes: lane(1), remembering: Samples.minute, at: now)
    }

    /// One credential for the accounts of these numbers.
    func lane(_ accounts: Int..., fingerprint: String = "f1") -> LaneMap {
        LaneMap(fingerprint: fingerprint, scopes: accounts.map(Samples.account))
    }

    var later: Timestamp { Samples.start + .seconds(5) }
}

/// A rule that cannot be tried any further.
struct TrialEnded: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
