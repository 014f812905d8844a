/* Keeps an open page from looking fresher than it is.
   A poll (hx-trigger "every …") and the living element (template tags poll and living) are followed here: a hidden tab
   asks nothing and asks at once when it is visible again; an answer that is missing puts "Stale since …" over the page
   until one arrives; what a reader has opened or typed survives when a part is replaced. */
(() => {
  "use strict";
  const ANSWER_WITHIN_MS = 2000;
  const PAGE_WITHIN_MS = 6000;
  const AGAIN_AFTER_MS = 3000;
  const WRITTEN = "input:not([type=hidden]):not([type=submit]), textarea, select";
  const FOCUSABLE = "a[href], button, input, select, textarea, summary";
  const title = { bare: document.title, isStale: false };
  const openedAt = Date.now();
  const answeredAt = new Map(); // id of a followed element -> when it last asked and was answered
  const missing = new Map(); // id of a followed element -> since when its part of the page is old
  const awaited = new Set(); // what the answer to a press of a button will replace

  // -- who asks ------------------------------------------------------------------------------
  function isFollowed(element) {
    return element.id === "living" || /\bevery\s/.test(element.getAttribute("hx-trigger") || "");
  }

  function asksByItself(config) {
    return config.verb === "get" && isFollowed(config.elt);
  }

  function onAsk(event) {
    if (!asksByItself(event.detail)) return;
    if (document.hidden) {
      event.preventDefault();
      return;
    }
    event.detail.timeout = event.detail.elt.id === "living" ? PAGE_WITHIN_MS : ANSWER_WITHIN_MS;
    // Lets the server tell a page that was left open from a person who is working.
    event.detail.headers["X-Poll"] = "1";
  }

  function onSend(event) {
    const { requestConfig, target } = event.detail;
    if (!asksByItself(requestConfig)) awaited.add(target);
  }

  function onVisible() {
    if (!document.hidden) htmx.trigger(document.body, "page-visible");
  }

  // -- stale -----------------------------------------------------------------------------------
  function clockWords(moment) {
    const now = new Date();
    const time = `${String(moment.getHours()).padStart(2, "0")}:${String(moment.getMinutes()).padStart(2, "0")}`;
    if (moment.toDateString() === now.toDateString()) return time;
    return `${moment.getDate()} ${moment.toLocaleString("en-GB", { month: "short" })} ${time}`;
  }

  function showStale() {
    for (const id of missing.keys()) if (!document.getElementById(id)) missing.delete(id);
    title.isStale = missing.size > 0;
    showTitle();
    const note = document.getElementById("stale");
    if (!note) return;
    note.hidden = !title.isStale;
    if (!title.isStale) return;
    const since = clockWords(new Date(Math.min(...missing.values())));
    const words = `Stale since ${since}: the server does not answer. The page continues by itself when it does.`;
    if (note.textContent !== words) note.textContent = words;
  }

  function onAnswer(event) {
    const { xhr, requestConfig } = event.detail;
    awaited.delete(requestConfig?.target);
    if (!requestConfig || !asksByItself(requestConfig)) return;
    // Not detail.elt: what the answer has replaced hands the event to its parent.
    const { elt } = requestConfig;
    if (xhr.status >= 200 && xhr.status < 400) {
      answeredAt.set(elt.id, Date.now());
      missing.delete(elt.id);
    } else if (xhr.status !== 401) {
      // A page that learned of a change and could not be read is old from now on; a poll, since its last answer.
      const since = elt.id === "living" ? Date.now() : answeredAt.get(elt.id) || openedAt;
      if (!missing.has(elt.id)) missing.set(elt.id, since);
      if (elt.id === "living") setTimeout(() => htmx.trigger(elt, "again"), AGAIN_AFTER_MS);
    }
    showStale();
  }

  // -- title of the tab --------------------------------------------------------------------------
  function unresolved() {
    return Number(document.getElementById("incident-count")?.dataset.count || 0);
  }

  function showTitle() {
    const front = title.isStale ? "Stale · " : unresolved() ? `(${unresolved()}) ` : "";
    if (document.title !== front + title.bare) document.title = front + title.bare;
  }

  // -- what a reader has opened or typed -----------------------------------------------------------
  function isChanged(field) {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
    const chosen = [...field.options].filter((option) => option.defaultSelected);
    return chosen.length ? !chosen[0].selected : field.selectedIndex > 0;
  }

  function isInUse(form) {
    return [...form.querySelectorAll(WRITTEN)].some((field) => field === document.activeElement || isChanged(field));
  }

  let given = 0;
  function keep(element, fresh) {
    if (!fresh) return;
    if (!element.id) element.id = fresh.id || `kept-${(given += 1)}`;
    fresh.id = element.id;
    fresh.setAttribute("hx-preserve", "");
  }

  function sameForm(form, fragment) {
    if (form.id) return fragment.querySelector(`#${CSS.escape(form.id)}`);
    return fragment.querySelector(`form[action="${CSS.escape(form.getAttribute("action") || "")}"]`);
  }

  // The same element, else what is in its place by now: its words may have changed, such as a count.
  function sameIn(part, element) {
    if (element.id) return document.getElementById(element.id);
    const near = element.closest("[id]");
    const now = near.id === part.id ? part : part.querySelector(`#${CSS.escape(near.id)}`);
    const [before, after] = [near, now].map((one) => [...(one?.querySelectorAll(FOCUSABLE) || [])]);
    return after.find((one) => one.outerHTML === element.outerHTML) || after[before.indexOf(element)];
  }

  // A chart whose data are the same is not drawn again; a fragment that was loaded follows its topics by itself.
  function keepLoaded(target, fragment) {
    for (const chart of target.querySelectorAll(".chart[data-chart]")) {
      const data = `#${CSS.escape(chart.dataset.chart)}`;
      const isSame = fragment.querySelector(data)?.textContent === target.querySelector(data)?.textContent;
      if (isSame) keep(chart, fragment.querySelector(`[data-chart="${chart.dataset.chart}"]`));
    }
    for (const empty of fragment.querySelectorAll('[id][hx-trigger="load"]')) {
      if (target.querySelector(`#${CSS.escape(empty.id)}`)) empty.setAttribute("hx-preserve", "");
    }
  }

  let place = null;
  function onReplace(event) {
    const { target, fragment } = event.detail;
    if (target.matches("[data-question]") || awaited.has(target)) {
      event.preventDefault();
      return;
    }
    keepLoaded(target, fragment);
    // A row that asks, and one whose question is still on its way: its answer would find nothing to replace.
    for (const row of [...target.querySelectorAll("[data-question]"), ...awaited]) {
      if (row.id && target.contains(row)) keep(row, fragment.querySelector(`#${CSS.escape(row.id)}`));
    }
    for (const form of target.querySelectorAll("form")) if (isInUse(form)) keep(form, sameForm(form, fragment));
    const details = [...fragment.querySelectorAll("details")];
    [...target.querySelectorAll("details")].forEach((one, number) => {
      const words = one.querySelector("summary")?.textContent;
      if (one.open && details[number]?.querySelector("summary")?.textContent === words) details[number].open = true;
    });
    const focused = document.activeElement;
    place = {
      id: target.id,
      focused: target.contains(focused) && focused !== target ? focused : null,
      scrolled: [...target.querySelectorAll(".tb")].map((box) => box.scrollLeft),
    };
  }

  function onReplaced() {
    if (!place) return;
    const part = document.getElementById(place.id);
    if (part) {
      [...part.querySelectorAll(".tb")].forEach((box, number) => {
        box.scrollLeft = place.scrolled[number] || 0;
      });
      // What was kept has been moved, and what is moved loses the focus.
      const { focused } = place;
      if (focused && focused !== document.activeElement) {
        (focused.isConnected ? focused : sameIn(part, focused))?.focus({ preventScroll: true });
      }
    }
    place = null;
  }

  document.addEventListener("DOMContentLoaded", () => {
    const front = `(${unresolved()}) `;
    if (unresolved() && title.bare.startsWith(front)) title.bare = title.bare.slice(front.length);
  });
  document.addEventListener("visibilitychange", onVisible);
  document.addEventListener("htmx:configRequest", onAsk);
  document.addEventListener("htmx:beforeSend", onSend);
  document.addEventListener("htmx:afterRequest", onAnswer);
  document.addEventListener("htmx:oobBeforeSwap", onReplace);
  document.addEventListener("htmx:oobAfterSwap", onReplaced);
  document.addEventListener("htmx:afterSettle", showTitle);
})();
