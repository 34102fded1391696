"use strict";
// Follows the queue by server-sent events. Text that comes from outside is only ever set as text.

const byId = (id) => document.getElementById(id);
const jobs = new Map();      // id → what the last `job` event said
const lanes = new Map();     // id → what the last `lanes` event said
const pace = new Map();      // id → [{at, final}], the last minute
let chosen = null;           // the id of the job that is shown
let isPinned = false;        // whether a person chose it
let lost = false;            // whether events may have been missed

const good = new Set(["deleted", "already_absent", "presumed_deleted", "disabled", "enabled"]);
const tone = (outcome) =>
  good.has(outcome) ? "good" : outcome === "in_flight" ? "flight" : outcome === "pending" ? "rest" : outcome === "skipped" ? "warn" : "bad";
const words = (name) => name.replaceAll("_", " ");
const number = (count) => count.toLocaleString("en-US");
const clock = (text) => new Date(text).toLocaleTimeString([], { hour12: false });

// What is invisible or turns text round is shown by number, as in the reports: names come from others.
const hidden = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const byNumber = (char) => `⟨U+${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
const parse = (text) => JSON.parse(text, (_, value) => (typeof value === "string" ? value.replace(hidden, byNumber) : value));

function element(name, className, text) {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

// Widths set through the style object, which the policy against inline styles allows.
function fill(bar, parts, total) {
  while (bar.children.length > parts.length) bar.lastChild.remove();
  parts.forEach(([className, count], index) => {
    const part = bar.children[index] ?? bar.appendChild(element("span"));
    part.className = className;
    part.style.width = `${total ? (100 * count) / total : 0}%`;
  });
}

function outcomeParts(job) {
  const sums = { good: 0, bad: 0, warn: 0, flight: 0 };
  for (const [outcome, count] of Object.entries(job.outcomes)) if (tone(outcome) in sums) sums[tone(outcome)] += count;
  return Object.entries(sums);
}

function span(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

// MARK: The list

function drawList() {
  const list = byId("jobs");
  const shown = [...jobs.values()].sort((left, right) => right.job - left.job);
  const buttons = new Map([...list.querySelectorAll("button")].map((button) => [button.dataset.job, button]));
  shown.forEach((job, index) => {
    const key = String(job.job);
    let button = buttons.get(key);
    if (!button) {
      button = element("button");
      button.type = "button";
      button.dataset.job = key;
      const small = element("span", "small");
      small.append(element("span"), element("span"));
      button.append(element("span", "title"), small, element("span", "bar"));
      button.addEventListener("click", () => choose(job.job, true));
      const item = element("li");
      item.append(button);
      list.insertBefore(item, list.children[index] ?? null);
    }
    button.querySelector(".title").textContent = job.name;
    const [state, count] = button.querySelector(".small").children;
    state.textContent = job.running ? "running" : job.state;
    count.textContent = `${number(job.final)} / ${number(job.total)}`;
    fill(button.querySelector(".bar"), outcomeParts(job), job.total);
    button.setAttribute("aria-current", String(job.job === chosen));
  });
  byId("no-jobs").hidden = shown.length > 0;
}

// The running job, else the newest, unless somebody chose another.
function chooseBest() {
  if (isPinned && jobs.has(chosen)) {
    if (byId("job").hidden) choose(chosen, false);
    return;
  }
  const all = [...jobs.values()];
  const best = all.find((job) => job.running) ?? all.sort((left, right) => right.job - left.job)[0];
  if (best && best.job !== chosen) choose(best.job, false);
}

function choose(id, byPerson) {
  isPinned = isPinned || byPerson;
  chosen = id;
  if (byPerson) history.replaceState(null, "", `#job-${id}`);
  byId("job").hidden = false;
  byId("log").replaceChildren();
  told.clear();
  drawList();
  drawJob();
  drawLanes();
  refresh();
  renewCharts();
}

// MARK: The job

