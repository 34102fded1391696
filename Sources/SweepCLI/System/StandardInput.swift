import Glibc

/// What other programs hand over.
enum StandardInput {
    /// Returns when the first byte is there, or the end, or an error that reading will tell.
    static func waitForBeginning() {
        var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        while poll(&input, 1, -1) < 0, errno == EINTR {}
    }
}
