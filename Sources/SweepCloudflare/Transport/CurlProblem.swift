import CCurl

/// libcurl refused to be set up: no memory, a library that was built without TLS, an unknown option.
package struct CurlProblem: Error, Sendable, Hashable {
    /// What was being done.
    package var step: String
    /// The library's own words.
    package var detail: String

    init(_ step: String, _ detail: String) {
        self.step = step
        self.detail = detail
    }
}

/// Throws unless a call to an easy handle succeeded.
func check(_ code: CURLcode, _ step: @autoclosure () -> String) throws(CurlProblem) {
    guard code != CURLE_OK else { return }
    throw CurlProblem(step(), String(cString: curl_easy_strerror(code)))
}

/// Throws unless a call to a multi handle succeeded.
func check(_ code: CURLMcode, _ step: @autoclosure () -> String) throws(CurlProblem) {
    guard code != CURLM_OK else { return }
    throw CurlProblem(step(), String(cString: curl_multi_strerror(code)))
}

/// The library's global set-up, done once and never undone: it lives as long as the process.
enum CurlLibrary {
    private static let outcome = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

    static func start() throws(CurlProblem) {
        try check(outcome, "starting libcurl")
    }
}
