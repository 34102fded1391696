/// Why the queue file could not be used. Each case has one sentence that says what to do.
package struct QueueError: Error, Sendable, Hashable {
    package enum Code: Sendable, Hashable {
        /// No room left on the device.
        case full
        /// The device has room, but no more for this user.
        case quota
        /// The file or its directory cannot be written.
        case readOnly
        /// The file cannot be opened, or its directory does not exist and cannot be made.
        case cannotOpen
        /// The file is no SQLite database, or one that is not a queue.
        case notAQueue
        /// The file was written by a newer version of this program.
        case newerSchema
        /// The file is damaged.
        case damaged
        /// Another program holds a lock for too long.
        case busy
        /// Reading or writing failed.
        case inputOutput
        /// Another process owns the queue.
        case owned
        /// Another process has taken the queue over.
        case lostOwnership
        /// A rule of the schema was broken: a defect of this program.
        case constraint
        /// Any other error of the database.
        case other
    }

    package var code: Code
    package var path: String
    /// The library's own words, or who owns the queue.
    package var detail: String

    package init(_ code: Code, path: String, detail: String) {
        self.code = code
        self.path = path
        self.detail = detail
    }
}
