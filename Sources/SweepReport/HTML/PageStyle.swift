/// How the page looks: a calm document, light and dark, on a desk, a telephone and on paper.
enum PageStyle {
    static let text = "\n" + ChartStyle.css + base + tables + controls + medium + narrow + paper

    private static let base = """
        * { box-sizing: border-box; }
        [hidden] { display: none !important; }
        html { -webkit-text-size-adjust: 100%; }
        body {
          margin: 0; padding: 0 1.25rem 4rem; background: var(--ground); color: var(--ink);
          font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", "DejaVu Sans", sans-serif;
        }
        header, main { max-width: 76rem; margin: 0 auto; }
        header { padding: 2.5rem 0 1rem; }
        h1 { font-size: clamp(1.6rem, 4.2vw, 2.5rem); line-height: 1.2; letter-spacing: -.01em; margin: .25rem 0 1.25rem; text-wrap: balance; }
        h1::before {
          display: inline-block; width: 1.15em; height: 1.15em; margin-right: .4em; border-radius: 50%; text-align: center; line-height: 1.15em;
          font-size: .8em; color: var(--surface); vertical-align: .06em; letter-spacing: 0;
        }
        .good h1::before { content: "✓" / ""; background: var(--deleted); }
        .partial h1::before { content: "!" / ""; background: var(--blocked); }
        .open h1::before { content: "…" / ""; background: var(--in_flight); }
        h2 { font-size: 1.15rem; margin: 0 0 .75rem; }
        p { margin: 0 0 .75rem; }
        a { color: var(--accent); }
        code, .id, .scope { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace; font-size: .875em; }
        code { padding: .1em .35em; border-radius: 4px; background: var(--ground); border: 1px solid var(--line); overflow-wrap: anywhere; }
        bdi { overflow-wrap: anywhere; }
        small { display: block; color: var(--soft); font-size: .8125rem; }
        .kicker { color: var(--soft); margin: 0; }
        .kicker span { font-weight: 600; color: var(--accent); margin-right: .5em; }
        .notice { padding: .6rem .9rem; background: var(--surface); border: 1px solid var(--line); border-left: 4px solid var(--blocked); border-radius: 6px; }
        .open .notice { border-left-color: var(--in_flight); }
        section { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 1.25rem 1.4rem; margin: 0 0 1.25rem; }
        .bar { height: 1.6rem; }
        .counts { display: grid; grid-template-columns: repeat(auto-fill, minmax(13.5rem, 1fr)); gap: .75rem 1.5rem; list-style: none; margin: 1rem 0 0; padding: 0; }
        .counts li { display: flex; gap: .6rem; align-items: baseline; }
        .counts strong { font-size: 1.2rem; font-variant-numeric: tabular-nums; }
        .swatch { flex: none; width: .75rem; height: .75rem; }
        .chart .open-swatch { fill: none; stroke: var(--pending); stroke-width: 3; }
        .facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .6rem 1.5rem; margin: 0; }
        .facts dt { color: var(--soft); font-size: .8125rem; }
        .facts dd { margin: 0; }
        .facts .long { grid-column: span 2; }
        .events { margin: .75rem 0 0; padding-left: 1.6rem; columns: 24rem; }
        .events time { font-variant-numeric: tabular-nums; color: var(--soft); }
        .events.later { list-style: none; padding-left: 1.6rem; margin-top: .25rem; }
        details { margin-top: .75rem; }
        summary { cursor: pointer; color: var(--accent); }
        .narrow { display: none; }
        .skip { position: absolute; left: -999rem; }
        .skip:focus { left: 1rem; top: 1rem; padding: .5rem .9rem; background: var(--surface); border-radius: 6px; z-index: 1; }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }

        """

    private static let tables = """
        .scroll { overflow-x: auto; max-width: 100%; }
        .tall { max-height: 36rem; overflow-y: auto; }
        table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
        caption { text-align: left; color: var(--soft); font-size: .8125rem; padding-bottom: .4rem; }
        th, td { text-align: left; vertical-align: top; padding: .45rem .75rem .45rem 0; border-bottom: 1px solid var(--line); }
        th { font-weight: 600; }
        th small { white-space: nowrap; }
        tbody th { font-weight: 400; }
        thead th { color: var(--soft); font-size: .8125rem; white-space: nowrap; }
        tfoot th, tfoot td { border-bottom: 0; font-weight: 600; }
        .numbers td, .numbers thead th + th { text-align: right; font-variant-numeric: tabular-nums; }
        .numbers tbody th, .numbers tfoot th { overflow-wrap: anywhere; }
        .name { display: block; max-height: 6em; overflow: auto; }
        .reason { display: block; max-height: 9em; overflow: auto; }
        .id { display: block; max-height: 6em; overflow: auto; color: var(--soft); }
        .time, .scope { white-space: nowrap; font-variant-numeric: tabular-nums; }
        .outcome { white-space: nowrap; padding-left: .6rem; border-left: 4px solid var(--skipped); }
        .outcome.deleted { border-color: var(--deleted); } .outcome.already_absent { border-color: var(--already_absent); }
        .outcome.presumed_deleted { border-color: var(--presumed_deleted); } .outcome.disabled, .outcome.enabled { border-color: var(--disabled); }
        .outcome.blocked { border-color: var(--blocked); } .outcome.failed { border-color: var(--failed); }
        .outcome.skipped { border-color: var(--skipped); } .outcome.invalid { border-color: var(--invalid); }
        .outcome.pending, .outcome.in_flight { border-color: var(--pending); border-left-style: dashed; }
        .remaining { table-layout: fixed; min-width: 56rem; }
        .remaining thead th:first-child { width: 10rem; } .remaining thead th:nth-child(2) { width: 22rem; }
        #table { table-layout: fixed; min-width: 66rem; }
        #table thead th:nth-child(1) { width: 10.5rem; } #table thead th:nth-child(2) { width: 19.5rem; } #table thead th:nth-child(3) { width: 10rem; }
        #table thead th:nth-child(5) { width: 4.5rem; } #table thead th:nth-child(6) { width: 11rem; } #table thead th:nth-child(7) { width: 5.5rem; }
        .details td { background: var(--ground); padding: .9rem; }

        """

