/// What draws the table. It writes text alone (`textContent`), never markup.
enum PageScript {
    static let text = #"""

        "use strict";
        (() => {
          const LINE = 0, MANIFEST = 1, ID = 2, SCOPE = 3, OUTCOME = 4, REASON = 5, NAME = 6, TRIES = 7, STATUS = 8, FINISHED = 9, REST = 10;
          const byId = (id) => document.getElementById(id);
          const make = (name, text, look) => {
            const element = document.createElement(name);
            if (text !== undefined) element.textContent = text;
            if (look) element.className = look;
            return element;
          };
          const lists = JSON.parse(byId("lists").textContent);
          const rows = [];
          for (const block of document.querySelectorAll("script.rows")) {
            for (const row of JSON.parse(block.textContent)) rows.push(row);
            // A hundred thousand rows need not be kept twice.
            block.remove();
          }

          const count = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
          const time = (row) => row[FINISHED] === null ? "" : new Date(row[FINISHED]).toISOString().replace("T", " ").replace("Z", "");
          const scope = (row) => row[SCOPE] === null ? "" : lists.scopes[row[SCOPE]];
          const shortScope = (row) => scope(row).replace(/^(\w+ \w{8})\w+$/, "$1…");
          const outcome = (row) => lists.outcomes[row[OUTCOME]];
          const place = (row) => (lists.manifests[row[MANIFEST]] || "") + ":" + row[LINE];

          // What each column shows, and by what it is sorted.
          const columns = [
            { look: "outcome", text: outcome, key: (row) => row[OUTCOME] },
            { look: "name", text: (row) => row[NAME], key: (row) => row[NAME].toLowerCase() || row[ID], below: (row) => row[ID] },
            { look: "scope", text: shortScope, key: scope },
            { look: "reason", text: (row) => row[REASON], key: (row) => row[REASON].toLowerCase() },
            { look: "tries", text: (row) => String(row[TRIES]), key: (row) => row[TRIES] },
            { look: "time", text: (row) => time(row).slice(0, 19), key: (row) => row[FINISHED] === null ? "" : row[FINISHED] },
          ];
          const titles = {
            client: "Client id", note: "Note", referrers: "Referred to by", code: "Error code", message: "Error", url: "Documentation",
            ray: "Ray id", transport: "Transport", duration: "Duration", expires: "Expires", first: "First try", verified: "Proven gone",
          };

          const headings = [...document.querySelectorAll("#table thead th")];
          const state = { terms: [], outcomes: null, column: null, down: false, page: 0, size: 50 };
          let shown = rows;
          let haystacks = null;

          const haystack = (row) =>
            [row[ID], row[NAME], row[REASON], scope(row), outcome(row), place(row), ...Object.values(row[REST])].join("\n").toLowerCase();

          const matches = (row, index) =>
            (state.outcomes === null || state.outcomes.has(outcome(row))) && state.terms.every((term) => haystacks[index].includes(term));

          const compare = (left, right) => {
            if (left === right) return 0;
            // What is missing comes last, whichever way the rest goes.
            if (left === "") return 1;
            if (right === "") return -1;
            return (left < right) === state.down ? 1 : -1;
          };

          const choose = () => {
            if (state.terms.length > 0 && haystacks === null) haystacks = rows.map(haystack);
            shown = rows.filter(matches);
            if (state.column !== null) {
              const key = columns[state.column].key;
              // The sort is stable: what is equal stays in manifest order.
              shown = shown.map((row) => [key(row), row]).sort((left, right) => compare(left[0], right[0])).map((pair) => pair[1]);
            }
            state.page = 0;
            draw();
          };

          const pages = () => Math.max(1, Math.ceil(shown.length / state.size));

          const cell = (column, row) => {
            const element = make("td");
            element.dataset.title = headings[columns.indexOf(column)].textContent;
            const look = column.look === "outcome" ? "outcome " + outcome(row) : column.look;
            if (column.text(row) !== "") element.append(make("bdi", column.text(row), look));
            if (column.below) element.append(make("bdi", column.below(row), "id"));
            return element;
          };

          const details = (row) => {
            const list = make("dl", undefined, "facts");
            const add = (title, value) => {
              const pair = make("div");
              const text = make("dd");
              text.append(make("bdi", value));
              pair.append(make("dt", title), text);
              list.append(pair);
            };
            add("Manifest and line", place(row));
            if (scope(row)) add("Account or zone", scope(row));
            if (row[STATUS] !== null) add("HTTP status", String(row[STATUS]));
            if (time(row)) add("Finished (UTC)", time(row));
            for (const key of Object.keys(titles)) if (row[REST][key]) add(titles[key], row[REST][key]);
            const line = make("tr", undefined, "details");
            const content = make("td");
            content.colSpan = headings.length;
            content.append(list);
            line.append(content);
            return line;
          };

          const toggle = (button, row) => {
            const line = button.closest("tr");
            const isOpen = button.getAttribute("aria-expanded") === "true";
            button.setAttribute("aria-expanded", String(!isOpen));
            if (isOpen) line.nextElementSibling.remove();
            else line.after(details(row));
          };

          const lineOf = (row) => {
            const line = make("tr");
            for (const column of columns) line.append(cell(column, row));
            const button = make("button", "Details");
            button.type = "button";
            button.setAttribute("aria-expanded", "false");
            button.setAttribute("aria-label", "Details of " + (row[NAME] || row[ID] || place(row)));
            button.addEventListener("click", () => toggle(button, row));
            const last = make("td", undefined, "more");
            last.append(button);
            line.append(last);
            return line;
          };

          const draw = (all) => {
            state.page = Math.min(Math.max(0, state.page), pages() - 1);
            const from = all ? 0 : state.page * state.size;
            const part = all ? shown : shown.slice(from, from + state.size);
            const body = document.createDocumentFragment();
            for (const row of part) body.append(lineOf(row));
            byId("body").replaceChildren(body);
            const whole = shown.length === rows.length ? count(rows.length) : count(shown.length) + " that match; " + count(rows.length) + " in all";
            byId("shown").textContent = part.length === 0
              ? "No row matches; " + count(rows.length) + " in all."
              : "Rows " + count(from + 1) + " to " + count(from + part.length) + " of " + whole + ".";
            byId("page").value = String(state.page + 1);
            byId("page-count").textContent = "of " + count(pages());
            for (const id of ["first", "previous"]) byId(id).setAttribute("aria-disabled", String(state.page === 0));
            for (const id of ["next", "last"]) byId(id).setAttribute("aria-disabled", String(state.page >= pages() - 1));
            headings.forEach((heading, index) => {
              if (index >= columns.length) return;
              heading.setAttribute("aria-sort", index !== state.column ? "none" : state.down ? "descending" : "ascending");
            });
          };

          const turnTo = (page) => { state.page = page; draw(); };

          headings.slice(0, columns.length).forEach((heading, index) => heading.firstElementChild.addEventListener("click", () => {
            // Up, down, and back to the manifest's order.
            if (state.column !== index) { state.column = index; state.down = false; }
            else if (!state.down) state.down = true;
            else state.column = null;
            choose();
          }));

          let timer = 0;
          byId("search").addEventListener("input", () => {
            clearTimeout(timer);
            timer = setTimeout(() => {
              state.terms = byId("search").value.toLowerCase().split(/\s+/).filter((term) => term !== "");
              choose();
            }, 150);
          });
          byId("controls").addEventListener("submit", (event) => event.preventDefault());
          byId("controls").addEventListener("change", (event) => {
            if (event.target.name !== "outcome") return;
            const boxes = [...document.querySelectorAll("#controls input[name=outcome]")];
            state.outcomes = boxes.every((box) => box.checked) ? null : new Set(boxes.filter((box) => box.checked).map((box) => box.value));
            choose();
          });
          byId("first").addEventListener("click", () => turnTo(0));
          byId("previous").addEventListener("click", () => turnTo(state.page - 1));
          byId("next").addEventListener("click", () => turnTo(state.page + 1));
          byId("last").addEventListener("click", () => turnTo(pages() - 1));
          byId("page").addEventListener("change", () => turnTo((parseInt(byId("page").value, 10) || 1) - 1));
          byId("size").addEventListener("change", () => { state.size = Number(byId("size").value); turnTo(0); });
          // On paper there are no pages to turn; more than this would be a book.
          window.addEventListener("beforeprint", () => { if (shown.length <= 500) draw(true); });
          window.addEventListener("afterprint", () => draw());

          byId("without-script").remove();
          for (const id of ["controls", "table", "pages"]) byId(id).hidden = false;
          choose();
        })();

        """#
}
