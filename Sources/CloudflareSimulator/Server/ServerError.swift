import Glibc

/// The server cannot be started.
package struct ServerError: Error, Equatable, CustomStringConvertible {
    package var operation: String
    /// 0 where the library does not say why.
    package var errno: Int32

    package var description: String {
        let reason = errno == 0 ? "" : ": \(String(cString: strerror(errno)))"
        return "The simulator cannot \(operation)\(reason)."
    }
}
