import CCurl

/// Owns scheme, host and port of every request in libcurl's form, taken apart once: given as text, libcurl would take them apart for
/// every request.
final class Origin {
    let parts: UnsafeMutableRawPointer

    /// - Parameter text: `https://api.cloudflare.com`, without a credential.
    init(_ text: String) throws(CurlProblem) {
        guard let parts = curl_url() else { throw CurlProblem("keeping the origin", "out of memory") }
        let code = curl_url_set(parts, CURLUPART_URL, text, 0)
        guard code == CURLUE_OK else {
            curl_url_cleanup(parts)
            throw CurlProblem("keeping the origin", String(cString: curl_url_strerror(code)))
        }
        self.parts = UnsafeMutableRawPointer(parts)
    }

    deinit { curl_url_cleanup(OpaquePointer(parts)) }
}
