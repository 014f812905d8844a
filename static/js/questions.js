/* A question in place: Escape answers it with its Cancel, and a row that asks moves no other row.
   Every page works without this file. */
(() => {
  "use strict";
  // What the answer of Cancel replaces; other parts of the page may load themselves before it comes.
  let cancelled = "";

  // Escape leaves what was opened last and nothing else: a question, or the form below a button.
  function leave(event) {
    if (event.key !== "Escape") return;
    const cancel = document.querySelector("[data-cancel]");
    const form = document.activeElement?.closest("details.inline-form[open]");
    if (!cancel && !form) return;
    event.preventDefault();
    cancelled = cancel?.getAttribute("hx-target") || "";
    if (cancel) {
      cancel.click();
      return;
    }
    form.open = false;
    form.querySelector("summary").focus();
  }

  // A row that asks is as high as the row it replaces and leaves the columns as they are, so that no other row moves
  // under the pointer.
  const heights = new Map();
  function beforeRow(event) {
    const row = event.detail.target;
    if (row?.tagName !== "TR" || row.hasAttribute("data-question")) return;
    heights.set(row.id, row.getBoundingClientRect().height);
    const table = row.closest("table");
    for (const head of table.tHead?.rows[0]?.cells || []) head.style.width = `${head.getBoundingClientRect().width}px`;
    table.classList.add("held");
  }

  function afterRow(event) {
    const row = event.detail.elt;
    if (cancelled && row.matches?.(cancelled)) {
      cancelled = "";
      row.querySelector("[data-act]")?.focus();
    }
    if (row.tagName !== "TR") return;
    if (row.hasAttribute("data-question")) {
      // On its cell: htmx copies the style of an element with an id as an attribute, which the policy forbids.
      const isCell = getComputedStyle(row.cells[0]).display === "table-cell";
      row.cells[0].style[isCell ? "height" : "minHeight"] = `${heights.get(row.id)}px`;
      return;
    }
    const table = row.closest("table");
    if (!table || table.querySelector("[data-question]")) return;
    table.classList.remove("held");
    for (const head of table.tHead?.rows[0]?.cells || []) head.style.width = "";
  }

  // Before app.js, which closes the drawer with the same key.
  document.addEventListener("keydown", leave);
  document.addEventListener("htmx:beforeSwap", beforeRow);
  document.addEventListener("htmx:load", afterRow);
})();
