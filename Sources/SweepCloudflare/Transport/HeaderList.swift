import CCurl

/// Owns a list of header lines in libcurl's form. Lines are added while it is made; after that it never changes.
// @unchecked: the list is written in `init` only, and libcurl only reads it.
final class HeaderList: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<curl_slist>?

    init(_ lines: [String]) throws(CurlProblem) {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let longer = curl_slist_append(list, line) else {
                curl_slist_free_all(list)
                throw CurlProblem("keeping headers", "out of memory")
            }
            list = longer
        }
        pointer = list
    }

    deinit { curl_slist_free_all(pointer) }
}