    private static let controls = """
        .controls { display: grid; gap: .9rem; margin-bottom: .9rem; }
        input, select, button { font: inherit; color: inherit; }
        input[type="search"] { width: 100%; max-width: 32rem; display: block; margin-top: .2rem; }
        input[type="search"], #page, select, button { background: var(--surface); border: 1px solid var(--soft); border-radius: 6px; padding: .35rem .7rem; }
        ::placeholder { color: var(--soft); opacity: 1; }
        button { cursor: pointer; }
        button:hover { border-color: var(--accent); color: var(--accent); }
        button[aria-disabled="true"] { opacity: .55; cursor: default; border-color: var(--line); color: inherit; }
        fieldset { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .4rem 1.25rem; }
        legend { float: left; padding: 0; margin-right: .75rem; color: var(--soft); }
        .choice { white-space: nowrap; font-variant-numeric: tabular-nums; }
        .choice .outcome { margin-left: .15rem; }
        .shown { color: var(--soft); margin-bottom: .5rem; font-variant-numeric: tabular-nums; }
        .pages { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem .6rem; margin-top: 1rem; }
        .pages label:last-child { margin-left: auto; }
        thead button { border: 0; background: none; padding: 0; font-weight: 600; border-radius: 2px; }
        thead button::after { content: " ↕" / ""; color: var(--soft); font-weight: 400; }
        [aria-sort="ascending"] button::after { content: " ↑" / ""; color: var(--accent); }
        [aria-sort="descending"] button::after { content: " ↓" / ""; color: var(--accent); }
        .more button { padding: .05rem .5rem; font-size: .8125rem; }
        [aria-expanded="true"] { border-color: var(--accent); }

        """

    /// Where the whole table does not fit, what has two words stands on two lines; nothing is left out.
    private static let medium = """
        @media screen and (max-width: 73rem) {
          #table { min-width: 56rem; font-size: .875rem; }
          #table thead th { white-space: normal; }
          #table thead button { text-align: left; }
          #table .time, #table .scope { white-space: normal; }
          #table thead th:nth-child(1) { width: 9.75rem; } #table thead th:nth-child(2) { width: 17.5rem; } #table thead th:nth-child(3) { width: 6rem; }
          #table thead th:nth-child(5) { width: 3.75rem; } #table thead th:nth-child(6) { width: 6.25rem; } #table thead th:nth-child(7) { width: 5rem; }
        }

        """

    /// On a telephone charts are drawn for its width, and rows are cards.
    private static let narrow = """
        @media screen and (max-width: 44rem) {
          body { padding: 0 .75rem 2rem; }
          header { padding-top: 1.25rem; }
          section { padding: 1rem .9rem; }
          .wide { display: none; }
          .narrow { display: block; }
          .counts { grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); }
          .facts { grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); }
          .facts .long { grid-column: 1 / -1; }
          .numbers thead th { white-space: normal; }
          .numbers th { font-size: .8125rem; }
          .stacked:not([hidden]), .stacked tbody, .stacked tr, .stacked td, .stacked tbody th, .stacked caption { display: block; }
          #table, .remaining { min-width: 0; }
          .stacked thead tr { display: flex; flex-wrap: wrap; gap: .2rem 1rem; }
          .stacked thead th { border: 0; padding: 0; }
          .stacked thead th:not([aria-sort]) { display: none; }
          .stacked tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
          .stacked td, .stacked tbody th { border: 0; padding: .1rem 0; }
          .stacked td[data-title]::before { content: attr(data-title) ": "; color: var(--soft); font-size: .8125rem; }
          .stacked td[data-title] > bdi { display: inline; }
          .stacked td[data-title]:empty { display: none; }
          .pages label:last-child { margin-left: 0; }
        }

        """

    private static let paper = """
        @media print {
          :root {
            color-scheme: light;
            --ground: #ffffff; --surface: #ffffff; --ink: #000000; --soft: #444444; --line: #bbbbbb; --accent: #000000;
            --deleted: #17795a; --already_absent: #4c9a80; --presumed_deleted: #2f8f9d; --disabled: #2c6fb3; --enabled: #2c6fb3;
            --blocked: #b86400; --failed: #bc2f27; --skipped: #7a838e; --invalid: #7e57b3; --pending: #5b84b1; --in_flight: #2c6fb3;
            --used: #6b8fb8; --step: #a9b8c9;
          }
          body { padding: 0; font-size: 10pt; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
          section { border: 0; border-top: 1px solid var(--line); border-radius: 0; padding: 1rem 0; margin: 0; }
          h2 { break-after: avoid; }
          svg, tr, .counts li, .facts div { break-inside: avoid; }
          .wide { display: block; }
          .narrow, .skip, .controls, .pages, .more, details { display: none; }
          #table thead th:last-child { display: none; }
          thead button::after { content: none; }
          .scroll { overflow: visible; max-height: none; }
          .name, .id, .reason { max-height: none; }
          table { font-size: 8.5pt; }
          #table, .remaining { table-layout: auto; min-width: 0; }
          #table thead th:nth-child(n), .remaining thead th:nth-child(n) { width: auto; }
          thead { display: table-header-group; }
        }

        """
}
