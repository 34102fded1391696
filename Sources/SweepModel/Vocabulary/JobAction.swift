/// What a job does to its tokens. The raw values are the words of the queue file and of `--json`.
package enum JobAction: String, Sendable, Hashable, CaseIterable {
    case delete
    /// They stop working and stay, so that it can be undone. A job with this action never sends a DELETE.
    case disable
    /// The undo of disabling.
    case enable

    /// The first request for every token. Whoever changes a token has to say its name, so that it is read first.
    package var firstRequest: RequestKind {
        switch self {
        case .delete: .delete
        case .disable, .enable: .read
        }
    }
}

/// What becomes of a token that the API refuses to delete because it is in use: `--when-blocked`.
package enum WhenBlocked: String, Sendable, Hashable, CaseIterable {
    /// It is told, and nothing else.
    case report
    /// It is made to stop working, reversibly.
    case disable
    /// Its secret is replaced by one that nobody keeps: whoever knows the old one is locked out, for good.
    case rotate

    package var request: RequestKind? {
        switch self {
        case .report: nil
        case .disable: .read
        case .rotate: .rotate
        }
    }
}

/// The requests that are sent for an item. The raw values are the words of the queue file and of the attempt log.
package enum RequestKind: String, Sendable, Hashable, CaseIterable {
    case delete
    /// Only looks: what the token's name is, and whether it is enabled.
    case read
    case disable
    case enable
    case rotate

    /// As queue and evidence write it: a DELETE is what a request is when nothing else is said.
    package var stored: String? { self == .delete ? nil : rawValue }

    /// nil for an unknown word.
    package init?(stored word: String?) {
        guard let word else { self = .delete; return }
        self.init(rawValue: word)
    }
}

/// What a job did to a token that it did not delete. The raw values are the words of the queue file.
package enum TokenChange: String, Sendable, Hashable, CaseIterable {
    /// It was enabled, and a try to disable it was sent whose answer was lost or did not tell.
    case maybeDisabled = "maybe_disabled"
    case disabled
    case maybeRotated = "maybe_rotated"
    case rotated
    case maybeEnabled = "maybe_enabled"
    case enabled
    /// Disabled by this job and enabled again by another one.
    case undone
}
