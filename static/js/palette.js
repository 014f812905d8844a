/* Search over every page: Ctrl-K or Cmd-K opens it, the arrow keys choose, Enter opens, Escape closes. g and a letter go to
   a page of the navigation. Without this the link "Search" leads to a page that does the same. */
(() => {
  "use strict";
  const SECOND_KEY_MS = 1500;
  const palette = document.querySelector("[data-palette]");
  if (!palette) return;
  const field = palette.querySelector("input");
  let wentAt = 0;

  function isTyping(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  function open() {
    if (palette.open) return;
    palette.showModal();
    field.select();
    field.dispatchEvent(new Event("palette-open"));
  }

  // From the field down the list and back up into the field.
  function move(step) {
    const stops = [field, ...palette.querySelectorAll(".found a[href]")];
    const at = Math.max(stops.indexOf(document.activeElement), 0);
    stops[Math.min(Math.max(at + step, 0), stops.length - 1)].focus();
  }

  function inPalette(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    move(step);
  }

  // Enter in the field opens the first result, once it is the answer to what was typed.
  function openFirst(event) {
    const first = palette.querySelector(".found a[href]");
    if (!first || palette.querySelector(".htmx-request")) return;
    event.preventDefault();
    first.click();
  }

  function go(letter) {
    document.querySelector(`.side [data-go="${CSS.escape(letter)}"]`)?.click();
  }

  function onKey(event) {
    if (event.defaultPrevented) return;
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      open();
      return;
    }
    if (palette.open) {
      inPalette(event);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const isSecond = event.timeStamp - wentAt < SECOND_KEY_MS && wentAt > 0;
    wentAt = event.key === "g" && !isSecond ? event.timeStamp : 0;
    if (!isSecond || event.key.length !== 1) return;
    event.preventDefault();
    go(event.key);
  }

  // Before the switcher, whose key is a letter that may follow g.
  document.addEventListener("keydown", onKey, true);
  palette.querySelector("form").addEventListener("submit", openFirst);
  palette.addEventListener("click", (event) => {
    if (event.target === palette) palette.close();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-palette-open]") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open();
  });
})();
