import Glibc

/// The server cannot listen.
package struct ServeError: Error, Equatable {
    package var address: ListenAddress
    /// What the system said; 0 where the library does not tell.
    package var errno: Int32

    package var isTaken: Bool { errno == EADDRINUSE }

    /// `127.0.0.1:7461 is taken by another program`
    package var message: String {
        if isTaken { return "\(address) is taken by another program" }
        let reason = errno == 0 ? "the library does not say why" : strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
        return "cannot listen on \(address): \(reason)"
    }
}
