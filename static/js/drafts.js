/* What is typed and not sent yet survives the way to the sign-in page and back.
   The server sends a page whose session has ended to sign-in (HX-Redirect). Before that the typed fields are kept in this
   tab for an hour, for this page and this member only, and they are filled in again once, also after a detour by other
   pages. Passwords and files are never kept.
   What was sent already is kept by the server (iexdg/ui/kept_input.py). */
(() => {
  "use strict";
  const KEY = "draft";
  const LIFE_MS = 3600 * 1000;
  const TYPED = "input:not([type=hidden]):not([type=password]):not([type=file]), textarea, select";
  const address = () => location.pathname + location.search;

  function fieldsOf(form) {
    return [...form.querySelectorAll(TYPED)].filter((field) => field.name);
  }

  function isChoice(field) {
    return field.type === "checkbox" || field.type === "radio";
  }

  function isTyped(field) {
    if (isChoice(field)) return field.checked !== field.defaultChecked;
    if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
    return [...field.options].some((option) => option.selected !== option.defaultSelected);
  }

  function keep() {
    const forms = [...document.forms];
    const typed = forms.flatMap((form, place) =>
      fieldsOf(form)
        .map((field, number) => ({ field, number }))
        .filter(({ field }) => isTyped(field))
        .map(({ field, number }) => ({
          action: form.getAttribute("action"), place, number, name: field.name,
          value: isChoice(field) ? field.checked : field.value,
        })),
    );
    if (!typed.length) return;
    const { member } = document.body.dataset;
    sessionStorage.setItem(KEY, JSON.stringify({ address: address(), member, at: Date.now(), typed }));
  }

  function restore() {
    const kept = JSON.parse(sessionStorage.getItem(KEY) || "null");
    // Signing in has pages of its own; only where no one is signed in the draft waits.
    if (!kept || !document.body.dataset.member) return;
    const isOver = kept.member !== document.body.dataset.member || Date.now() - kept.at > LIFE_MS;
    // Another page is on the way: the draft waits for its own.
    if (!isOver && kept.address !== address()) return;
    sessionStorage.removeItem(KEY);
    if (isOver) return;
    for (const { action, place, number, name, value } of kept.typed) {
      const form = document.forms[place];
      const field = form && form.getAttribute("action") === action ? fieldsOf(form)[number] : null;
      if (field?.name !== name || isTyped(field)) continue;
      if (isChoice(field)) field.checked = value;
      else field.value = value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.getResponseHeader("HX-Redirect")) keep();
  });
  document.addEventListener("DOMContentLoaded", restore);
})();
