/* A search over a list of boxes: what does not contain the words is not shown, and stays checked if it was. The arrow
   keys go from the search to the boxes and between them. Without this file the list is shown whole. */
(() => {
  "use strict";
  const folded = (text) => text.trim().toLowerCase();

  function prepare(box) {
    const search = box.querySelector("input[type=search]");
    const status = box.querySelector("[role=status]");
    const lines = [...box.querySelectorAll(".check")];
    const shown = () => lines.filter((one) => !one.hidden).map((one) => one.querySelector("input"));

    function narrow() {
      const words = folded(search.value).split(/\s+/);
      for (const line of lines) line.hidden = !words.every((word) => folded(line.textContent).includes(word));
      status.textContent = search.value ? `${shown().length} of ${lines.length}` : "";
    }

    function onKey(event) {
      const stops = [search, ...shown()];
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) stops[(stops.indexOf(event.target) + step + stops.length) % stops.length].focus();
      else if (event.key === "Enter" && event.target === search) stops[1]?.focus();
      else if (event.key === "Escape" && event.target === search && search.value) {
        search.value = "";
        narrow();
      } else return;
      event.preventDefault();
    }

    box.querySelector("[data-chooser-search]").hidden = false;
    search.addEventListener("input", narrow);
    box.addEventListener("keydown", onKey);
    narrow();
  }

  document.querySelectorAll("[data-chooser]").forEach(prepare);
})();
