"use strict";
(() => {
  const D = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const O = D.outputs, steps = D.resources ? D.resources.split(" ") : [], K = steps.length, N = O.length;
  const group = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, D.groups);
  const shown = (n) => (n === 0 ? D.nil : group(n));
  const money = (n) => D.money.replace("\u0000", group(n));
  const tenths = (x) => { const t = Math.round(x * 1000); return group(Math.trunc(t / 10)) + D.decimal + (t % 10) + D.percent; };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] : all));

  // Levels of every output at every breakpoint, from the first and what changes at each.
  const L = new Uint16Array(K * N);
  D.levels.split(";").forEach((changes, k) => {
    if (k) L.copyWithin(k * N, (k - 1) * N, k * N);
    if (changes) for (const one of changes.split(",")) {
      const [i, level] = one.split(".");
      L[k * N + parseInt(i, 36)] = parseInt(level, 36);
    }
  });
  let at = 0;
  const R = steps.map((one) => (at += parseInt(one, 36)));
  const worth = O.map((o) => o.v);
  const whole = worth.reduce((a, b) => a + b, 0) || 1;
  const share = (k) => { let s = 0; for (let i = 0; i < N; i++) { const l = L[k * N + i]; if (l) s += worth[i] * O[i].s[l - 1]; } return s / (100 * whole); };
  const own = D.own;

  // In whole units that add up: each amount down, then those with the largest remainders up, none above its estimate.
  const rounded = (amounts) => {
    const U = D.unit, low = amounts.map((a, i) => (a === O[i].c ? O[i].e : Math.min(Math.floor(a / U), O[i].e)));
    let left = Math.floor((2 * amounts.reduce((a, b) => a + b, 0) + U) / (2 * U)) - low.reduce((a, b) => a + b, 0);
    const order = amounts.map((a, i) => i).filter((i) => amounts[i] !== O[i].c && amounts[i] % U)
      .sort((i, j) => (amounts[j] % U) - (amounts[i] % U) || i - j);
    for (const i of order) if (left > 0 && low[i] < O[i].e) { low[i]++; left--; }
    return low;
  };

  const extent = (o, l) => (l === 0 ? 2 : o.s[l - 1] === 100 ? 0 : 1);
  const classes = ["full", "part", "open"];

  const draw = (k, resources) => {
    const levels = k === null ? own.levels : Array.from(L.subarray(k * N, (k + 1) * N));
    const mine = k === null || (k === own.at && resources === D.scenario);
    const amounts = levels.map((l, i) => (l ? O[i].a[l - 1] : 0));
    const alloc = mine ? own.shown : rounded(amounts);
    const counts = [0, 0, 0], sums = D.components.map(() => 0), exact = D.components.map(() => 0);
    levels.forEach((l, i) => {
      const o = O[i], kind = extent(o, l), row = $("o" + i);
      counts[kind]++;
      sums[o.k] += alloc[i];
      exact[o.k] += amounts[i];
      row.querySelector(".a").textContent = shown(alloc[i]);
      row.querySelector(".d").textContent = shown(o.e - alloc[i]);
      const status = row.querySelector(".s"), said = status.firstElementChild, changed = status.lastElementChild;
      said.className = classes[kind];
      const part = o.c ? Math.floor((100 * amounts[i]) / o.c) : 100;
      said.textContent = mine ? own.status[i] : kind === 1 ? fill(D.say.part, { status: D.say.extents[1], share: part ? group(part) + D.percent : D.say.under }) : D.say.extents[kind];
      const before = own.levels[i] ? o.a[own.levels[i] - 1] : 0;
      changed.textContent = mine || amounts[i] === before ? "" : amounts[i] > before ? D.say.more : D.say.less;
    });
    D.components.forEach((c, j) => {
      for (const row of document.querySelectorAll(`[data-k="${j}"]`)) {
        row.querySelector(".a").textContent = shown(sums[j]);
        row.querySelector(".d").textContent = shown(c.e - sums[j]);
      }
      const bar = $("c" + j).querySelector(".bar i");
      bar.style.width = (c.c ? (100 * exact[j]) / c.c : 0) + "%";
      $("c" + j).querySelector(".p").textContent = c.c ? tenths(exact[j] / c.c) : "";
    });
    const all = sums.reduce((a, b) => a + b, 0), spend = exact.reduce((a, b) => a + b, 0);
    for (const row of document.querySelectorAll("[data-total]")) {
      row.querySelector(".a").textContent = shown(all);
      row.querySelector(".d").textContent = shown(D.total - all);
      const p = row.querySelector(".p");
      if (p) p.textContent = D.cost ? tenths(spend / D.cost) : "";
    }
    return counts;
  };

  if (!K) return;
  const slider = $("slider"), field = $("amount"), said = $("said"), where = $("where");
  const say = (k, resources) => {
    const counts = draw(k, resources);
    slider.value = k;
    slider.setAttribute("aria-valuetext", money(resources));
    where.textContent = money(resources);
    said.textContent = fill(D.say.sentence, { resources: money(resources), in_full: group(counts[0]), in_part: group(counts[1]), subject: group(counts[2]), priority: tenths(share(k)) });
    mark(k, resources);
  };

  // The curve: a step for each breakpoint, thinned to what a picture can show.
  const W = 760, H = 240, left = 56, bottom = 34, top = 14, right = 16, most = D.cost || 1;
  const x = (r) => left + ((W - left - right) * r) / most;
  const y = (v) => top + (H - top - bottom) * (1 - v);
  const ns = "http://www.w3.org/2000/svg";
  const add = (parent, tag, attributes, text) => {
    const made = document.createElementNS(ns, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    if (text !== undefined) made.textContent = text;
    parent.appendChild(made);
    return made;
  };
  const svg = $("curve");
  svg.setAttribute("viewBox", `0 0 ${W} ${H}`);
  for (const v of [0, 0.25, 0.5, 0.75, 1]) {
    add(svg, "line", { x1: left, x2: W - right, y1: y(v), y2: y(v), stroke: "var(--line)" });
    add(svg, "text", { x: left - 6, y: y(v) + 4, "text-anchor": "end" }, group(100 * v) + D.percent);
  }
  const step = 10 ** Math.floor(Math.log10(most)), every = most / step > 5 ? step : most / step > 2 ? step / 2 : step / 5;
  for (let r = 0; r <= most; r += every) {
    add(svg, "text", { x: x(r), y: H - bottom + 18, "text-anchor": r ? "middle" : "start" }, group(Math.round(r / D.unit)));
  }
  add(svg, "text", { x: W - right, y: H - 2, "text-anchor": "end" }, D.say.axis);
  let path = `M${x(R[0]).toFixed(1)} ${y(share(0)).toFixed(1)}`, last = x(R[0]);
  for (let k = 1; k < K; k++) {
    if (x(R[k]) - last < 0.4 && k < K - 1) continue;
    last = x(R[k]);
    path += `H${last.toFixed(1)}V${y(share(k)).toFixed(1)}`;
  }
  add(svg, "path", { d: path + `H${x(most).toFixed(1)}`, fill: "none", stroke: "var(--bar)", "stroke-width": 2 });
  const line = add(svg, "line", { y1: top, y2: H - bottom, stroke: "var(--mark)", "stroke-width": 2, "stroke-dasharray": "5 3" });
  const dot = add(svg, "circle", { r: 5, fill: "var(--mark)" });
  const mark = (k, resources) => {
    const here = x(Math.min(resources, most)).toFixed(1);
    line.setAttribute("x1", here);
    line.setAttribute("x2", here);
    dot.setAttribute("cx", here);
    dot.setAttribute("cy", y(share(k)).toFixed(1));
  };

  const below = (amount) => { let lo = 0, hi = K - 1; while (lo < hi) { const m = (lo + hi + 1) >> 1; if (R[m] <= amount) lo = m; else hi = m - 1; } return lo; };
  const home = () => { say(own.at, D.scenario); field.value = group(Math.round(D.scenario / D.unit)); };
  slider.addEventListener("input", () => { const k = +slider.value; field.value = group(Math.floor(R[k] / D.unit)); say(k, R[k]); });
  field.addEventListener("change", () => {
    const digits = field.value.replace(/[^0-9]/g, "");
    if (!digits) return home();
    const amount = +digits * D.unit;
    if (amount < R[0]) {
      said.textContent = fill(D.say.least, { amount: money(R[0]) });
      return;
    }
    say(below(amount), amount);
  });
  $("home").addEventListener("click", home);
  slider.max = K - 1;
  $("explore").hidden = false;
  $("figure").hidden = false;
  home();
})();
