import SweepModel
import SweepQueue
import SweepReport

/// Finds a memory for lookups that need no job.
enum QueueMemory {
    /// The queue, or nil where it cannot be had. That another process works on it is no news: the API's own headers then
    /// hold both back. Whatever else keeps it shut is told, and no reason not to look.
    static func open(_ arguments: Arguments, _ system: SystemContext) -> Queue? {
        do {
            return try system.takeQueue(try arguments.queuePath(system))
        } catch let error as QueueError where error.code == .owned {
            return nil
        } catch {
            system.console.tell("\(Failure(error).text)\ntokensweep: warning: requests are not remembered for later runs")
            return nil
        }
    }
}
