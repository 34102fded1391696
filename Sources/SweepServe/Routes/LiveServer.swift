package import SweepModel
import Synchronization

/// The live page and what belongs to it, on one address. It only reads.
package final class LiveServer: Sendable {
    package struct Settings: Sendable {
        package var address: ListenAddress
        /// Names besides the address's own under which the page is asked for, in lower case.
        package var names: Set<String>
        /// nil: everybody who reaches the address may look.
        package var token: AccessToken?
        package var version: String

        package init(address: ListenAddress, names: Set<String>, token: AccessToken?, version: String) {
            self.address = address
            self.names = names
            self.token = token
            self.version = version
        }
    }

    private let settings: Settings
    private let watcher: Watcher
    private let answers: Answers
    private let state = Mutex(State())

    private struct State {
        /// Known once the port is.
        var gate: RequestGuard?
        var server: HTTPServer?
    }

    package init(
        _ settings: Settings, view: any QueueView, encoder: any LiveEncoder, charts: any ChartSource, time: any TimeSource
    ) {
        self.settings = settings
        watcher = Watcher(view: view, encoder: encoder, time: time)
        answers = Answers(
            view: view, encoder: encoder, charts: charts, time: time, watcher: watcher, version: settings.version)
    }

    /// Begins to answer, and returns the address with the port that it got.
    package func start() throws(ServeError) -> ListenAddress {
        let server = HTTPServer { [weak self] request in self?.answer(request) ?? Answers.starting }
        let bound = try server.listen(settings.address)
        let gate = RequestGuard(hosts: HostRule(address: bound, names: settings.names), token: settings.token)
        state.withLock { $0 = State(gate: gate, server: server) }
        return bound
    }

    /// Lets every listener go and ends.
    package func stop() {
        let server: HTTPServer? = state.withLock { state in
            defer { state.server = nil }
            return state.server
        }
        watcher.audience.close()
        server?.stop()
    }

    private func answer(_ request: HTTPRequest) -> HTTPReply {
        guard let gate = state.withLock({ $0.gate }) else { return Answers.starting }
        if let refusal = gate.refusal(request) { return answers.refusal(refusal) }
        return answers.reply(request)
    }
}
