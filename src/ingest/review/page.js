"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const data = JSON.parse(at("data").textContent);
  const list = at("edits");
  const items = [...list.children];
  const itemOf = new Map(items.map((item) => [item.id, item]));
  const byPlace = [...items].sort((a, b) => a.dataset.d - b.dataset.d || a.dataset.e - b.dataset.e);
  const open = items.filter((item) => "open" in item.dataset);
  const texts = new Map();
  const painted = new Map();
  const says = { accept: "accepted", reject: "rejected", always: "always", never: "never" };
  const kept = `ingest-review-${data.id}`;

  // What was decided: of single edits, and of words by the form in which they stood.
  let edits = new Map(Object.entries(data.said));
  let words = new Map();
  for (const [before, after] of Object.entries(data.always)) words.set(before, { say: "always", after });
  for (const before of data.never) words.set(before, { say: "never", after: before });
  let earlier = [];
  let now = null;

  const sayOf = (id) => {
    const own = edits.get(id);
    if (own) return own;
    const form = data.edits[id]?.form;
    const word = form && words.get(form[0]);
    return word && (word.say === "never" || word.after === form[1]) ? word.say : "";
  };

  // ------------------------------------------------------------ show

  const textOf = (item) => {
    if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
    return texts.get(item);
  };

  const paint = (item, say) => {
    painted.set(item, say);
    item.classList.toggle("decided", Boolean(say));
    for (const name of Object.keys(says)) item.classList.toggle(`is-${name}`, say === name);
    item.querySelector(".state").textContent = says[say] ?? ("made" in item.dataset ? "made" : "not made");
    for (const button of item.querySelectorAll(".acts button:not(.undo)")) {
      button.setAttribute("aria-pressed", String(button.dataset.do === say));
    }
  };

  const paintWords = () => {
    const rows = [...words].map(([before, { say, after }]) => {
      const row = document.createElement("li");
      const text = document.createElement("bdi");
      text.textContent = say === "always" ? `always: ${before} → ${after}` : `never: ${before} stays`;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Take back";
      button.setAttribute("aria-label", `Take back: ${text.textContent}`);
      button.addEventListener("click", () => change(() => words.delete(before)));
      row.append(text, button);
      return row;
    });
    at("words").replaceChildren(...rows);
    at("no-words").hidden = rows.length > 0;
  };

  const paintAll = () => {
    let done = 0;
    for (const item of open) {
      const say = sayOf(item.id);
      if (say !== (painted.get(item) ?? "")) paint(item, say);
      if (say) done += 1;
    }
    at("done").textContent = done;
    at("progress").value = done;
    paintWords();
  };

  const isShown = (item, wanted) => {
    const say = sayOf(item.id);
    const isOpen = "open" in item.dataset && !say;
    const state = {
      open: isOpen,
      left: isOpen && !("made" in item.dataset),
      done: Boolean(say),
      accept: say === "accept",
      reject: say === "reject",
      word: say === "always" || say === "never",
      told: !("open" in item.dataset),
      all: true,
    }[wanted.state];
    const sure = Number(item.dataset.c);
    return state
      && (!wanted.document || item.dataset.d === wanted.document)
      && (!wanted.rule || item.dataset.rule === wanted.rule)
      && sure >= wanted.least && (sure < wanted.most || wanted.most === 1)
      && (!wanted.text || textOf(item).includes(wanted.text));
  };

  const filter = () => {
    const [least, most] = at("by-confidence").value.split(",").map(Number);
    const wanted = {
      state: at("by-state").value,
      document: at("by-document").value,
      rule: at("by-rule").value,
      text: at("by-text").value.trim().toLowerCase(),
      least,
      most,
    };
    for (const item of items) item.hidden = !isShown(item, wanted);
    const first = shown()[0] ?? null;
    if (!now || now.hidden) select(first, false);
    count();
  };

  const count = () => {
    const number = shown().length;
    at("shown").textContent = `${number} shown`;
    at("nothing").hidden = number > 0;
  };

  const shown = () => [...list.children].filter((item) => !item.hidden);

  const order = () => {
    list.append(...(at("by-order").value === "place" ? byPlace : items));
    select(shown()[0] ?? null, false);
  };

  // ------------------------------------------------------------ go

  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  function select(item, focus = true) {
    for (const old of document.querySelectorAll(".now")) old.classList.remove("now");
    if (now) now.tabIndex = -1;
    now = item;
    if (!item) return;
    item.classList.add("now");
    item.tabIndex = 0;
    if (focus) {
      item.focus({ preventScroll: true });
      item.scrollIntoView({ block: "nearest", behavior: calm.matches ? "instant" : "auto" });
    }
    const paper = at(`paper${item.dataset.d}`);
    if (!paper) return;
    paper.classList.add("now");
    const mark = paper.querySelector(`.mark[data-e="${item.dataset.e}"]`);
    if (!mark) return;
    mark.classList.add("now");
    const papers = paper.parentElement;
    if (getComputedStyle(papers).position === "sticky") {
      const offset = mark.getBoundingClientRect().top - papers.getBoundingClientRect().top;
      papers.scrollTop += offset - papers.clientHeight / 3;
    }
  }

  const step = (by) => {
    const side = by > 0 ? "nextElementSibling" : "previousElementSibling";
    let next = now ? now[side] : list.firstElementChild;
    while (next?.hidden) next = next[side];
    if (next) select(next);
  };

  const nextOpen = () => {
    let next = now.nextElementSibling;
    while (next && (next.hidden || sayOf(next.id))) next = next.nextElementSibling;
    if (next) select(next);
    else step(1);
  };

  // ------------------------------------------------------------ decide

  function change(act) {
    earlier.push([new Map(edits), new Map(words)]);
    if (earlier.length > 100) earlier.shift();
    act();
    paintAll();
    keep();
  }

  const decide = (item, say) => {
    const edit = data.edits[item.id];
    if (!edit || ((say === "always" || say === "never") && !edit.form)) return false;
    change(() => {
      if (say === "accept" || say === "reject") {
        edits.set(item.id, say);
      } else if (say === "undo") {
        if (!edits.delete(item.id) && edit.form) words.delete(edit.form[0]);
      } else {
        edits.delete(item.id);
        words.set(edit.form[0], { say, after: say === "always" ? edit.form[1] : edit.form[0] });
      }
    });
    return true;
  };

  const undo = () => {
    const last = earlier.pop();
    if (!last) return;
    [edits, words] = last;
    paintAll();
    keep();
  };

  const keep = () => {
    try {
      localStorage.setItem(kept, JSON.stringify([[...edits], [...words]]));
    } catch {
      // Some browsers keep nothing for files; the page works without.
    }
  };

  const recall = () => {
    try {
      const text = localStorage.getItem(kept);
      if (!text) return;
      const [e, w] = JSON.parse(text);
      edits = new Map(e);
      words = new Map(w);
    } catch {
      // As if nothing had been kept.
    }
  };

  // ------------------------------------------------------------ save

  const decisions = () => {
    const documents = structuredClone(data.kept);
    for (const [id, say] of edits) {
      const edit = data.edits[id];
      if (!edit || !says[say]) continue;
      const { sha256, name, text } = data.documents[edit.d];
      const [stage, rule, start, end, before, after] = edit.key;
      documents[sha256] ??= { name, text, edits: [] };
      documents[sha256].edits.push({ stage, rule, at: [start, end], before, after, decision: say });
    }
    for (const document of Object.values(documents)) {
      document.edits.sort((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1]);
    }
    const entries = [...words].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      format: "ingest-decisions",
      version: 1,
      documents,
      always: entries.filter(([, w]) => w.say === "always").map(([before, w]) => ({ before, after: w.after })),
      never: entries.filter(([, w]) => w.say === "never").map(([before]) => before),
    };
  };

  const save = () => {
    const blob = new Blob([JSON.stringify(decisions(), null, 2) + "\n"], { type: "application/json" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = "decisions.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  // ------------------------------------------------------------ listen

  list.addEventListener("click", (event) => {
    const item = event.target.closest(".edit");
    if (!item) return;
    const say = event.target.closest("button")?.dataset.do;
    select(item, false);
    if (say) decide(item, say);
  });
  list.addEventListener("focusin", (event) => {
    const item = event.target.closest(".edit");
    if (item && item !== now) select(item, false);
  });
  document.querySelector(".papers").addEventListener("click", (event) => {
    const mark = event.target.closest(".mark");
    if (!mark) return;
    event.preventDefault();
    const item = itemOf.get(mark.hash.slice(1));
    if (!item) return;
    item.hidden = false;
    count();
    select(item);
  });

  const acts = { a: "accept", r: "reject", y: "always", n: "never" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || at("help").open) return;
    if (event.target.closest("input, select")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (acts[event.key] && now) {
      if (decide(now, acts[event.key])) nextOpen();
    } else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "u") undo();
    else if (event.key === "s") save();
    else if (event.key === "/") at("by-text").focus();
    else if (event.key === "?") at("help").showModal();
    else return;
    event.preventDefault();
  });

  for (const id of ["by-state", "by-document", "by-rule", "by-confidence"]) at(id).addEventListener("change", filter);
  at("by-order").addEventListener("change", order);
  at("by-text").addEventListener("input", filter);
  at("filters").addEventListener("click", (event) => {
    const unfolded = at("filter-row").classList.toggle("unfolded");
    event.currentTarget.setAttribute("aria-expanded", String(unfolded));
  });
  at("save").addEventListener("click", save);
  at("keys").addEventListener("click", () => at("help").showModal());
  at("accept-shown").addEventListener("click", () => {
    const left = open.filter((item) => !item.hidden && !sayOf(item.id));
    change(() => { for (const item of left) edits.set(item.id, "accept"); });
  });

  document.documentElement.classList.add("js");
  recall();
  paintAll();
  filter();
})();