function drawJob() {
  const job = jobs.get(chosen);
  if (!job) return;
  document.title = `${job.running ? "▶ " : ""}${job.name} · tokensweep`;
  byId("name").textContent = `${job.name} (${job.job})`;
  byId("verdict").textContent = job.verdict;
  byId("state").textContent = job.state_text;
  fill(byId("bar"), outcomeParts(job), job.total);
  const percent = job.total ? Math.floor((100 * job.final) / job.total) : 100;
  byId("bar").setAttribute("aria-valuenow", String(percent));
  byId("share").textContent = [`${number(job.final)} of ${number(job.total)} finished (${percent}%)`, ending(job)].filter(Boolean).join("; ");
  drawOutcomes(job);
  drawFacts(job);
}

// By the budgets where these decide, else by the pace of the last half minute.
function ending(job) {
  const open = job.total - job.final;
  if (!job.running || !open) return "";
  const now = Date.now();
  const ends = (lanes.get(job.job) ?? []).map((lane) => (lane.earliest_end ? Date.parse(lane.earliest_end) - now : 0));
  const marks = pace.get(job.job) ?? [];
  const first = marks[0];
  const last = marks[marks.length - 1];
  const rate = first && last.at - first.at > 2000 ? (last.final - first.final) / (last.at - first.at) : 0;
  const speed = rate > 0 ? `${rate * 1000 >= 10 ? Math.round(rate * 1000) : (rate * 1000).toFixed(1)} tokens a second` : "";
  const left = Math.max(0, ...ends, ends.some((end) => end > 2000) || !rate ? 0 : open / rate);
  const end = left > 2000 ? `ends in about ${span(left)} (${clock(now + left)})` : rate ? "ends in seconds" : "";
  return [speed, end].filter(Boolean).join("; ");
}

function drawOutcomes(job) {
  const list = byId("outcomes");
  const shown = Object.entries(job.outcomes).filter(([outcome, count]) => count > 0 || outcome === "deleted");
  while (list.children.length > shown.length) list.lastChild.remove();
  shown.forEach(([outcome, count], index) => {
    let tile = list.children[index];
    if (!tile) {
      tile = element("div");
      tile.append(element("dt"), element("dd"));
      list.append(tile);
    }
    tile.className = tone(outcome);
    tile.children[0].textContent = words(outcome);
    tile.children[1].textContent = number(count);
  });
}

function drawFacts(job) {
  const facts = [
    ["Reason", job.reason], ["API", job.base_url], ["Begun", new Date(job.created_at).toLocaleString()],
    ["Finished", job.finished_at && new Date(job.finished_at).toLocaleString()], ["To go on", job.next],
  ];
  const nodes = facts.filter(([, text]) => text).flatMap(([name, text]) => {
    const value = element("dd");
    value.append(name === "To go on" ? element("code", "", text) : text);
    return [element("dt", "", name), value];
  });
  byId("facts").replaceChildren(...nodes);
}

// MARK: Lanes

function drawLanes() {
  const shown = (lanes.get(chosen) ?? []).filter((lane) => lane.total > 0).slice(0, 50);
  byId("lanes-part").hidden = shown.length === 0;
  const list = byId("lanes");
  while (list.children.length > shown.length) list.lastChild.remove();
  shown.forEach((lane, index) => {
    let item = list.children[index];
    if (!item) {
      item = element("li");
      const head = element("div", "head");
      head.append(element("span", "title"), element("span", "note"));
      item.append(head, element("div", "bar"), element("p", "note"));
      list.append(item);
    }
    const [head, bar, text] = item.children;
    head.children[0].textContent = lane.name;
    head.children[1].textContent = `${number(lane.final)} of ${number(lane.total)} finished`;
    const budget = lane.budget;
    bar.hidden = !budget;
    if (!budget) {
      text.textContent = "no limit";
      return;
    }
    fill(bar, [[budget.left ? "used" : "full", Math.min(budget.used, budget.allowance)]], budget.allowance);
    const window = span(budget.window_seconds * 1000).replace(/ 0 s$/, "");
    text.textContent = `${number(budget.used)} of ${number(budget.allowance)} requests in ${window} used; `
      + (budget.left ? `${number(budget.left)} left` : "waiting for the oldest to leave the window");
  });
}

