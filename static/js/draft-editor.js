/* Keys of the editor of a draft, and a word about what is not saved yet. Saving itself is htmx; every button works
   without this file. */
(() => {
  "use strict";
  const form = () => document.querySelector("form[data-draft]");

  function press(key, within) {
    const button = (within || form())?.querySelector(`[data-key=${key}]:not([disabled])`);
    button?.click();
    return Boolean(button);
  }

  function stepOfFocus() {
    return document.activeElement?.closest("[data-step]");
  }

  function inStep(key) {
    const step = stepOfFocus();
    return Boolean(step) && press(key, step);
  }

  function go(by) {
    const steps = [...document.querySelectorAll("[data-step]")];
    if (!steps.length) return false;
    const place = steps.indexOf(stepOfFocus());
    const next = steps[Math.min(Math.max(place + by, 0), steps.length - 1)];
    next.querySelector("input")?.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  const withAlt = {
    z: () => press("undo"),
    y: () => press("redo"),
    n: () => press("add-step"),
    v: () => inStep("add-variant"),
    j: () => go(1),
    k: () => go(-1),
    ArrowUp: () => inStep("step-up"),
    ArrowDown: () => inStep("step-down"),
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || !form()) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && key === "s") {
      if (press("save")) event.preventDefault();
    } else if (event.altKey && !event.ctrlKey && !event.metaKey && Object.hasOwn(withAlt, key)) {
      if (withAlt[key]()) event.preventDefault();
    }
  });

  // A new step or variant is written at once. After settling: htmx gives the focus back to where it was first.
  document.addEventListener("htmx:afterSettle", () => {
    const id = form()?.dataset.focus;
    if (!id) return;
    delete form().dataset.focus;
    document.getElementById(id)?.focus();
  });

  // -- what is not saved yet ---------------------------------------------------------------------
  let isUnsaved = false;

  function say(words) {
    const state = document.getElementById("save-state");
    if (state && !state.querySelector(".notice")) state.textContent = words;
  }

  document.addEventListener("input", (event) => {
    if (!event.target.closest("form[data-draft]")) return;
    isUnsaved = true;
    say("Not saved yet…");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.target.closest?.("form[data-draft]") && event.detail.requestConfig?.verb !== "post") return;
    if (event.detail.successful) isUnsaved = false;
    else if (event.detail.xhr.status !== 422) say("Not saved: no answer. It is tried again as you type.");
  });
  window.addEventListener("submit", () => { isUnsaved = false; });
  window.addEventListener("beforeunload", (event) => {
    if (isUnsaved) event.preventDefault();
  });
})();
