"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const report = JSON.parse($("report").textContent);
  const { entries, rules, summary } = report;
  // The height of a row in pixels, as the style sheet has it.
  const ROW = 52;
  // Elements higher than some 30 million pixels cannot be scrolled to their end.
  const MOST_ROWS = 500000;
  const MOST_PRINTED = 2000;
  const SEVERITIES = ["error", "warning", "note"];

  const number = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ",");
  const counted = (count, noun) => `${number(count)} ${noun}${count === 1 ? "" : "s"}`;

  // An element with text or other elements in it: text is never read as markup.
  function el(tag, properties, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties ?? {})) {
      if (name in element) element[name] = value;
      else if (value !== null) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== null));
    return element;
  }

  // A text of ours, in which code stands between backticks.
  function prose(text) {
    const parts = (text ?? "").split("`");
    if (parts.length % 2 === 0) return [text];
    return parts.map((part, index) => index % 2 ? el("code", {}, part) : part);
  }

  // What the list shows: a row a finding, or a response or record of which there is none.
  const VIEWS = { findings: "findings", known: "known findings", unjudged: "not judged", quiet: "responses without findings" };
  const rows = { findings: [], known: [], unjudged: [], quiet: [] };
  for (const entry of entries) {
    const findings = entry.findings ?? [];
    findings.forEach((finding, index) => rows.findings.push({ entry, finding, index }));
    (entry.suppressed ?? []).forEach((finding, index) =>
      rows.known.push({ entry, finding, index: findings.length + index }));
    if (entry.kind === "unjudged") rows.unjudged.push({ entry, finding: null, index: -1 });
    if (entry.kind === "response" && findings.length + (entry.suppressed ?? []).length === 0)
      rows.quiet.push({ entry, finding: null, index: -1 });
  }

  const ruleOf = (row) => row.finding && rules[row.finding.rule];
  const serviceOf = (entry) => entry.service ?? "none";
  const documented = (finding) => finding.documented ?? rules[finding.rule].promise;
  const source = (finding) => finding.source ?? rules[finding.rule].source;
  // The input, and of a record its number from 1.
  const nameOf = (entry) => (entry.offset ?? null) === null ? entry.input : `${entry.input}#${entry.index + 1}`;

  function titleOf({ entry, finding }) {
    if (finding) return rules[finding.rule].title;
    return entry.kind === "unjudged" ? `not judged: ${entry.reason}` : "nothing found";
  }

  function placeOf(finding) {
    const { part, name, pointer, line, column, offset } = finding.place;
    if (part === "status") return "status";
    if (part === "header") return `header field ${name}`;
    if (part === "input") return `byte ${number(offset)} of the input`;
    return `${pointer ? `${pointer}, ` : ""}line ${number(line)}, column ${number(column)}`;
  }

  const haystack = (row) => row.text ??= [
    row.finding?.rule, titleOf(row), nameOf(row.entry), row.entry.url, row.entry.service, row.entry.status,
    ...(row.entry.codes ?? []).flat(), ...(row.finding ? [placeOf(row.finding), row.finding.received, row.finding.reason] : []),
  ].filter((text) => text ?? false).join("\n").toLowerCase();

  // The summary.

  function stat(name, count, ...lines) {
    const box = el("div", {}, el("h2", {}, name), el("p", { className: "big" }, number(count)));
    lines.filter(Boolean).forEach((line) => box.append(typeof line === "string" ? el("p", {}, line) : line));
    $("summary").append(box);
  }

  function table(title, lines) {
    const body = el("tbody", {}, ...lines.map(([first, second]) =>
      el("tr", {}, el("td", {}, first), el("td", { className: "data" }, second))));
    $("summary").append(el("details", {}, el("summary", {}, title), el("table", {}, body)));
  }

  function summarize() {
    const found = SEVERITIES.reduce((sum, name) => sum + summary.findings[name], 0);
    const services = new Set(rows.findings.map((row) => serviceOf(row.entry)).filter((name) => name !== "none"));
    $("tally").textContent = found === 0
      ? (summary.responses > 0 ? `Nothing was found in ${counted(summary.responses, "response")}${summary.suppressed > 0 ? " but what the baseline has" : ""}.` : "No response of a known service was found.")
      : `${counted(found, "finding")} in ${counted(summary.responses, "response")}${services.size ? ` of ${[...services].sort().join(", ")}` : ""}.`;
    document.title = `${found === 0 ? "Nothing found" : counted(found, "finding")} – Faultbook report`;
    stat("Responses", summary.responses,
      `${number(summary.error)} with an error`, `${number(summary.none)} without one`, `${number(summary.malformed)} malformed`);
    stat("Findings", found, ...SEVERITIES.map((name) =>
      el("p", {}, el("span", { className: `severity ${name}${summary.findings[name] === 0 ? " none" : ""}` }, counted(summary.findings[name], name)))));
    if (summary.suppressed > 0) stat("Known findings", summary.suppressed, "in the baseline, not counted");
    stat("Inputs", summary.inputs, summary.unreadable > 0 ? `and ${number(summary.unreadable)} unreadable` : "");
    if (summary.unjudged > 0)
      stat("Not judged", summary.unjudged,
        summary.ambiguous > 0 ? `${number(summary.ambiguous)} of several services` : "",
        summary.broken > 0 ? `${number(summary.broken)} could not be read` : "");
    if (summary.coverage.length > 0) {
      const grid = el("div", { className: "coverage" });
      for (const { edition, seen, documented } of summary.coverage) {
        const filled = el("div");
        filled.style.width = `${documented ? 100 * seen / documented : 0}%`;
        grid.append(el("span", {}, edition), el("div", { className: "bar", "aria-hidden": "true" }, filled),
          el("span", {}, `${number(seen)} of ${number(documented)} documented codes seen`));
      }
      $("summary").append(el("div", {}, el("h2", {}, "Coverage"), grid));
    }
    if (summary.reasons.length > 0)
      table("Why responses were not judged", [
        ...summary.reasons.map(([reason, count]) => [number(count), reason]),
        ...(summary.more_reasons > 0 ? [["", `and ${counted(summary.more_reasons, "more reason")}`]] : []),
      ]);
    notices();
  }

  // What has to be known before anything else is believed.
  function notices() {
    const left = report.left_out;
    const unreadable = entries.filter((entry) => entry.kind === "unreadable");
    const lines = [
      summary.interrupted && "The run was interrupted: this is what was judged until then.",
      summary.incomplete > 0 && `${counted(summary.incomplete, "input")} ${summary.incomplete === 1 ? "was" : "were"} not read to the end.`,
      ...unreadable.map(({ input, reason }) => `Not read: ${input}: ${reason}`),
      summary.unreadable > unreadable.length && `${counted(summary.unreadable - unreadable.length, "more input")} could not be read.`,
    ];
    const bounds = [
      left.responses > 0 && `There was no room for ${counted(left.responses, "response")} with ${counted(left.findings, "finding")}: they are counted above and not listed. The JSON report has them.`,
      left.responses === 0 && left.findings > 0 && `There was no room for ${counted(left.findings, "finding")}: they are counted above and not listed.`,
      left.details > 0 && `Of ${counted(left.details, "response")} header fields and body are left out: there was no room for them.`,
      left.unjudged > 0 && `${counted(left.unjudged, "record")} that ${left.unjudged === 1 ? "was" : "were"} not judged ${left.unjudged === 1 ? "is" : "are"} counted and not listed.`,
    ];
    const section = (title, lines) => {
      const said = lines.filter(Boolean);
      if (said.length === 0) return;
      const list = el("ul", {}, ...said.map((line) => el("li", { className: "data" }, line)));
      $("notices").append(el("h2", {}, title), list);
      $("notices").hidden = false;
    };
    section("This run is not complete", lines);
    section("Left out of this page", bounds);
  }

  // Filters.

  let view = "findings";
  let shown = [];
  // Which of `shown` is chosen, and which row the detail shows.
  let active = 0;
  let opened = null;

  function choice(type, name, value, text, checked, className) {
    return el("label", {}, el("input", { type, name, value, checked, defaultChecked: checked }),
      el("span", { className: className ?? "" }, text));
  }

  function option(value, text) {
    return el("option", { value }, text);
  }

  function counts(key) {
    const counts = new Map();
    for (const row of rows[view]) counts.set(key(row), (counts.get(key(row)) ?? 0) + 1);
    return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  function fill(id, all, key, name) {
    const select = $(id);
    const before = select.value;
    const options = counts(key).filter(([value]) => value !== null);
    select.replaceChildren(option("", all), ...options.map(([value, count]) => option(value, `${name(value)} (${number(count)})`)));
    if (options.some(([value]) => value === before)) select.value = before;
  }

  function fillFilters() {
    fill("service", "all", (row) => serviceOf(row.entry), (name) => name);
    fill("rule", "all", (row) => row.finding?.rule ?? null, (name) => name);
    const without = view === "unjudged" || view === "quiet";
    $("severities").disabled = without;
    $("rule").disabled = without;
  }

  function filter() {
    const severities = new Set([...document.querySelectorAll("#severities input:checked")].map((input) => input.value));
    const service = $("service").value;
    const rule = $("rule").value;
    const words = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const before = shown[active];
    shown = rows[view].filter((row) =>
      (row.finding === null || severities.has(ruleOf(row).severity) && (rule === "" || row.finding.rule === rule))
      && (service === "" || serviceOf(row.entry) === service)
      && (words.length === 0 || words.every((word) => haystack(row).includes(word))));
    active = Math.max(0, shown.indexOf(before));
    const total = rows[view].length;
    const noun = { findings: "finding", known: "known finding", unjudged: "record", quiet: "response" }[view];
    const most = shown.length > MOST_ROWS ? `, the first ${number(MOST_ROWS)} are listed` : "";
    $("count").textContent = shown.length === total ? `${counted(total, noun)}${most}`
      : `${number(shown.length)} of ${counted(total, noun)}${most}`;
    const nothing = shown.length === 0;
    $("nothing").hidden = !nothing;
    $("rows").hidden = nothing;
    if (nothing) {
      $("nothing").textContent = total > 0 ? "Nothing fits these filters."
        : summary.responses === 0 ? "Nothing was judged, so nothing was found." : "Nothing was found.";
      $("rows").removeAttribute("aria-activedescendant");
    }
    $("window").style.height = `${Math.min(shown.length, MOST_ROWS) * ROW}px`;
    reveal();
    draw();
  }

  // The list: only rows that can be seen are elements.

  function rowElement(index) {
    const row = shown[index];
    const { entry, finding } = row;
    const severity = ruleOf(row)?.severity;
    const label = severity ?? (entry.kind === "unjudged" ? "skipped" : "fine");
    const facts = [finding?.rule, finding && placeOf(finding)].filter(Boolean).join("  ");
    const code = (entry.codes ?? []).flat()[0];
    const where = [entry.service, entry.status, code].filter((text) => text ?? false).join(" ");
    const element = el("div", {
      className: "row", id: `row-${index}`, role: "option", "aria-posinset": index + 1, "aria-setsize": shown.length,
      "aria-selected": String(index === active),
    },
    el("span", { className: `severity ${severity ?? "other"}` }, label),
    el("span", { className: "what data" }, titleOf(row)),
    el("span", { className: "where data" }, where),
    el("span", { className: "rule data" }, facts || entry.url || ""),
    el("span", { className: "where data", title: nameOf(entry) }, nameOf(entry).split(/[\\/]/).at(-1)));
    element.style.top = `${index * ROW}px`;
    element.addEventListener("click", () => {
      active = index;
      open(shown[index], false);
      // On a narrow page the detail stands below the list.
      if ($("detail").getBoundingClientRect().top > window.innerHeight - 80) $("detail").scrollIntoView();
    });
    return element;
  }

  function draw() {
    const list = $("rows");
    const total = Math.min(shown.length, MOST_ROWS);
    const first = Math.max(0, Math.floor(list.scrollTop / ROW) - 8);
    const last = Math.min(total, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + 8);
    const indices = new Set();
    for (let index = first; index < last; index += 1) indices.add(index);
    // What is chosen stays an element, so that it can be named to who cannot see it.
    if (active < total) indices.add(active);
    $("window").replaceChildren(...[...indices].map(rowElement));
    if (active < total) list.setAttribute("aria-activedescendant", `row-${active}`);
  }

  function reveal() {
    const list = $("rows");
    const top = active * ROW;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW - list.clientHeight;
  }

  function choose(index) {
    if (shown.length === 0) return;
    active = Math.max(0, Math.min(index, Math.min(shown.length, MOST_ROWS) - 1));
    reveal();
    draw();
    if (opened) open(shown[active], false);
  }

  // What a response holds.

  // Marks: `openIndex` is the finding that is shown, any other can be opened from its mark.
  function pieces(part, openIndex, onMark) {
    const starts = new Map();
    const ends = new Map();
    const points = new Map();
    const add = (map, at, index) => map.set(at, [...(map.get(at) ?? []), index]);
    for (const [index, first, last] of part.marks) {
      if (first === last) add(points, first, index);
      else { add(starts, first, index); add(ends, last, index); }
    }
    const out = [];
    const on = new Set();
    for (let at = 0; at <= part.pieces.length; at += 1) {
      (ends.get(at) ?? []).forEach((index) => on.delete(index));
      for (const index of points.get(at) ?? []) out.push({ text: "", index, isOpen: index === openIndex, isPoint: true });
      (starts.get(at) ?? []).forEach((index) => on.add(index));
      if (at === part.pieces.length) break;
      // Where several lie over each other the one that began last is the innermost.
      const index = on.size > 0 ? [...on].at(-1) : -1;
      out.push({ text: part.pieces[at], index, isOpen: on.has(openIndex), isPoint: false });
    }
    return out.map((piece) => ({ ...piece, element: (text) => {
      if (piece.index < 0) return document.createTextNode(text);
      const className = `${piece.isOpen ? "open" : ""}${piece.isPoint ? " point" : ""}`.trim();
      const mark = el("mark", { className }, text);
      if (!piece.isOpen) mark.addEventListener("click", () => onMark(piece.index));
      return mark;
    } }));
  }

  function gap(bytes) {
    return bytes > 0 ? el("div", { className: "gap" }, `${counted(bytes, "byte")} left out`) : null;
  }

  function lines(shownBody, openIndex, onMark) {
    const box = el("div", { id: "body", tabIndex: 0, role: "region", "aria-label": "Body" });
    const isNumbered = shownBody.parts.some((part) => part.line > 1 || part.pieces.some((text) => text.includes("\n")));
    if (isNumbered) box.classList.add("numbered");
    let end = 0;
    for (const part of shownBody.parts) {
      box.append(...[gap(part.start - end)].filter(Boolean));
      end = part.end;
      let count = part.line;
      let line = el("div", { className: "line", "data-n": count });
      let group = [line];
      // Of many lines only those are laid out that can be seen; 1.45em is the height of one.
      const flush = () => {
        const lines = el("div", { className: "lines" }, ...group);
        lines.style.containIntrinsicBlockSize = `auto ${group.length * 1.45}em`;
        box.append(lines);
        group = [];
      };
      for (const piece of pieces(part, openIndex, onMark)) {
        piece.text.split("\n").forEach((text, index) => {
          if (index > 0) {
            count += 1;
            if (group.length >= 500) flush();
            group.push(line = el("div", { className: "line", "data-n": count }));
          }
          if (text !== "" || piece.isPoint) line.append(piece.element(text));
        });
      }
      flush();
    }
    box.append(...[gap(shownBody.length - end)].filter(Boolean));
    return box;
  }

  function value(shownValue, openIndex, onMark) {
    const box = el("td", { className: "value data" });
    let end = 0;
    for (const part of shownValue.parts) {
      box.append(...[gap(part.start - end)].filter(Boolean));
      end = part.end;
      box.append(...pieces(part, openIndex, onMark).map((piece) => piece.element(piece.text)));
    }
    box.append(...[gap(shownValue.length - end)].filter(Boolean));
    return box;
  }

  function response(row, onMark) {
    const { entry, index } = row;
    const out = [el("h3", {}, "Response")];
    const isStatus = row.finding?.place.part === "status";
    const status = entry.status === null ? "status not known" : String(entry.status);
    out.push(el("p", { className: "status" }, "HTTP ", isStatus ? el("mark", { className: "open" }, status) : status));
    const { details } = entry;
    if (details === null) {
      out.push(el("p", { className: "faint" }, "Header fields and body are left out: there was no room for them on this page."));
      return out;
    }
    if (details.fields.length > 0) {
      const fields = details.fields.map((field) => el("tr", {}, el("th", { scope: "row", className: "data" }, field.name),
        value(field.value, index, onMark)));
      out.push(el("table", { className: "fields", "aria-label": "Header fields" }, el("tbody", {}, ...fields)));
    }
    if (details.more_fields > 0) out.push(el("p", { className: "faint" }, `${counted(details.more_fields, "more header field")} left out`));
    const { body } = details;
    out.push(el("h3", {}, `Body, ${counted(body.length, "byte")}`));
    if (body.length === 0) out.push(el("p", { className: "faint" }, "There is no body."));
    if (body.length > 0 || body.parts.some((part) => part.marks.length > 0)) out.push(lines(body, index, onMark));
    const parts = [body, ...details.fields.map((field) => field.value)];
    const isIn = (part) => part.marks.some(([mark]) => mark === index);
    if (row.finding && ["body", "header"].includes(row.finding.place.part) && !parts.some(({ parts }) => parts.some(isIn)))
      out.push(el("p", { className: "faint" }, "The place of this finding is not among what is shown."));
    if (parts.some((part) => part.escaped))
      out.push(el("p", { className: "faint" }, "Characters that cannot be seen stand as their names or numbers: ‹NUL›, ‹U+202E›."));
    if (parts.some((part) => part.lossy)) out.push(el("p", { className: "faint" }, "Bytes that are no UTF-8 stand as \uFFFD."));
    return out;
  }

  function facts(list) {
    const rows = list.filter(([, text]) => text ?? false);
    return el("dl", {}, ...rows.flatMap(([name, text]) => [el("dt", {}, name), el("dd", { className: "data" }, ...[text].flat())]));
  }

  // Another finding of the same response, whatever the filters say.
  function sibling(row, index) {
    return [...rows.findings, ...rows.known].find((other) => other.entry === row.entry && other.index === index);
  }

  function open(row, takesFocus) {
    if (!row) return;
    opened = row;
    const { entry, finding } = row;
    const rule = ruleOf(row);
    const go = (other) => {
      if (!other) return;
      const at = shown.indexOf(other);
      if (at >= 0) { active = at; reveal(); draw(); }
      open(other, true);
    };
    const onMark = (index) => go(sibling(row, index));
    const at = shown.indexOf(row);
    const step = (text, to, key) => el("button", { type: "button", disabled: at < 0 || !shown[to], "aria-keyshortcuts": key, onclick: () => go(shown[to]) }, text);
    const nav = el("nav", { "aria-label": "Between findings" },
      el("span", { className: "faint" }, at < 0 ? "not in the list" : `${number(at + 1)} of ${number(shown.length)}`),
      step("Previous", at - 1, "k"), step("Next", at + 1, "j"),
      el("button", { type: "button", "aria-keyshortcuts": "Escape", onclick: close }, "Close"));
    const children = [nav, el("h2", { id: "title", tabIndex: -1, className: "data" }, titleOf(row))];
    if (finding) {
      children.push(el("p", {}, el("span", { className: `severity ${rule.severity}` }, rule.severity), " ", el("code", {}, finding.rule)));
      children.push(facts([
        ["Where", placeOf(finding)],
        ["Received", finding.received],
        ["Documented", prose(documented(finding))],
        ["Source", source(finding)],
        ["Help", finding.help && prose(finding.help)],
        ["Known because", finding.reason],
      ]));
    }
    if (entry.kind === "response") children.push(...response(row, onMark));
    const all = [...(entry.findings ?? []), ...(entry.suppressed ?? [])];
    const others = all.map((other, index) => [other, index]).filter(([other]) => other !== finding);
    if (others.length > 0) {
      children.push(el("h3", {}, "Also found here"));
      children.push(el("ul", { className: "others" }, ...others.map(([other, index]) => el("li", {},
        el("span", { className: `severity ${rules[other.rule].severity}` }, rules[other.rule].severity), " ",
        el("button", { type: "button", className: "plain data", onclick: () => onMark(index) }, `${rules[other.rule].title}, ${placeOf(other)}`),
        other.reason === undefined ? "" : " (known)"))));
    }
    if (finding) {
      const text = [["Promise", prose(`${rule.promise}.`)], ["Why", prose(rule.why)]];
      children.push(el("h3", {}, "The rule"), facts(text));
    }
    const codes = (entry.codes ?? []).map((chain) => chain.join(" › ")).join(", ");
    children.push(el("h3", {}, "Recorded in"), facts([
      ["Input", nameOf(entry)],
      ["At", (entry.offset ?? null) === null ? null : `byte ${number(entry.offset)}`],
      ["URL", entry.url],
      ["Service", entry.edition],
      ["Verdict", { error: "it carries an error", none: "it carries no error", malformed: "no error could be read" }[entry.verdict]],
      [entry.codes?.length > 1 || entry.codes?.[0]?.length > 1 ? "Codes" : "Code", codes === "" ? null : codes],
      ["Not judged", entry.reason],
    ]));
    const detail = $("detail");
    detail.replaceChildren(...children);
    detail.hidden = false;
    $("panes").classList.add("split");
    detail.scrollTop = 0;
    const toMark = () => {
      const mark = detail.querySelector("#body mark.open");
      if (!mark) return;
      const box = (element) => element.getBoundingClientRect();
      $("body").scrollTop += box(mark).top - box($("body")).top - $("body").clientHeight / 3;
      // Where the body begins low, its end is below the pane.
      detail.scrollTop += Math.max(0, box(mark).top + 40 - box(detail).bottom);
    };
    toMark();
    // Lines that were not laid out yet may turn out higher.
    requestAnimationFrame(() => requestAnimationFrame(() => opened === row && toMark()));
    if (takesFocus) $("title").focus();
    draw();
  }

  function close() {
    opened = null;
    $("detail").hidden = true;
    $("panes").classList.remove("split");
    $("detail").replaceChildren();
    draw();
    $("rows").focus();
  }

  // Keys.

  const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };

  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const isTyping = target.matches("input[type=search]");
    if (key === "Escape") {
      if (isTyping && target.value !== "") { target.value = ""; filter(); }
      else if (opened) close();
      else $("rows").focus();
      event.preventDefault();
    } else if (isTyping) {
      if (key === "Enter" || key === "ArrowDown") { $("rows").focus(); event.preventDefault(); }
    } else if (key === "/") {
      $("search").focus();
      $("search").select();
      event.preventDefault();
    } else if (key === "Enter" && target === $("rows")) {
      open(shown[active], true);
      event.preventDefault();
    } else if (key in STEPS && !target.matches("select, input")) {
      // Outside the list the arrows scroll, as everywhere.
      if (key.length > 1 && target !== $("rows")) return;
      const inDetail = $("detail").contains(target);
      choose(active + STEPS[key]);
      if (inDetail) $("title").focus(); else $("rows").focus();
      event.preventDefault();
    }
  });

  // A browser sends a reset before the fields are reset.
  $("filters").addEventListener("reset", () => setTimeout(() => { view = "findings"; fillFilters(); filter(); }));
  $("filters").addEventListener("submit", (event) => event.preventDefault());
  $("filters").addEventListener("input", (event) => {
    if (event.target.name === "view") { view = event.target.value; fillFilters(); }
    filter();
  });
  $("rows").addEventListener("scroll", draw, { passive: true });
  window.addEventListener("resize", draw);

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";
  const showTheme = () => $("theme").setAttribute("aria-pressed", String(isDark()));
  $("theme").addEventListener("click", () => { document.documentElement.dataset.theme = isDark() ? "light" : "dark"; showTheme(); });
  dark.addEventListener("change", showTheme);

  // On paper there is nothing to scroll.
  window.addEventListener("beforeprint", () => {
    const count = Math.min(shown.length, MOST_PRINTED);
    const elements = Array.from({ length: count }, (_, index) => rowElement(index));
    if (count < shown.length) elements.push(el("p", {}, `and ${number(shown.length - count)} more`));
    $("window").replaceChildren(...elements);
  });
  window.addEventListener("afterprint", draw);

  summarize();
  for (const [name, text] of Object.entries(VIEWS)) {
    if (rows[name].length > 0 || name === "findings")
      $("views").append(choice("radio", "view", name, `${text} (${number(rows[name].length)})`, name === "findings"));
  }
  $("filters").hidden = Object.values(rows).every((list) => list.length === 0);
  $("views").hidden = $("views").querySelectorAll("input").length < 2;
  for (const name of SEVERITIES)
    $("severities").append(choice("checkbox", "severity", name, name, true, `severity ${name}`));
  showTheme();
  fillFilters();
  filter();
})();
