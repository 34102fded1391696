import CCurl
import SweepModel

extension Transfer {
    /// What is the same for every request.
    func apply(_ settings: TransportSettings) throws(CurlProblem) {
        try set(CURLOPT_USERAGENT, settings.userAgent)
        try set(CURLOPT_TIMEOUT_MS, clamped(settings.timeout.count))
        try set(CURLOPT_CONNECTTIMEOUT_MS, clamped(settings.timeout.count))
        // Signals are for the program; libcurl must not touch their handlers from a thread.
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_TCP_NODELAY, 1)
        try set(CURLOPT_TCP_KEEPALIVE, 1)
        try applyProtocols(isEncrypted: settings.isEncrypted)
        try applyTrust(settings.trust)
        try applyProxy(settings.proxy)
    }

    private func applyProtocols(isEncrypted: Bool) throws(CurlProblem) {
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        // A redirect would carry a DELETE, and its credential, to a place that nobody named.
        try set(CURLOPT_FOLLOWLOCATION, 0)
        try set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        try set(CURLOPT_PATH_AS_IS, 1)
        // Without TLS nothing is negotiated: waiting to learn whether a connection can be shared would hold every request back
        // until the first answer.
        try set(CURLOPT_HTTP_VERSION, Int(isEncrypted ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1))
        // Rather share a connection that is being made than open another one beside it.
        try set(CURLOPT_PIPEWAIT, isEncrypted ? 1 : 0)
    }

    private func applyTrust(_ trust: TrustedCertificates) throws(CurlProblem) {
        try set(CURLOPT_SSL_VERIFYPEER, 1)
        try set(CURLOPT_SSL_VERIFYHOST, 2)
        try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let file = trust.file {
            try set(CURLOPT_CAINFO, file)
            try set(CURLOPT_PROXY_CAINFO, file)
        }
        if let directory = trust.directory {
            try set(CURLOPT_CAPATH, directory)
            try set(CURLOPT_PROXY_CAPATH, directory)
        }
    }

    private func applyProxy(_ proxy: ProxyChoice) throws(CurlProblem) {
        // Set even when empty: otherwise libcurl looks into the process's environment by itself.
        switch proxy {
        case .none:
            try set(CURLOPT_PROXY, "")
        case .url(let url, let exceptions):
            try set(CURLOPT_PROXY, url)
            try set(CURLOPT_NOPROXY, exceptions ?? "")
        }
        // The API's headers, its credential among them, are not for the proxy; its own answers are not the API's.
        try set(CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE))
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    }

    func set(_ option: CURLoption, _ value: Int) throws(CurlProblem) {
        try check(ccurl_set_long(easy, option, value), "setting option \(option.rawValue)")
    }

    func set(_ option: CURLoption, _ value: String) throws(CurlProblem) {
        try check(ccurl_set_string(easy, option, value), "setting option \(option.rawValue)")
    }

    func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer?) throws(CurlProblem) {
        try check(ccurl_set_pointer(easy, option, value), "setting option \(option.rawValue)")
    }

    /// libcurl refuses times beyond 32 bits, and takes 0 for "for ever".
    private func clamped(_ milliseconds: Int64) -> Int { Int(min(max(milliseconds, 1), Int64(Int32.max))) }
}
