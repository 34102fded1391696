import SweepModel

/// The page's head, and the beginning of its body.
enum PageHead {
    /// Nothing is loaded, sent or embedded; only this style sheet and this script are what they are.
    static let policy =
        "default-src 'none'; style-src 'sha256-\(PageDigests.style)'; script-src 'sha256-\(PageDigests.script)'; "
        + "base-uri 'none'; form-action 'none'"

    static func text(_ job: JobOverview) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="\(policy)">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="referrer" content="no-referrer">
        <meta name="robots" content="noindex">
        <meta name="generator" content="tokensweep">
        <title>\(Markup.escaped(Verdict.sentence(job.tally, job.action))) – \(Markup.escaped(job.name))</title>
        <style>\(PageStyle.text)</style>
        </head>
        <body>
        <a class="skip" href="#tokens">Skip to the table of all tokens</a>

        """
    }
}

/// What the policy knows the page's own texts by: the SHA-256 of each, in base64. A test computes them.
enum PageDigests {
    static let style = "S7IJ5CScwgyhi319J0OU9yAQ9uF1UNebp+f6/fFg1Q8="
    static let script = "T1oD1mvHAHgoXl7fDuhJ92WMxWlY5QWVuPQKWT8LKQ8="
}
