import CCurl

/// Owns one easy handle, with what its current request gathers. Used on the transport's thread only, for one request
/// after the other, so that libcurl's set-up is paid once.
final class Transfer {
    let easy: UnsafeMutableRawPointer
    /// Kept, because the handle only points to it.
    private let origin: Origin
    /// libcurl writes its sentence about a failure here.
    private let errorText: UnsafeMutablePointer<CChar>
    /// Where this transfer stands in the loop's list of active ones.
    var place = 0
    private var complete: (@Sendable (HTTPReply) -> Void)?
    private var headers = AnswerHeaders()
    private var body: [UInt8] = []
    private var longestBody = 0
    private var isTooLarge = false
    /// Whether libcurl has begun to send: from then on, the request's fate may be unknown.
    private(set) var hasBegun = false
    /// Whether libcurl wanted to send a second time and was stopped.
    private var wasStopped = false

    init(_ settings: TransportSettings, origin: Origin) throws(CurlProblem) {
        guard let easy = curl_easy_init() else { throw CurlProblem("making a handle", "out of memory") }
        self.easy = easy
        self.origin = origin
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        // Unretained: libcurl uses these only while the handle lives, and the handle lives no longer than this object.
        let context = Unmanaged.passUnretained(self).toOpaque()
        try set(CURLOPT_ERRORBUFFER, UnsafeMutableRawPointer(errorText))
        try set(CURLOPT_PRIVATE, context)
        try set(CURLOPT_WRITEDATA, context)
        try set(CURLOPT_HEADERDATA, context)
        try set(CURLOPT_PREREQDATA, context)
        try check(ccurl_set_data_callback(easy, CURLOPT_WRITEFUNCTION, onBody), "setting a callback")
        try check(ccurl_set_data_callback(easy, CURLOPT_HEADERFUNCTION, onHeader), "setting a callback")
        try check(ccurl_set_prerequest_callback(easy, onBegin), "setting a callback")
        try set(CURLOPT_CURLU, origin.parts)
        try apply(settings)
    }

    deinit {
        curl_easy_cleanup(easy)
        errorText.deallocate()
    }

    /// Makes the handle ready for a request.
    ///
    /// - Parameter target: path and query, put into the request as they stand. As a part of the URL they would be taken apart and put
    ///   together again, which takes an eighth of all that libcurl does for a request.
    func prepare(_ submission: Submission, target: String, headers lines: HeaderList) throws(CurlProblem) {
        // Nothing checks it but this: a line end would begin a header.
        guard Transfer.isTarget(target) else { throw CurlProblem("naming a token", "a path that is none") }
        headers = AnswerHeaders()
        longestBody = submission.request.longestBody
        isTooLarge = false
        hasBegun = false
        wasStopped = false
        errorText.pointee = 0
        try prepare(body: submission.request.body)
        try set(CURLOPT_CUSTOMREQUEST, submission.request.method.rawValue)
        try set(CURLOPT_REQUEST_TARGET, target)
        try set(CURLOPT_HTTPHEADER, lines.pointer.map { UnsafeMutableRawPointer($0) })
        complete = submission.complete
    }

    /// Whether a text has neither blanks nor control characters: told in one pass, without a branch for each byte.
    private static func isTarget(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { utf8 in
            var isTarget = true
            for byte in utf8 { isTarget = isTarget && byte > 0x20 && byte != 0x7F }
            return isTarget
        }
    }

    /// The handle may have sent a body before: without one, nothing of it may be left.
    private func prepare(body: [UInt8]?) throws(CurlProblem) {
        try set(CURLOPT_HTTPGET, 1)
        guard let body else { return }
        // The size first: libcurl copies so many bytes. It sets the method, which is then named by itself.
        try set(CURLOPT_POSTFIELDSIZE, body.count)
        // One byte more than is sent: an empty list may have no address, and without one libcurl would ask for a body elsewhere.
        try check(ccurl_copy_body(easy, body + [0]), "setting a body")
    }

    /// Hands the reply over; the second call for a request does nothing.
    func deliver(_ reply: HTTPReply) {
        let receiver = complete
        complete = nil
        receiver?(reply)
    }

    /// What became of the request, once libcurl is done with it.
    func reply(_ result: CURLcode) -> HTTPReply {
        defer { body = [] }
        let status = number(CURLINFO_RESPONSE_CODE)
        guard hasBegun, status > 0, !wasStopped else { return .failure(failure(result)) }
        let ending: HTTPResponse.Body =
            switch result {
            case CURLE_OK: .complete(body)
            case _ where isTooLarge: .tooLarge
            default: .cutShort(CurlFailure.lost(result).detail)
            }
        return .response(HTTPResponse(status: status, headers: headers, body: ending))
    }

    private func failure(_ result: CURLcode) -> TransportFailure {
        if wasStopped { return CurlFailure.stopped }
        if hasBegun { return CurlFailure.lost(result) }
        let said = String(cString: errorText)
        return CurlFailure.neverSent(
            result, verification: number(CURLINFO_SSL_VERIFYRESULT),
            detail: said.isEmpty ? String(cString: curl_easy_strerror(result)) : said)
    }

    /// A figure that libcurl keeps of the last request; 0 when it has none.
    private func number(_ info: CURLINFO) -> Int {
        var value = 0
        return ccurl_get_long(easy, info, &value) == CURLE_OK ? value : 0
    }

    // What the callbacks do.

    fileprivate func begin() -> Bool {
        guard hasBegun else {
            hasBegun = true
            return true
        }
        // A reused connection died before its first answering byte, and libcurl wants to send the same request again on a new
        // one. The first may have been carried out, and the budget knows of one only: whether to try again is not
        // libcurl's to decide.
        wasStopped = true
        return false
    }

    fileprivate func take(header line: UnsafeRawBufferPointer) {
        headers.take(line: line)
    }

    fileprivate func take(body bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= longestBody else {
            isTooLarge = true
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }
}

extension Transfer {
    /// The transfer that a handle belongs to.
    static func of(_ easy: UnsafeMutableRawPointer) -> Transfer? {
        var context: UnsafeMutableRawPointer?
        guard ccurl_get_private(easy, &context) == CURLE_OK, let context else { return nil }
        return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    }
}

/// Called when a connection stands and the request is about to be sent on it, and again for every silent resend.
private let onBegin: curl_prereq_callback = { context, _, _, _, _ in
    guard let context else { return CURL_PREREQFUNC_ABORT }
    let mayBegin = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().begin()
    return mayBegin ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}

/// Called with each line of a head.
private let onHeader: curl_write_callback = { bytes, size, count, context in
    guard let bytes, let context else { return 0 }
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().take(header: line)
    return size * count
}

/// Called with each piece of a body; any other result than the piece's size ends the transfer.
private let onBody: curl_write_callback = { bytes, size, count, context in
    guard let bytes, let context else { return 0 }
    let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().take(body: piece) ? size * count : 0
}
