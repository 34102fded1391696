import Dispatch

/// Runs the queue's work, which blocks on the disk, on a thread of its own and never on the cooperative threads.
final class QueueExecutor: SerialExecutor, TaskExecutor {
    private let queue = DispatchQueue(label: "tokensweep.queue")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(isolatedTo: self.asUnownedSerialExecutor(), taskExecutor: self.asUnownedTaskExecutor()) }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
    func asUnownedTaskExecutor() -> UnownedTaskExecutor { UnownedTaskExecutor(ordinary: self) }
}
