"use strict";
(() => {
  const D = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);

  // A table that is wider than its place can be moved sideways with the keyboard.
  const reach = () => {
    for (const box of document.querySelectorAll(".scroll")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  addEventListener("resize", reach);
  reach();

  // On a small screen rows stand as blocks: each figure has its header beside it, and remains a cell to screen readers.
  const roles = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };
  for (const table of document.querySelectorAll(".moves")) {
    const heads = Array.from(table.tHead.rows[0].cells, (cell) => cell.textContent);
    for (const e of [table, ...table.querySelectorAll("thead,tbody,tr,th,td")])
      e.setAttribute("role", roles[e.tagName] || (e.scope === "col" ? "columnheader" : "rowheader"));
    for (const row of table.rows) {
      let at = 0;
      for (const cell of row.cells) {
        if (cell.matches("td.n")) cell.dataset.label = heads[at];
        at += cell.colSpan;
      }
    }
  }
  document.documentElement.className = "js";
  if (!D.frontier) return;

  const O = D.outputs, N = O.length, U = D.unit, own = D.own, kinds = ["full", "part", "open"];
  const group = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, D.groups);
  const shown = (n) => (n === 0 ? D.nil : group(n));
  const money = (n) => D.money.replace("\u0000", group(n));
  const tenths = (part, whole) => {
    const t = whole ? (2000n * part + whole) / (2n * whole) : 0n;
    return group(t / 10n) + D.decimal + (t % 10n) + D.percent;
  };
  const ratio = (part, whole) => (whole ? tenths(BigInt(part), BigInt(whole)) : "");
  const fill = (text, values) => text.replace(/\{(\w+)\}(\.?)/g, (all, name, stop) =>
    name in values ? values[name] + (String(values[name]).endsWith(".") ? "" : stop) : all);
  const sum = (list) => list.reduce((a, b) => a + b, 0);

  // Levels of every output at every breakpoint, each from the one before; its resources are what they cost.
  const F = D.frontier;
  const numbers = (text, width) => Array.from({ length: text.length / width }, (_, n) => parseInt(text.slice(n * width, (n + 1) * width), 36));
  const moves = F.moves.split(";").map((text) => numbers(text, F.width)), steps = numbers(F.steps, F.wide);
  const K = steps.length, L = new Uint16Array(K * N), R = [];
  const cost = (i, level) => (level ? O[i].a[level - 1] : 0);
  steps.forEach((step, k) => {
    if (k) L.copyWithin(k * N, (k - 1) * N, k * N);
    R[k] = k ? R[k - 1] : 0;
    for (const n of moves[step]) {
      const up = n % F.span, i = (n - up) / F.span, was = L[k * N + i], now = (was + up) % F.span;
      L[k * N + i] = now;
      R[k] += cost(i, now) - cost(i, was);
    }
  });
  const V = D.priorities.split(" ").map(BigInt);
  const weighted = (list) => list.reduce((a, n, i) => a + V[i] * BigInt(n), 0n);
  const all = weighted(O.map(() => 100)), most = D.byAmount ? weighted(O.map((o) => o.c)) : all;

  // What to show: the scenario's own allocation, or that of a breakpoint.
  const chosen = (k, resources) => {
    const levels = Array.from(L.subarray(k * N, (k + 1) * N));
    if (resources === D.scenario || levels.every((l, i) => l === own.levels[i] && cost(i, l) === own.amounts[i]))
      return { amounts: own.amounts, shares: own.shares, extents: own.extents, status: own.status, rounded: own.shown };
    const amounts = levels.map((l, i) => cost(i, l)), shares = levels.map((l, i) => (l ? O[i].s[l - 1] : 0));
    const extents = levels.map((l, i) => (!l ? 2 : shares[i] === 100 ? 0 : 1));
    const status = extents.map((kind, i) => {
      if (kind !== 1) return D.say.extents[kind];
      const c = O[i].c, percent = c ? (100 * amounts[i] - ((100 * amounts[i]) % c)) / c : 100;
      return fill(D.say.part, { status: D.say.extents[1], share: percent ? group(percent) + D.percent : D.say.under });
    });
    return { amounts, shares, extents, status, rounded: rounded(amounts) };
  };

  // Rounding from the top down: the total, the components within it, the outputs within each; exact in whole numbers.
  // Estimates stay as they are, so that outputs in full may leave a component no figure next to its exact one; every output has.
  const down = (a) => (a - (a % U)) / U, up = (a) => down(a) + (a % U ? 1 : 0);
  // An amount up or down, so that the rest of the estimate as shown is the exact rest up or down too.
  const range = (a, c, e) => [Math.max(down(a), e - up(c - a)), Math.min(up(a), e - down(c - a))];
  const apportion = (exact, ranges, limits, total) => {
    const clamp = (n, [least, most]) => Math.min(Math.max(n, least), most);
    const got = ranges.map(([low], i) => clamp(low, limits[i])), high = ranges.map(([, most], i) => clamp(most, limits[i]));
    let left = total - sum(got);
    const order = exact.map((a, i) => i).sort((i, j) => exact[j] - got[j] * U - (exact[i] - got[i] * U) || i - j);
    for (const i of order) if (left > 0 && got[i] < high[i]) got[i]++, left--;
    for (const i of order) { // seldom: the lines of the others cannot take it
      const more = clamp(got[i] + left, limits[i]) - got[i];
      got[i] += more;
      left -= more;
    }
    return got;
  };
  const members = D.components.map((e, k) => O.flatMap((o, i) => (o.k === k ? [i] : [])));
  const costs = members.map((group) => sum(group.map((i) => O[i].c)));
  const rounded = (amounts) => {
    const ranges = O.map((o, i) => range(amounts[i], o.c, o.e)), found = [];
    const exact = members.map((group) => sum(group.map((i) => amounts[i])));
    const limits = members.map((group) => [0, 1].map((end) => sum(group.map((i) => ranges[i][end]))));
    const spend = sum(exact), total = down(spend) + (2 * (spend % U) >= U ? 1 : 0);
    const wanted = apportion(exact, exact.map((a, k) => range(a, costs[k], D.components[k])), limits, total);
    members.forEach((group, k) => {
      const own = group.map((i) => ranges[i]);
      apportion(group.map((i) => amounts[i]), own, own, wanted[k]).forEach((n, j) => (found[group[j]] = n));
    });
    return found;
  };

  // Everything that moves.
  const rows = O.map((o, i) => $("o" + i)), sums = document.querySelectorAll("[data-k]"), totals = document.querySelectorAll("[data-total]");
  const figures = (row, a, e) => {
    row.querySelector(".a").textContent = shown(a);
    row.querySelector(".d").textContent = shown(e - a);
  };
  const widths = members.map((group, k) => parseFloat($("c" + k).querySelector(".outline").getAttribute("width")));
  const draw = (it) => {
    rows.forEach((row, i) => {
      figures(row, it.rounded[i], O[i].e);
      const [said, changed] = row.querySelector(".s").children, more = it.amounts[i] - own.amounts[i];
      said.className = kinds[it.extents[i]];
      said.textContent = it.status[i];
      changed.textContent = more > 0 ? D.say.more : more < 0 ? D.say.less : "";
    });
    const exact = members.map((group) => sum(group.map((i) => it.amounts[i])));
    const whole = members.map((group) => sum(group.map((i) => it.rounded[i])));
    for (const row of sums) figures(row, whole[row.dataset.k], D.components[row.dataset.k]);
    members.forEach((group, k) => {
      const row = $("c" + k);
      row.querySelector(".fill").setAttribute("width", (costs[k] ? (widths[k] * exact[k]) / costs[k] : 0) + "%");
      row.querySelector(".p").textContent = ratio(exact[k], costs[k]);
    });
    for (const row of totals) {
      figures(row, sum(whole), sum(D.components));
      const p = row.querySelector(".p");
      if (p) p.textContent = ratio(sum(exact), D.cost);
    }
  };

  const slider = $("slider"), field = $("amount"), said = $("said"), where = $("where");
  const [low, high, top, bottom] = D.axis;
  // It is read aloud when a slider on its way rests.
  let due = 0;
  const tell = (text, moving) => {
    clearTimeout(due);
    said.setAttribute("aria-busy", String(!!moving));
    if (moving) due = setTimeout(() => said.setAttribute("aria-busy", "false"), 400);
    said.textContent = text;
  };
  const show = (k, resources, moving) => {
    const it = chosen(k, resources), counts = [0, 0, 0];
    draw(it);
    it.extents.forEach((kind) => counts[kind]++);
    const priority = weighted(it.shares), value = D.byAmount ? weighted(it.amounts) : priority;
    const reached = most ? Number(value) / Number(most) : 0;
    const amount = money(resources), one = D.singular.includes(counts[0]);
    slider.value = k;
    slider.setAttribute("aria-valuetext", amount);
    where.textContent = amount;
    for (const note of document.querySelectorAll(".away"))
      note.textContent = resources === D.scenario ? "" : fill(D.say.away, { resources: amount });
    field.removeAttribute("aria-invalid");
    tell(fill(D.say.sentence, {
      resources: amount, in_full: fill(D.say.inFull[one ? 0 : 1], { number: group(counts[0]) }), in_part: group(counts[1]),
      subject: group(counts[2]), priority: tenths(priority, all),
    }) + (resources > D.cost ? " " + D.say.beyond : ""), moving);
    const x = Math.min(Math.max((100 * (resources - low)) / (high - low), 0), 100) + "%";
    $("line").setAttribute("x1", x);
    $("line").setAttribute("x2", x);
    $("dot").setAttribute("cx", x);
    $("dot").setAttribute("cy", top + (bottom - top) * (1 - reached) + "%");
  };

  const below = (amount) => {
    let least = 0, most = K - 1;
    while (least < most) {
      const middle = (least + most + 1) >> 1;
      if (R[middle] <= amount) least = middle;
      else most = middle - 1;
    }
    return least;
  };
  const home = () => {
    field.value = group(down(D.scenario));
    show(own.at, D.scenario);
  };
  const refuse = (text) => {
    field.setAttribute("aria-invalid", "true");
    tell(text);
  };
  // Only digits and what stands between groups of them: an amount is never guessed.
  const typed = () => {
    const text = field.value.trim().split(D.groups).join("").replace(/\s/g, "");
    if (!text) return home();
    const amount = Number(text) * U;
    if (!/^[0-9]+$/.test(text) || !Number.isSafeInteger(amount)) return refuse(D.say.wrong);
    if (amount < R[0]) return refuse(fill(D.say.least, { amount: money(R[0]) }));
    if (D.knownTo !== null && amount >= D.knownTo) return refuse(fill(D.say.unknown, { amount: money(D.knownTo) }));
    field.value = group(Number(text));
    show(below(amount), amount);
  };
  slider.addEventListener("input", () => {
    field.value = group(down(R[+slider.value]));
    show(+slider.value, R[+slider.value], true);
  });
  field.addEventListener("change", typed);
  $("home").addEventListener("click", home);
  slider.max = K - 1;
  for (const part of document.querySelectorAll("[data-moves]")) part.hidden = false;
  home();
})();
