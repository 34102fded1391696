import Glibc
import SQLite
import SweepModel

extension QueueError {
    /// What an error of the library means for a queue file.
    init(_ error: SQLiteError, path: String) {
        // To the library every write that fails is a disk I/O error; the system knows whether it was one.
        let cause = QueueError.cause(error.systemNumber)
        let code: Code =
            switch error.kind {
            case .full: .full
            case .readOnly, .permission: .readOnly
            case .cannotOpen where cause == .quota: .quota
            case .cannotOpen where cause == .full: .full
            case .cannotOpen: .cannotOpen
            case .notADatabase: .notAQueue
            case .corrupt: .damaged
            case .busy: .busy
            case .inputOutput: cause ?? .inputOutput
            case .constraint: .constraint
            case .tooBig, .other: .other
            }
        let words = cause.map { _ in ": " + QueueError.words(error.systemNumber) } ?? ""
        self.init(code, path: path, detail: error.message + words)
    }

    /// What an error number of the operating system says of a disk; nil where it says nothing.
    static func cause(_ number: Int32) -> Code? {
        switch number {
        case EROFS: .readOnly
        case ENOSPC: .full
        case EDQUOT: .quota
        case EIO: .inputOutput
        default: nil
        }
    }

    static func words(_ number: Int32) -> String { strerror(number).map { String(cString: $0) } ?? "error \(number)" }
}
