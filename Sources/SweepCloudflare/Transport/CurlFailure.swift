import CCurl

/// Turns libcurl's error codes into failures. What counts most, whether the request may have been sent, is not read from
/// the code: the transfer saw it.
enum CurlFailure {
    /// The answer to a request that was, or may have been, sent.
    static func lost(_ code: CURLcode) -> TransportFailure {
        let detail =
            switch code {
            case CURLE_OPERATION_TIMEDOUT: "timeout"
            case CURLE_RECV_ERROR: "connection reset"
            case CURLE_SEND_ERROR: "connection lost while sending"
            case CURLE_GOT_NOTHING: "connection closed without an answer"
            case CURLE_PARTIAL_FILE: "body cut short"
            case CURLE_HTTP2, CURLE_HTTP2_STREAM: "HTTP/2 stream reset"
            case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL: "not an HTTP answer"
            default: String(cString: curl_easy_strerror(code))
            }
        let reason = code == CURLE_OPERATION_TIMEDOUT ? "no answer in time" : "the connection broke before an answer came"
        return TransportFailure(mayHaveBeenSent: true, reason: reason, detail: detail)
    }

    /// libcurl was kept from sending the request a second time.
    static let stopped = TransportFailure(
        mayHaveBeenSent: true, reason: "the connection broke before an answer came", detail: "connection closed without an answer")

    /// The request never left. `detail` is libcurl's sentence, `verification` OpenSSL's verdict on the certificate.
    static func neverSent(_ code: CURLcode, verification: Int, detail: String) -> TransportFailure {
        let reason =
            switch code {
            case CURLE_COULDNT_RESOLVE_HOST: "the name of the API cannot be resolved"
            case CURLE_COULDNT_RESOLVE_PROXY: "the name of the proxy cannot be resolved"
            case CURLE_COULDNT_CONNECT: "no connection to the API could be made"
            case CURLE_OPERATION_TIMEDOUT: "no connection to the API could be made in time"
            case CURLE_PEER_FAILED_VERIFICATION: distrust(verification)
            case CURLE_SSL_CACERT_BADFILE: "the trusted certificates cannot be read (SSL_CERT_FILE, SSL_CERT_DIR)"
            case CURLE_SSL_CONNECT_ERROR: "the TLS handshake with the API failed"
            case CURLE_PROXY, CURLE_RECV_ERROR: "the proxy refused to connect to the API"
            default: "the request could not be sent"
            }
        return TransportFailure(mayHaveBeenSent: false, reason: reason, detail: detail)
    }

    /// OpenSSL's codes of `x509_vfy.h`; 1 where libcurl found another name in the certificate and asked OpenSSL nothing more.
    private static func distrust(_ verification: Int) -> String {
        switch verification {
        case 9: "the API's certificate is not valid yet; is the clock right?"
        case 10: "the API's certificate has expired; is the clock right?"
        case 2, 18, 19, 20, 21: "the API's certificate is self-signed or not trusted"
        case 1, 62, 64: "the API's certificate is for another name"
        default: "the API's certificate was refused"
        }
    }
}