// MARK: Events

function log(className, at, what, text) {
  const list = byId("log");
  const item = element("li", className);
  const time = element("time", "", clock(at));
  time.dateTime = new Date(at).toISOString();
  item.append(time, element("span", "what", what), element("span", "text", text));
  list.prepend(item);
  while (list.children.length > 200) list.lastChild.remove();
}

const told = new Map();   // the lines of evidence of the job that is shown, by number

// The timeline numbers what happened to the job in this order, beginning with its start.
const unnumbered = new Set(["planned", "confirmed"]);

function drawMilestones() {
  const lines = [...told.values()].filter((line) => !unnumbered.has(line.event)).sort((left, right) => left.n - right.n).slice(0, 30);
  byId("milestones").replaceChildren(...lines.map((line, index) => element("li", "", `${index + 1} ${words(line.event)} ${clock(line.at)}`)));
}

function logLine(line) {
  if (told.has(line.n)) return;
  told.set(line.n, line);
  drawMilestones();
  const rest = ["state", "reason", "how"].map((name) => line[name]).filter((value) => typeof value === "string" && value);
  log("", line.at, words(line.event), rest.join(" · "));
}

function logToken(token) {
  const isOpen = token.outcome === "pending" || token.outcome === "in_flight";
  const what = isOpen ? "tried again" : words(token.outcome);
  const answer = token.http_status ? `HTTP ${token.http_status}` : "no answer";
  const why = token.reason ?? (isOpen ? answer : "");
  const at = token.finished_at ?? new Date().toISOString();
  log(isOpen ? "warn" : tone(token.outcome), at, what, [token.service_token_id, token.name, why].filter(Boolean).join(" · "));
}

// MARK: What is asked for

async function ask(path) {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return parse(await answer.text());
}

// The parts that no event carries. An answer for a job that is no longer shown is dropped.
async function refresh() {
  const id = chosen;
  const part = async (body) => { try { await body(); } catch (error) { console.warn(String(error)); } };
  await part(async () => {
    const lines = await ask(`api/jobs/${id}/events`);
    if (id !== chosen) return;
    told.clear();
    byId("log").replaceChildren();
    lines.forEach(logLine);
  });
  await part(async () => {
    const answer = await ask(`api/jobs/${id}/lanes`);
    lanes.set(id, answer);
    if (id === chosen) drawLanes();
  });
  await part(() => drawLeft(id, null));
}

// The drawings of the report, made by the program. Parsed as XML, in which nothing runs.
async function drawCharts() {
  const id = chosen;
  for (const name of ["timeline", "latency"]) {
    const answer = await fetch(`api/jobs/${id}/${name}.svg`);
    if (id !== chosen) return;
    byId(`${name}-part`).hidden = !answer.ok;
    if (!answer.ok) continue;
    const drawing = new DOMParser().parseFromString(await answer.text(), "image/svg+xml").documentElement;
    if (id !== chosen || drawing.namespaceURI !== "http://www.w3.org/2000/svg") return;
    byId(name).replaceChildren(document.importNode(drawing, true));
    isReading = answer.headers.has("Retry-After");
    byId("reading").hidden = !isReading;
  }
}

let isReading = false;   // whether the charts do not show everything yet
let chartsOf = "";       // what they showed last

// Drawn again only where something changed, and less often while nobody looks.
function renewCharts() {
  const job = jobs.get(chosen);
  const state = job && `${job.job} ${job.state} ${job.running} ${JSON.stringify(job.outcomes)}`;
  if (!job || document.hidden || (state === chartsOf && !isReading)) return;
  chartsOf = state;
  drawCharts().catch((error) => console.warn(String(error)));
}

