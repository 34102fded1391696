#pragma once
#include <microhttpd.h>
#include <netinet/in.h>
#include <string.h>

// MHD_start_daemon takes its options as C varargs, which Swift cannot call. NULL when it cannot listen; errno says why. A connection
// on which nothing moves for `timeout` seconds is closed; 0 is never. `strict` refuses what RFC 9112 forbids.
// Not with epoll: when 128 sockets are ready at once, libmicrohttpd 0.9.75 waits for more before it serves them.
static inline struct MHD_Daemon *microhttpd_start(
    const struct sockaddr *address, unsigned int connections, unsigned int timeout, int strict, MHD_AccessHandlerCallback handler,
    void *cls, MHD_RequestCompletedCallback completed, void *(*uri)(void *, const char *, struct MHD_Connection *)) {
    unsigned int flags = MHD_USE_POLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;
    if (address->sa_family == AF_INET6) flags |= MHD_USE_IPv6;
    return MHD_start_daemon(
        flags, 0, NULL, NULL, handler, cls, MHD_OPTION_SOCK_ADDR, address, MHD_OPTION_NOTIFY_COMPLETED, completed, cls,
        MHD_OPTION_URI_LOG_CALLBACK, uri, cls, MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_CONNECTION_TIMEOUT, timeout,
        MHD_OPTION_STRICT_FOR_CLIENT, strict, MHD_OPTION_LISTEN_BACKLOG_SIZE, 1024u, MHD_OPTION_END);
}

// An address on loopback, of which Swift cannot make a `sockaddr` in one expression.
static inline struct sockaddr_in microhttpd_loopback(uint16_t port) {
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

// MHD_get_daemon_info is variadic. The port that the kernel chose, or 0 when it is not known.
static inline uint16_t microhttpd_port(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info == NULL ? 0 : info->port;
}

// MHD_get_connection_info is variadic. The socket of a connection, or -1.
static inline int microhttpd_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? -1 : (int)info->connect_fd;
}

// MHD_get_connection_info is variadic. The peer's IPv4 address in host order, or 0.
static inline uint32_t microhttpd_peer(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (info == NULL || info->client_addr == NULL || info->client_addr->sa_family != AF_INET) return 0;
    return ntohl(((const struct sockaddr_in *)info->client_addr)->sin_addr.s_addr);
}

// The value of this macro is a cast, which Swift does not import: the reader gives up and the connection is cut.
static inline ssize_t microhttpd_reader_failed(void) { return MHD_CONTENT_READER_END_WITH_ERROR; }

// The value of this macro is a cast, which Swift does not import: the body is complete.
static inline ssize_t microhttpd_reader_ended(void) { return MHD_CONTENT_READER_END_OF_STREAM; }
