import SQLite
import SweepModel

extension QueueError {
    /// What an error of the library means for a queue file.
    init(_ error: SQLiteError, path: String) {
        let code: Code =
            switch error.kind {
            case .full: .full
            case .readOnly, .permission: .readOnly
            case .cannotOpen: .cannotOpen
            case .notADatabase: .notAQueue
            case .corrupt: .damaged
            case .busy: .busy
            case .inputOutput: .inputOutput
            case .constraint: .constraint
            case .tooBig, .other: .other
            }
        self.init(code, path: path, detail: error.message)
    }
}
