import Glibc

/// Resets a TCP connection at once: the peer sees "connection reset", not an orderly end.
///
/// Linux only: dissolving the association of a connected TCP socket sends the reset. Closing with a zero linger would do elsewhere,
/// but libmicrohttpd shuts its sockets down first, and the peer would see that. Returns false when the kernel refuses.
func resetConnection(_ socket: Int32) -> Bool {
    var address = sockaddr()
    address.sa_family = sa_family_t(AF_UNSPEC)
    return connect(socket, &address, socklen_t(MemoryLayout<sockaddr>.size)) == 0
}
