import SweepModel
import SweepQueue
import SweepReport

/// Takes the queue for a new job. Where another job runs on it, that one can be made to wait: it lets its requests in flight
/// finish, lets the queue go, and takes it back when this process has ended. There is one owner at every moment.
struct UrgentStart {
    let arguments: Arguments
    let system: SystemContext
    let path: String

    private static let interval = Milliseconds(100)
    /// How often the running job may not be there to be asked before this is given up: ten seconds.
    private static let patience = 100

    /// - Throws: `.owned` where nothing that could be asked has the queue, and a refusal where nobody wants to go in front.
    func takeQueue() async throws -> Queue {
        do {
            let queue = try system.takeQueue(path)
            try tellFree()
            return queue
        } catch let error as QueueError where error.code == .owned {
            // A queue that its owner is still making cannot be read yet: that somebody has it is what matters.
            guard let running = try? runningJob() else { throw error }
            try agree(to: running, owner: error.detail)
            return try await takeOver(from: running)
        }
    }

    private func tellFree() throws {
        guard let word = arguments[Options.before] else { return }
        let job = try JobLookup.find(word, in: try QueueReader(path: path), queue: arguments.typedQueue)
        if !arguments[Options.quiet] {
            system.console.tell("The job \(TerminalText.sanitised(job.name)) is not running: nobody has to wait.")
        }
    }

    private func runningJob() throws -> JobOverview? {
        let reader = try QueueReader(path: path)
        guard let id = try reader.runningJob() else { return nil }
        return try reader.job(id)
    }

    /// Returns where somebody wants to go in front of that job.
    private func agree(to running: JobOverview, owner: String) throws {
        let name = TerminalText.sanitised(running.name)
        let shown = "the job \(name) (\(running.id)) is running on this queue (\(TerminalText.sanitised(owner)))"
        let inFront = "go in front of it with --before \(ShellText.word(for: running))"
        if let word = arguments[Options.before] {
            let meant = try JobLookup.find(word, in: try QueueReader(path: path), queue: arguments.typedQueue)
            guard meant.id != running.id else { return }
            throw Failure.refused("the job \(TerminalText.sanitised(meant.name)) is not running: \(shown)", remedy: inFront)
        }
        let inputIsManifest = arguments[Options.manifests].contains("-")
        guard !arguments[Options.yes], system.console.canAsk(inputIsManifest: inputIsManifest) else {
            throw Failure.refused(shown, remedy: "\(inFront), wait for it, or use another queue with --queue FILE; nothing was sent")
        }
        let answer = system.console.ask("\(shown). Go in front of it? It waits, and goes on by itself afterwards. [y/N] ")
        guard let answer, ["y", "yes"].contains(answer.lowercased()) else {
            throw Failure.refused("nothing was sent", remedy: "wait for the job \(name), or use another queue with --queue FILE")
        }
    }

    /// Asks until the queue is free: a wish that nobody followed, because this process was asleep, is left again.
    private func takeOver(from running: JobOverview) async throws -> Queue {
        if !arguments[Options.quiet] {
            system.console.tell("Waiting until the requests in flight of the job \(TerminalText.sanitised(running.name)) have finished.")
        }
        var misses = 0
        while true {
            misses = try QueueControl(path: path).leave(.giveWay, for: running.id) == .running ? 0 : misses + 1
            await system.time.sleep(until: system.time.now + Self.interval)
            do {
                return try system.takeQueue(path)
            } catch {
                guard error.code == .owned, misses < Self.patience else { throw error }
            }
        }
    }
}

/// Takes the queue back after a more urgent job.
struct QueueReturn {
    let job: JobID
    let path: String
    let system: SystemContext

    private static let interval = Milliseconds(250)
    /// How long the more urgent job may take to take what was let go for it. It looks ten times a second.
    private static let grace = Milliseconds(5000)
    /// What a newer job that waits as well, and was in front of this one, has to come first.
    private static let headStart = Milliseconds(1500)

    /// How the wait ended.
    enum End {
        case taken(Queue)
        /// Somebody paused the job, gave it up, or went on with it.
        case over
        /// The task was cancelled.
        case interrupted
    }

    func wait() async throws(QueueError) -> End {
        await pause(Self.grace)
        while !Task.isCancelled {
            guard try QueueReader(path: path).job(job)?.stopReason == JobWish.waitingReason else { return .over }
            if QueueReader.owner(of: path) == nil, try isNewerJobWaiting() { await pause(Self.headStart) }
            do {
                let queue = try system.takeQueue(path)
                if try await queue.takeUpAgain(job) { return .taken(queue) }
                try await queue.letGo()
                return .over
            } catch {
                guard error.code == .owned else { throw error }
            }
            await system.time.sleep(until: system.time.now + Self.interval)
        }
        return .interrupted
    }

    /// Returns after that time, or when somebody has the queue.
    private func pause(_ span: Milliseconds) async {
        let end = system.time.now + span
        while system.time.now < end, QueueReader.owner(of: path) == nil, !Task.isCancelled {
            await system.time.sleep(until: system.time.now + Milliseconds(50))
        }
    }

    /// Its process may be dead: it is given time, and not waited for.
    private func isNewerJobWaiting() throws(QueueError) -> Bool {
        try QueueReader(path: path).jobs().contains { other in
            other.id.value > job.value && other.state == .unfinished && other.stopReason == JobWish.waitingReason
        }
    }
}
