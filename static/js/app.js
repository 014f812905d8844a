/* What the shell does in the browser: htmx and its errors, time zone, theme, drawer, search key, counting times.
   Every page works without this file. No inline script, no eval: the policy forbids both. */
(() => {
  "use strict";
  const root = document.documentElement;
  const YEAR_S = 31536000;

  function keep(name, value) {
    document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${YEAR_S}; samesite=lax`;
  }

  // -- the reader's time zone, for the server to show times in -------------------------------
  function sendTimeZone() {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    // The cookie keeps slashes as they are: the server compares the name.
    if (zone) document.cookie = `time_zone=${zone}; path=/; max-age=${YEAR_S}; samesite=lax`;
  }

  // -- light and dark --------------------------------------------------------------------------
  function isDark() {
    const chosen = root.dataset.theme;
    return chosen ? chosen === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  }

  function toggleTheme() {
    const theme = isDark() ? "light" : "dark";
    root.dataset.theme = theme;
    // The cookie lets the server paint the right theme at once, the storage informs other tabs.
    keep("theme", theme);
    localStorage.setItem("theme", theme);
    document.dispatchEvent(new CustomEvent("themechange"));
  }

  function followOtherTabs(event) {
    if (event.key !== "theme" || !event.newValue) return;
    root.dataset.theme = event.newValue;
    document.dispatchEvent(new CustomEvent("themechange"));
  }

  // -- the drawer: opens by its anchor, also without this script --------------------------------
  function closeDrawer() {
    if (location.hash !== "#navigation") return;
    location.hash = "#content";
    history.replaceState(null, "", location.pathname + location.search);
    document.querySelector(".drawer-open")?.focus();
  }

  function markDrawer() {
    const isOpen = location.hash === "#navigation";
    document.querySelector(".drawer-open")?.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) document.querySelector(".drawer-close")?.focus();
  }

  // -- keys ------------------------------------------------------------------------------------
  function isTyping(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  function onKey(event) {
    if (event.key === "Escape" && !event.defaultPrevented) closeDrawer();
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const search = document.querySelector("[data-search]");
    if (!search) return;
    event.preventDefault();
    search.focus();
  }

  // -- rows of many figures: one stop for Tab, the arrow keys go from figure to figure -----------
  function alongTheRow(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || isTyping(event.target)) return;
    const row = event.target.closest("tr:has(a[tabindex='-1'])");
    if (!row) return;
    const stops = [...row.querySelectorAll("a[href], button")].filter((one) => one.checkVisibility());
    const next = stops[stops.indexOf(event.target) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  // -- times that count ------------------------------------------------------------------------
  function spanWords(seconds) {
    if (seconds < 60) return `${seconds} s`;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return `${minutes} min`;
    const hours = Math.floor(minutes / 60);
    if (hours < 24) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
    const days = Math.floor(hours / 24);
    return hours % 24 ? `${days} d ${hours % 24} h` : `${days} d`;
  }

  // The server's clock counts, not the reader's: the difference is taken once, from the page's own date.
  let skewMs = 0;
  function countTimes() {
    for (const element of document.querySelectorAll("time[data-ago]")) {
      const seconds = Math.floor((Date.now() + skewMs - Date.parse(element.dateTime)) / 1000);
      const words = seconds > 0 ? `${spanWords(seconds)} ago` : "just now";
      if (element.textContent !== words) element.textContent = words;
    }
  }

  // -- messages --------------------------------------------------------------------------------
  function say(words) {
    const region = document.getElementById("messages");
    if (!region || region.querySelector("[data-lost]")) return;
    const message = document.createElement("p");
    message.className = "notice bad";
    message.dataset.lost = "";
    message.textContent = words;
    region.append(message);
  }

  function unsay() {
    document.querySelector("#messages [data-lost]")?.remove();
  }

  // What someone did before, in answer to an action in place.
  function onSay(event) {
    const message = document.createElement("p");
    message.className = "notice idle";
    message.textContent = event.detail.value;
    document.getElementById("messages")?.replaceChildren(message);
  }

  // -- htmx ------------------------------------------------------------------------------------
  function addToken(event) {
    if (event.detail.verb === "get") return;
    event.detail.headers["X-CSRFToken"] = document.querySelector("meta[name=csrf-token]").content;
  }

  function onAnswer(event) {
    if (event.detail.xhr.status < 400 && !asksByItself(event)) unsay();
  }

  // living.js shows that a page which asks by itself gets no answer.
  function asksByItself(event) {
    return Boolean(event.detail.requestConfig.headers["X-Poll"]);
  }

  function onRefusal(event) {
    if (asksByItself(event)) return;
    const status = event.detail.xhr.status;
    if (status === 403) say("Not allowed, nothing was changed. Reload the page to see what you may do.");
    else if (status === 404) say("This is gone. Reload the page.");
    else say(`The server could not answer (${status}). What you see may be old; reload the page.`);
  }

  function onSilence(event) {
    if (asksByItself(event)) return;
    say("No connection to the server, so it is not known whether that was done. Reload the page to see.");
  }

  document.addEventListener("DOMContentLoaded", () => {
    sendTimeZone();
    markDrawer();
    document.querySelector("[data-theme-toggle]")?.addEventListener("click", toggleTheme);
    for (const one of document.querySelectorAll("[data-print]")) {
      one.hidden = false;
      one.addEventListener("click", () => window.print());
    }
    const server = Date.parse(document.querySelector("meta[name=server-time]")?.content || "");
    const arrived = performance.timeOrigin + (performance.getEntriesByType("navigation")[0]?.responseStart || 0);
    if (server) skewMs = server - arrived;
    setInterval(countTimes, 1000);
  });
  document.addEventListener("keydown", onKey);
  document.addEventListener("keydown", alongTheRow);
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".drawer-close, .veil")) return;
    event.preventDefault();
    closeDrawer();
  });
  window.addEventListener("hashchange", markDrawer);
  window.addEventListener("storage", followOtherTabs);
  document.addEventListener("say", onSay);
  document.addEventListener("htmx:configRequest", addToken);
  document.addEventListener("htmx:beforeSwap", onAnswer);
  document.addEventListener("htmx:responseError", onRefusal);
  document.addEventListener("htmx:sendError", onSilence);
  document.addEventListener("htmx:timeout", onSilence);
})();
