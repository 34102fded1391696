import CCurl
import CrashPoints
import SweepModel

/// The transport's thread from inside: takes requests out of the inbox, lets libcurl work, and hands replies over.
final class CurlLoop {
    private let origin: Origin
    /// What every path begins with.
    private let path: String
    private let lanes: [LaneHeaders]
    private let settings: TransportSettings
    private let inbox: Inbox
    private let multi: MultiHandle
    /// Requests that wait for a connection, oldest first; those before `nextWaiting` have left.
    private var waiting: [Submission] = []
    private var nextWaiting = 0
    private var active: [Transfer] = []
    private var idle: [Transfer] = []
    /// In milliseconds: should somebody's knock be lost, it is noticed then.
    private static let longestWait: Int64 = 1000

    init(base: BaseURL, lanes: [LaneHeaders], settings: TransportSettings, inbox: Inbox, multi: MultiHandle) throws(CurlProblem) {
        origin = try Origin(base.origin)
        path = base.path
        self.lanes = lanes
        self.settings = settings
        self.inbox = inbox
        self.multi = multi
    }

    /// Returns when the inbox is closed, or when libcurl cannot go on; every request has its reply by then.
    func run() {
        do {
            while try step() {}
            cutAll(.cancelled)
        } catch {
            _ = inbox.close()
            cutAll(TransportFailure(mayHaveBeenSent: true, reason: "the transport failed", detail: "\(error.step): \(error.detail)"))
        }
        let late = inbox.take()
        for submission in late.start + late.cut { submission.complete(.failure(.cancelled)) }
    }

    private func step() throws(CurlProblem) -> Bool {
        let orders = inbox.take()
        for submission in orders.cut { submission.complete(.failure(.cancelled)) }
        if orders.cutsActive { cutAll(.cancelled) }
        waiting += orders.start
        if orders.stops { return false }
        startWaiting()
        try multi.perform()
        crashPoint("after-send", when: active.contains(where: \.hasBegun))
        while let (easy, result) = multi.nextDone() { try finish(easy, result) }
        startWaiting()
        try multi.wait(atMost: inbox.maySleep() ? CurlLoop.longestWait : 0)
        return true
    }

    private func startWaiting() {
        while active.count < settings.connections, nextWaiting < waiting.count {
            let submission = waiting[nextWaiting]
            nextWaiting += 1
            start(submission)
        }
        if nextWaiting == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            nextWaiting = 0
        }
    }

    private func start(_ submission: Submission) {
        do throws(CurlProblem) {
            let transfer = if let transfer = idle.popLast() { transfer } else { try Transfer(settings, origin: origin) }
            let lane = submission.request.lane.index
            guard lanes.indices.contains(lane) else { throw CurlProblem("choosing a credential", "no such lane") }
            try transfer.prepare(
                submission, target: path + submission.request.path, headers: lanes[lane].lines(for: submission.request))
            try multi.add(transfer)
            transfer.place = active.count
            active.append(transfer)
        } catch {
            let detail = "\(error.step): \(error.detail)"
            submission.complete(.failure(CurlFailure.neverSent(CURLE_FAILED_INIT, verification: 0, detail: detail)))
        }
    }

    private func finish(_ easy: UnsafeMutableRawPointer, _ result: CURLcode) throws(CurlProblem) {
        guard let transfer = Transfer.of(easy) else { throw CurlProblem("ending a request", "an unknown handle") }
        try multi.remove(transfer)
        forget(transfer)
        let reply = transfer.reply(result)
        crashPoint("after-reply")
        // Before the reply is handed over: whoever gets it may send the next request at once.
        if idle.count < settings.connections { idle.append(transfer) }
        transfer.deliver(reply)
    }

    private func forget(_ transfer: Transfer) {
        let last = active.removeLast()
        guard last !== transfer else { return }
        last.place = transfer.place
        active[transfer.place] = last
    }

    /// Answers every request that is under way or waits.
    private func cutAll(_ failure: TransportFailure) {
        let cut = active
        let unsent = waiting[nextWaiting...]
        active = []
        waiting = []
        nextWaiting = 0
        for transfer in cut {
            // A handle that cannot be removed is destroyed below, which takes it out as well.
            try? multi.remove(transfer)
            transfer.deliver(.failure(failure))
        }
        for submission in unsent { submission.complete(.failure(failure)) }
    }
}
