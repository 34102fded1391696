import Glibc

/// A call of the operating system that failed under a fixture.
package struct SystemFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ operation: String, _ code: Int32 = errno) {
        description = "\(operation): \(strerror(code).map { String(cString: $0) } ?? "error \(code)")"
    }
}