const notGone = ["blocked", "failed", "skipped", "invalid"];
let leftNext = null;
let leftShown = "";

// Pages that hold nothing are passed over, a few at a time.
async function drawLeft(id, after) {
  const job = jobs.get(id);
  const counts = notGone.map((outcome) => job?.outcomes[outcome] ?? 0);
  byId("left-part").hidden = counts.every((count) => count === 0);
  leftShown = `${id} ${counts.join(" ")}`;
  const rows = [];
  let next = after;
  for (let look = 0; look < 10 && rows.length < 50; look += 1) {
    if (counts.every((count) => count === 0)) break;
    const from = next === null ? "" : `&after=${next}`;
    const page = await ask(`api/jobs/${id}/tokens?outcome=${notGone.join(",")}&limit=50${from}`);
    if (id !== chosen) return;
    rows.push(...page.tokens);
    next = page.next ?? null;
    if (next === null) break;
  }
  leftNext = next;
  const nodes = rows.map((token) => {
    const row = element("tr");
    row.append(
      element("td", "id", token.service_token_id ?? `line ${token.line}`), element("td", "", token.name ?? ""),
      element("td", "", words(token.outcome)), element("td", "", token.reason ?? token.error_message ?? ""));
    return row;
  });
  if (after === null) byId("left").replaceChildren(...nodes);
  else byId("left").append(...nodes);
  byId("more").hidden = next === null;
}

byId("more").addEventListener("click", () => drawLeft(chosen, leftNext).catch((error) => console.warn(String(error))));

// MARK: The stream

function link(state, text) {
  byId("link").dataset.state = state;
  if (byId("link").textContent !== text) byId("link").textContent = text;
}

function takeJob(job) {
  jobs.set(job.job, job);
  const now = Date.now();
  const marks = (pace.get(job.job) ?? []).filter((mark) => now - mark.at < 30000);
  pace.set(job.job, [...marks, { at: now, final: job.final }]);
}

let isDrawing = false;

// However many events come, the page is drawn once a frame.
function draw() {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    chooseBest();
    drawList();
    drawJob();
    drawLanes();
  });
}

function follow() {
  const stream = new EventSource("api/events");
  const on = (name, body) => stream.addEventListener(name, (event) => body(parse(event.data)));
  stream.addEventListener("open", () => {
    link("live", "live");
    if (lost && chosen !== null) refresh();
    lost = false;
  });
  stream.addEventListener("error", () => {
    lost = true;
    link("lost", stream.readyState === EventSource.CLOSED ? "refused; trying again" : "lost; trying again");
    if (stream.readyState === EventSource.CLOSED) setTimeout(follow, 5000);
  });
  on("job", (job) => { takeJob(job); draw(); });
  on("lanes", (event) => { lanes.set(event.job, event.lanes); draw(); });
  on("token", (token) => { if (token.job === chosen) logToken(token); });
  on("omitted", (event) => { if (event.job === chosen) log("", new Date().toISOString(), "and more", `${number(event.count)} requests`); });
  on("log", (line) => { if (line.job === chosen) logLine(line); });
  on("ready", draw);
  on("trouble", (event) => {
    byId("trouble").hidden = !event.message;
    byId("trouble").textContent = event.message ?? "";
  });
}

const wanted = /^#job-(\d+)$/.exec(location.hash);
if (wanted) { chosen = Number(wanted[1]); isPinned = true; }
follow();
// Times go on, and what is not gone grows, also where no event says so.
setInterval(() => {
  const job = jobs.get(chosen);
  if (!job || document.hidden) return;
  drawJob();
  renewCharts();
  const counts = notGone.map((outcome) => job.outcomes[outcome] ?? 0);
  if (leftShown !== `${chosen} ${counts.join(" ")}`) drawLeft(chosen, null).catch((error) => console.warn(String(error)));
}, 3000);
