import CrashPoints
import Glibc

/// A report's file that comes into being whole or not at all.
///
/// The bytes go to a temporary file of mode 0600 in the same directory; `finish` makes them durable and lets the file take
/// the report's name. Until then, and when anything fails, an older report stays as it is and the temporary file is removed.
package final class ReportFile: ByteSink {
    private enum State {
        /// Bytes are taken.
        case open
        /// A write failed: what is in the file is not whole and must never take the name.
        case broken(ReportError)
        /// In place, or removed.
        case closed
    }

    private let place: ReportPlace
    private let temporary: String
    let descriptor: CInt
    private var state = State.open

    package init(path: String) throws(ReportError) {
        place = try ReportPlace(path)
        (temporary, descriptor) = try place.makeTemporary()
    }

    deinit { discard() }

    /// Finds out, before a job starts, whether a report could be written here, by making and removing a file.
    package static func check(path: String) throws(ReportError) {
        let (temporary, descriptor) = try ReportPlace(path).makeTemporary()
        let closed = Descriptor.close(descriptor)
        guard unlink(temporary) == 0 else { throw ReportError(.directoryNotWritable, path: path, number: errno) }
        if let closed { throw .writing(path, closed) }
    }

    package func write(_ bytes: Span<UInt8>) throws(ReportError) {
        switch state {
        case .broken(let error): throw error
        case .closed: throw ReportError(.writeFailed, path: place.path, number: EBADF)
        case .open: break
        }
        do {
            try Descriptor.write(bytes, to: descriptor, path: place.path)
        } catch {
            state = .broken(error)
            throw error
        }
    }

    /// Makes the file durable and puts it in its place. On failure the temporary file is removed.
    package func finish() throws(ReportError) {
        switch state {
        case .broken(let error): throw error
        case .closed: throw ReportError(.writeFailed, path: place.path, number: EBADF)
        case .open: break
        }
        if let number = Descriptor.synchronise(descriptor) {
            discard()
            throw .writing(place.path, number)
        }
        state = .closed
        let closed = Descriptor.close(descriptor)
        if let number = closed { throw abandon(.writing(place.path, number)) }
        crashPoint("before-report-rename")
        guard rename(temporary, place.path) == 0 else {
            throw abandon(ReportError(.renameFailed, path: place.path, number: errno))
        }
        crashPoint("after-report-rename")
        try place.synchroniseDirectory()
    }

    /// Removes the temporary file and leaves everything as it was; done by itself when the value goes away unfinished.
    package func discard() {
        if case .closed = state { return }
        state = .closed
        // Nothing that was written is wanted any more, so an error of close tells nothing of interest.
        _ = Descriptor.close(descriptor)
        _ = unlink(temporary)
    }

    /// Removes the closed temporary file. The error that led here is the one to tell; one of `unlink` would hide it.
    private func abandon(_ error: ReportError) -> ReportError {
        _ = unlink(temporary)
        return error
    }
}
