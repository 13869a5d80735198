"use strict";
(() => {
  // Text goes into the page by textContent only: nothing that an agent wrote is ever parsed as HTML.
  const NUMBER = 1, ANCHOR = 2, SENTENCE = 3, FACETS = 4, WRONG = 9, COST_TEXT = 13, TIME_TEXT = 14,
    TRACE = 15;
  const { shown, command, facets, rows } = JSON.parse(document.getElementById("rows").textContent);
  const form = document.getElementById("filter");
  const search = document.getElementById("search");
  const count = document.getElementById("count");
  const more = document.getElementById("more");
  const table = document.getElementById("list");
  const body = table.tBodies[0];
  const selects = [...form.querySelectorAll("select")];
  const texts = rows.map((row) =>
    [row[0], row[SENTENCE], ...facets.map((values, i) => values[row[FACETS + i]])].join(" ").toLowerCase());
  let limit = shown;
  let sorted = { column: null, down: false };
  let order = rows.map((_, i) => i);

  function make(tag, text, kind) {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (kind) element.className = kind;
    return element;
  }

  function name(text) {
    // Breaks after underscores, as the rows that the page came with.
    const cell = make("td");
    text.split("_").forEach((piece, i) => {
      if (i) cell.append("_", make("wbr"));
      cell.append(piece);
    });
    return cell;
  }

  function facet(row, i) {
    return facets[i][row[FACETS + i]];
  }

  function rowOf(row) {
    const line = make("tr");
    const outcome = make("td");
    outcome.append(make("span", facet(row, 2), "pill outcome-" + facet(row, 2).split("(")[0]));
    const head = make("th", row[NUMBER]);
    head.scope = "row";
    head.title = row[0];
    line.append(outcome, head, make("td", facet(row, 0)), name(facet(row, 1)),
      name(facet(row, 3)), name(facet(row, 4)), make("td", row[SENTENCE], "sentence"),
      make("td", row[WRONG] || "", "num"), make("td", row[WRONG + 1], "num"),
      make("td", row[COST_TEXT], "num"), make("td", row[TIME_TEXT], "num"), wayIn(row));
    return line;
  }

  function wayIn(row) {
    const cell = make("td");
    if (row[ANCHOR]) {
      const link = make("a", "open");
      link.href = "#" + row[ANCHOR];
      link.setAttribute("aria-label", "open " + row[0]);
      cell.append(link);
    } else {
      const button = make("button", "copy command");
      button.type = "button";
      button.dataset.copy = button.title = command + row[TRACE];
      cell.append(button);
    }
    return cell;
  }

  function matching() {
    const wanted = selects.map((select) => select.value === "" ? null : Number(select.value));
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    return order.filter((i) =>
      wanted.every((value, f) => value === null || rows[i][FACETS + f] === value) &&
      words.every((word) => texts[i].includes(word)));
  }

  function draw() {
    const found = matching();
    const visible = found.slice(0, limit);
    body.replaceChildren(...visible.map((i) => rowOf(rows[i])));
    more.hidden = found.length <= limit;
    const part = found.length > visible.length ? ", the first " + visible.length + " shown" : "";
    const of = found.length === rows.length ? "" : " of " + rows.length.toLocaleString("en");
    count.textContent = found.length.toLocaleString("en") + of + " conversations" + part;
  }

  function valueOf(row, column) {
    const isFacet = column >= FACETS && column < WRONG;
    return isFacet ? facets[column - FACETS][row[column]] : row[column];
  }

  function sortBy(column) {
    // Third click: back to worst first.
    if (sorted.column !== column) sorted = { column, down: column >= WRONG };
    else if (sorted.down === (column >= WRONG)) sorted = { column, down: !sorted.down };
    else sorted = { column: null, down: false };
    order = rows.map((_, i) => i);
    if (sorted.column !== null) {
      const sign = sorted.down ? -1 : 1;
      order.sort((i, j) => {
        const a = valueOf(rows[i], column), b = valueOf(rows[j], column);
        return sign * (a < b ? -1 : a > b ? 1 : 0) || i - j;
      });
    }
    for (const head of table.tHead.querySelectorAll("th[data-sort]")) {
      const own = Number(head.dataset.sort) === sorted.column;
      if (own) head.setAttribute("aria-sort", sorted.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    draw();
  }

  function openTarget() {
    const target = document.getElementById(location.hash.slice(1));
    if (target && target.tagName === "DETAILS") {
      target.open = true;
      target.scrollIntoView();
      target.querySelector("summary").focus({ preventScroll: true });
    }
  }

  async function copy(button) {
    const text = button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = make("textarea", text, "offscreen");
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const before = button.textContent;
    button.textContent = "copied";
    setTimeout(() => { button.textContent = before; }, 1200);
  }

  for (const head of table.tHead.querySelectorAll("th[data-sort]")) {
    const button = make("button", head.textContent, "sort");
    button.type = "button";
    button.addEventListener("click", () => sortBy(Number(head.dataset.sort)));
    head.replaceChildren(button);
  }
  function again() {
    limit = shown;
    draw();
  }
  form.addEventListener("input", again);
  form.addEventListener("reset", () => setTimeout(again));
  form.addEventListener("submit", (event) => event.preventDefault());
  more.addEventListener("click", () => { limit += 2 * shown; draw(); });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button && button.textContent !== "copied") copy(button);
  });
  addEventListener("hashchange", openTarget);
  for (const button of document.querySelectorAll("button[data-copy]")) button.hidden = false;
  form.hidden = false;
  draw();
  openTarget();
})();
