import Dispatch
package import SweepModel
import Synchronization

/// A clock that jumps to the next event as soon as everybody waits, and the executor that knows when everybody does.
///
/// `run` works off the jobs of its task and of that task's children on the calling thread, one after the other. When no
/// job is left, everybody waits: the clock advances to the next sleeper or scheduled action. No other thread takes part,
/// so that a run is a function of its inputs. Unstructured tasks (`Task { }`) would escape the executor. Where another
/// thread has to work, the clock is held meanwhile.
package final class VirtualTime: TimeSource, TaskExecutor {
    /// Nobody will ever wake the task that is waited for.
    package struct Stalled: Error, CustomStringConvertible {
        package var at: Timestamp
        package var description: String { "everybody waits at \(at.rfc3339), and nothing is going to happen" }
    }

    private enum Event: Sendable {
        case wake(CheckedContinuation<Void, Never>)
        case action(@Sendable () -> Void)
    }

    private struct State {
        var now: Timestamp
        var jobs: [UnownedJob] = []
        var agenda = Agenda<Event>()
        /// How many wait for another thread.
        var holders = 0
    }

    private let state: Mutex<State>
    /// Rung for every job that comes in while the clock is held.
    private let bell = DispatchSemaphore(value: 0)

    /// 2026-01-01T00:00:00Z.
    package static let beginning = Timestamp(milliseconds: 1_767_225_600_000)

    package init(now: Timestamp = VirtualTime.beginning) { state = Mutex(State(now: now)) }

    package var now: Timestamp { state.withLock { $0.now } }

    /// Time since the beginning, for expectations.
    package var elapsed: Milliseconds { now - VirtualTime.beginning }

    /// Does something at a later moment, before anybody who is entered later for the same moment.
    package func schedule(at moment: Timestamp, _ action: @escaping @Sendable () -> Void) {
        state.withLock { state in
            let ticket = state.agenda.ticket()
            state.agenda.add(.action(action), at: max(moment, state.now), as: ticket)
        }
    }

    package func schedule(after span: Milliseconds, _ action: @escaping @Sendable () -> Void) {
        schedule(at: now + span, action)
    }

    package func sleep(until moment: Timestamp) async {
        let ticket = state.withLock { $0.agenda.ticket() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard moment > state.now, !Task.isCancelled else { return true }
                    state.agenda.add(.wake(continuation), at: moment, as: ticket)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            if case .wake(let continuation)? = state.withLock({ $0.agenda.remove(ticket) }) { continuation.resume() }
        }
    }

    /// Drops everything that is still to happen. Whoever is waited for by it would never be let go otherwise.
    package func end() { state.withLock { $0.agenda = Agenda() } }

    /// Waits for what another thread does while the clock stands still: in virtual time it takes none.
    package func hold<Success: Sendable, Failure: Error>(
        _ body: () async throws(Failure) -> Success
    ) async throws(Failure) -> Success {
        state.withLock { $0.holders += 1 }
        defer { state.withLock { $0.holders -= 1 } }
        return try await body()
    }

    // MARK: - Running

    /// Runs a task to its end in virtual time.
    ///
    /// - Throws: `Stalled` when the task waits for something that cannot happen, and what the task throws.
    package func run<Success: Sendable>(_ body: @escaping @Sendable () async throws -> Success) throws -> Success {
        let outcome = Outcome<Success>()
        Task(executorPreference: self) {
            do {
                outcome.set(.success(try await body()))
            } catch {
                outcome.set(.failure(error))
            }
        }
        while true {
            workOff()
            if let result = outcome.get() { return try result.get() }
            if isHeld {
                bell.wait()
                continue
            }
            guard let event = advance() else { throw Stalled(at: now) }
            switch event {
            case .wake(let continuation): continuation.resume()
            case .action(let action): action()
            }
        }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isAwaited = state.withLock { state in
            state.jobs.append(job)
            return state.holders > 0
        }
        // One ring too many only lets the clock's thread look once more.
        if isAwaited { bell.signal() }
    }

    private var isHeld: Bool { state.withLock { $0.holders > 0 } }

    private func workOff() {
        while true {
            let jobs = state.withLock { state in
                defer { state.jobs.removeAll(keepingCapacity: true) }
                return state.jobs
            }
            if jobs.isEmpty { return }
            for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
    }

    private func advance() -> Event? {
        state.withLock { state in
            guard let (moment, event) = state.agenda.next() else { return nil }
            state.now = max(state.now, moment)
            return event
        }
    }
}

/// Where a task leaves what it came to.
private final class Outcome<Success: Sendable>: Sendable {
    private let result = Mutex<Result<Success, any Error>?>(nil)

    func set(_ result: Result<Success, any Error>) { self.result.withLock { $0 = result } }
    func get() -> Result<Success, any Error>? { result.withLock { $0 } }
}
