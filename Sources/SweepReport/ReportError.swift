import Glibc

/// A report could not be written. Nothing of an older report is lost by it.
package struct ReportError: Error, Sendable, Hashable {
    /// What went wrong: a closed list, and a short text without variable parts for each.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// Whoever read the output went away (`EPIPE`); usually no fault at all, as with `| head`.
        case closed = "the reader of the output is gone"
        /// `ENOSPC`, `EDQUOT`
        case full = "no space is left"
        /// `EFBIG`
        case tooLarge = "the file would be larger than is allowed"
        /// `EIO`
        case device = "the device failed"
        case directoryMissing = "there is no such directory"
        case directoryNotWritable = "no file can be made in its directory"
        case isDirectory = "it is a directory"
        case notAFile = "something that is not a file has this name"
        case openFailed = "the file cannot be made"
        case writeFailed = "writing failed"
        /// The temporary file is complete, but could not take the report's name.
        case renameFailed = "the finished file could not take its name"
        /// The report is in place, but it is not certain that it outlives a power cut.
        case notDurable = "the report may not survive a power cut"
    }

    package var code: Code
    /// The path as the user gave it, or `standard output`.
    package var path: String
    /// The system's error number; 0 where there is none.
    package var number: CInt

    package init(_ code: Code, path: String, number: CInt = 0) {
        self.code = code
        self.path = path
        self.number = number
    }

    /// One line for people, safe on a terminal: `cannot write x.csv: no space is left`.
    package var message: String {
        let cause = number == 0 ? "" : " (\(String(cString: strerror(number))))"
        return "cannot write \(TerminalText.sanitised(path)): \(code.rawValue)\(cause)"
    }

    /// What to do about it; nil where nothing is to be done.
    package var remedy: String? {
        switch code {
        case .closed: nil
        case .full, .tooLarge: "make room or choose another place; `tokensweep report` writes the report at any time"
        case .device, .writeFailed, .openFailed, .renameFailed, .notDurable:
            "choose another place; `tokensweep report` writes the report at any time"
        case .directoryMissing: "make the directory first, or choose another one"
        case .directoryNotWritable: "choose a directory in which you may make files"
        case .isDirectory, .notAFile: "choose the name of a file"
        }
    }

    /// The error of a failed `write`, `fsync` or `close`.
    static func writing(_ path: String, _ number: CInt) -> ReportError {
        let code: Code =
            switch number {
            case EPIPE: .closed
            case ENOSPC, EDQUOT: .full
            case EFBIG: .tooLarge
            case EIO: .device
            default: .writeFailed
            }
        return ReportError(code, path: path, number: number)
    }
}
