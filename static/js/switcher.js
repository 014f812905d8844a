/* Keys of the switcher of workspaces: w opens it, the arrow keys choose, Escape closes it. Without this it is a list of links. */
(() => {
  "use strict";
  const links = (box) => [...box.querySelectorAll("a[href]")];

  function isTyping(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  function open(box) {
    box.open = true;
    (box.querySelector("[aria-current]") || links(box)[0]).focus();
  }

  function close(box) {
    box.open = false;
    box.querySelector("summary").focus();
  }

  function move(box, step) {
    const stops = links(box);
    const at = stops.indexOf(document.activeElement);
    stops[(at + step + stops.length) % stops.length].focus();
  }

  function onKey(event) {
    const box = document.querySelector("[data-switcher]");
    if (!box || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "w" && !isTyping(event.target)) open(box);
    else if (event.key === "Escape" && box.open) close(box);
    else if (event.key === "ArrowDown" && box.open && box.contains(event.target)) move(box, 1);
    else if (event.key === "ArrowUp" && box.open && box.contains(event.target)) move(box, -1);
    else return;
    event.preventDefault();
  }

  document.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => {
    const box = document.querySelector("[data-switcher][open]");
    if (box && !box.contains(event.target)) box.open = false;
  });
})();
