"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const SLICE = 1500;
  let job = 0;
  let index = null;

  // Works through a list a slice at a time, so that typing never waits; a newer job ends an older one.
  const each = (list, work, done, own) => {
    let at = 0;
    const step = () => {
      if (own !== undefined && own !== job) return;
      const end = Math.min(at + SLICE, list.length);
      for (; at < end; at += 1) work(list[at]);
      if (at < list.length) setTimeout(step); else done();
    };
    step();
  };

  const norm = (text) => text.normalize("NFKC").toLowerCase();

  const collect = () => {
    index = [];
    for (const unit of document.querySelectorAll("details.unit")) {
      const named = unit.firstElementChild.textContent;
      for (const fault of unit.querySelectorAll(":scope > .f")) {
        const items = fault.classList.contains("e") ? [fault] : fault.querySelectorAll(".e");
        const head = fault.classList.contains("e") ? "" : fault.querySelector(".say").textContent;
        for (const item of items) index.push({ item, fault, unit, head: named + " " + head, text: null });
      }
    }
  };

  const filter = () => {
    if (!index) collect();
    job += 1;
    const own = job;
    const words = norm($("find").value).split(/\s+/).filter(Boolean);
    const grave = $("grave").value;
    const active = words.length > 0 || grave !== "";
    const units = new Map();
    const faults = new Map();
    let shown = 0;
    each(index, (one) => {
      let hit = grave === "" || one.fault.dataset.s === grave;
      if (hit && words.length) {
        if (one.text === null) one.text = norm(one.head + " " + one.item.textContent);
        hit = words.every((word) => one.text.includes(word));
      }
      if (one.item.hidden === hit) one.item.hidden = !hit;
      shown += hit;
      if (hit || !faults.has(one.fault)) faults.set(one.fault, hit || faults.get(one.fault) || false);
      if (hit || !units.has(one.unit)) units.set(one.unit, hit || units.get(one.unit) || false);
    }, () => {
      for (const [fault, hit] of faults) if (fault.hidden === hit) fault.hidden = !hit;
      let opened = 0;
      for (const [unit, hit] of units) {
        if (unit.hidden === hit) unit.hidden = !hit;
        if (active && hit && opened < 20) { unit.open = true; opened += 1; }
      }
      const none = $("none");
      if (none) none.hidden = shown > 0;
      $("count").textContent = active ? "筛出 " + shown + " / " + index.length + " 条" : "";
    }, own);
  };

  // Exact: the point is moved in the text, nothing is computed in binary.
  const POWER = { "元": 0, "千元": 3, "万元": 4, "亿元": 8 };
  const AMOUNT = /^(-?)(\d+)(?:\.(\d+))? (元|千元|万元|亿元)$/;
  const convert = (text, wanted) => {
    const found = AMOUNT.exec(text);
    if (!found || found[4] === wanted) return text;
    const move = POWER[found[4]] - POWER[wanted];
    let whole = found[2];
    let part = found[3] || "";
    if (move > 0) {
      part = part.padEnd(move, "0");
      whole += part.slice(0, move);
      part = part.slice(move);
    } else {
      whole = whole.padStart(1 - move, "0");
      part = whole.slice(move) + part;
      whole = whole.slice(0, move);
    }
    whole = whole.replace(/^0+(?=\d)/, "");
    part = part.replace(/0+$/, "");
    return found[1] + whole + (part ? "." + part : "") + " " + wanted;
  };
  let typed = null;
  const money = () => {
    if (!typed) {
      typed = [];
      for (const node of document.querySelectorAll("b, text.m")) {
        if (AMOUNT.test(node.textContent)) typed.push({ node, as: node.textContent });
      }
    }
    const wanted = $("money").value;
    each(typed, (one) => { one.node.textContent = wanted ? convert(one.as, wanted) : one.as; }, () => {
      if (index) for (const one of index) one.text = null;
    });
  };

  const folds = (open) => each([...document.querySelectorAll("details.unit, details.rule")], (one) => {
    if (!one.hidden) one.open = open;
  }, () => {});

  // A link to something folded opens it.
  const reveal = () => {
    const at = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!at || at.tagName !== "DETAILS") return;
    if (at.hidden) { $("find").value = ""; $("grave").value = ""; at.hidden = false; filter(); }
    at.open = true;
    at.scrollIntoView();
  };

  let wait = 0;
  $("find").addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(filter, 150); });
  $("grave").addEventListener("change", filter);
  $("money").addEventListener("change", money);
  $("open").addEventListener("click", () => folds(true));
  $("close").addEventListener("click", () => folds(false));
  addEventListener("hashchange", reveal);
  $("tools").hidden = false;
  reveal();
})();
