/* A box that checks every box of its group. It is hidden where this file does not run: then each is checked by hand. */
(() => {
  "use strict";
  function show(all, boxes) {
    const checked = boxes.filter((one) => one.checked).length;
    all.checked = checked === boxes.length;
    all.indeterminate = checked > 0 && checked < boxes.length;
  }

  function prepare(group) {
    const all = group.querySelector("[data-check-all]");
    if (!all) return;
    const boxes = [...group.querySelectorAll("input[type=checkbox]:not([data-check-all])")];
    all.closest("[hidden]")?.removeAttribute("hidden");
    all.addEventListener("change", () => boxes.forEach((one) => { one.checked = all.checked; }));
    group.addEventListener("change", () => show(all, boxes));
    show(all, boxes);
  }

  document.querySelectorAll("[data-check-group]").forEach(prepare);
})();
