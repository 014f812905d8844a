/* Keys of the inbox: j k move, o opens, r replies, e marks as read or unread, u goes back, ? shows them
   ("/" is in app.js). Every page works without this file. */
(() => {
  "use strict";

  function isTyping(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  function move(step) {
    const links = [...document.querySelectorAll("[data-thread] [data-open]")].filter((one) => one.checkVisibility());
    if (!links.length) return false;
    const row = document.activeElement?.closest("[data-thread]");
    const place = links.findIndex((link) => link.closest("[data-thread]") === row);
    const next = links[Math.min(Math.max(place + step, 0), links.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  function open() {
    const link = document.activeElement?.closest("[data-thread]")?.querySelector("[data-open]");
    link?.click();
    return Boolean(link);
  }

  function reply() {
    const text = document.querySelector("[data-reply] textarea");
    const button = document.querySelector("[data-key=r]");
    if (text) text.focus();
    else button?.click();
    return Boolean(text || button);
  }

  function press(selector) {
    const found = document.querySelector(selector);
    found?.click();
    return Boolean(found);
  }

  function toggleKeys() {
    const keys = document.querySelector("[data-keys]");
    if (keys) keys.open = !keys.open;
    return Boolean(keys);
  }

  const actions = {
    j: () => move(1),
    k: () => move(-1),
    o: open,
    r: reply,
    e: () => press("[data-key=e]"),
    u: () => press("[data-back]"),
    "?": toggleKeys,
  };

  // What was pressed after another key, such as "g", is a shortcut of its own.
  let lead = -Infinity;
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "g") lead = event.timeStamp;
    if (event.timeStamp - lead < 1200 || !Object.hasOwn(actions, event.key)) return;
    if (actions[event.key]()) event.preventDefault();
  });
})();
