/* Draws every .chart[data-chart] from the adjacent JSON. The library is loaded only where a chart is in sight.
   Data: {title, unit, x: [...], series: [{name, type: "bar" | "line", stack, tone: "c1".."c4", data: [...]}]}.
   Canvas and rich-text tooltips: neither needs an inline style, which the policy forbids. */
(() => {
  "use strict";
  const drawn = new Map();

  function token(name) {
    // A probe resolves light-dark() to the colour that is shown now.
    const probe = document.createElement("i");
    probe.style.color = `var(--${name})`;
    probe.hidden = true;
    document.body.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  }

  function seriesOf(data) {
    return data.series.map((one) => ({
      name: one.name,
      type: one.type,
      stack: one.stack,
      data: one.data,
      itemStyle: { color: token(one.tone || "c1"), borderRadius: one.type === "bar" ? [3, 3, 0, 0] : 0 },
      lineStyle: { width: 2 },
      barMaxWidth: 18,
      symbol: "circle",
      symbolSize: 5,
      showSymbol: data.x.length < 3,
      connectNulls: false,
    }));
  }

  function optionOf(data) {
    const faint = token("faint");
    const text = token("text");
    const isStill = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    return {
      animation: !isStill,
      animationDuration: 250,
      aria: { enabled: true, label: { description: describe(data) } },
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 },
      grid: { left: 4, right: 14, top: 34, bottom: 12, containLabel: true },
      legend: { right: 0, top: 0, itemWidth: 9, itemHeight: 9, icon: "roundRect", textStyle: { color: token("muted"), fontSize: 12 } },
      tooltip: {
        trigger: "axis",
        renderMode: "richText",
        backgroundColor: token("surface"),
        borderColor: token("line-strong"),
        textStyle: { color: text, fontSize: 12 },
        axisPointer: { type: "shadow", shadowStyle: { opacity: 0.12 } },
        confine: true,
      },
      xAxis: {
        type: "category",
        data: data.x,
        axisLine: { lineStyle: { color: token("line-strong") } },
        axisTick: { show: false },
        axisLabel: { color: faint, fontSize: 11, hideOverlap: true, alignMinLabel: "left", alignMaxLabel: "right", showMaxLabel: true },
      },
      yAxis: {
        type: "value",
        name: data.unit || "",
        nameTextStyle: { color: faint, fontSize: 11, align: "left" },
        minInterval: 1,
        splitLine: { lineStyle: { color: token("line") } },
        axisLabel: { color: faint, fontSize: 11 },
      },
      series: seriesOf(data),
    };
  }

  function describe(data) {
    const parts = data.series.map((one) => {
      const known = one.data.filter((value) => value !== null);
      const sum = known.reduce((total, value) => total + value, 0);
      return `${one.name}: ${sum} in all, highest ${known.length ? Math.max(...known) : "unknown"}`;
    });
    return `${data.title || "Chart"}. ${parts.join("; ")}. The table next to it has every figure.`;
  }

  async function draw(place) {
    if (drawn.has(place)) return;
    drawn.set(place, null);
    const library = await import(place.dataset.library);
    const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    const chart = library.init(place, null, { renderer: "canvas" });
    chart.setOption(optionOf(data));
    place.setAttribute("aria-label", describe(data));
    place.dataset.drawn = "";
    drawn.set(place, { chart, data });
    new ResizeObserver(() => chart.resize()).observe(place);
  }

  function repaint() {
    for (const one of drawn.values()) one?.chart.setOption(optionOf(one.data), { notMerge: true });
  }

  function forget() {
    for (const [place, one] of drawn) {
      if (place.isConnected) continue;
      one?.chart.dispose();
      drawn.delete(place);
    }
  }

  const sight = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      sight.unobserve(entry.target);
      draw(entry.target);
    }
  }, { rootMargin: "200px" });

  function drawWithin(within) {
    for (const place of within.querySelectorAll(".chart[data-chart]")) sight.observe(place);
  }

  document.addEventListener("DOMContentLoaded", () => drawWithin(document));
  document.addEventListener("htmx:load", (event) => {
    forget();
    drawWithin(event.detail.elt);
  });
  document.addEventListener("themechange", repaint);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
})();
