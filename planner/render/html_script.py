"""The script of the review in HTML: filters, search, views and keys. It writes text only, and never HTML.

Without it the page is whole, only not coloured and not filtered.
"""

__all__ = ["SCRIPT"]

SCRIPT = """\
"use strict";
(() => {
  const get = id => document.getElementById(id);
  const find = selector => [...document.querySelectorAll(selector)];
  const changes = find(".change");
  const [shown, search, sides, all, clear, none] = ["shown", "search", "sides", "all", "clear", "none"].map(get);
  const filters = find("button[data-action],button[data-cause]");
  const read = hash => { try { return get(decodeURIComponent(hash.slice(1))); } catch { return null; } };
  const leaves = find(".tree a").map(link => [link.parentElement, read(link.hash)]);
  const branches = find(".tree details").map(one => [one, [...one.querySelectorAll("a")].map(a => a.parentElement)]);
  const texts = new Map();
  const textOf = change => {
    if (!texts.has(change)) texts.set(change, change.textContent.toLowerCase());
    return texts.get(change);
  };
  const isOn = button => button.getAttribute("aria-pressed") === "true";
  const press = (button, on) => button.setAttribute("aria-pressed", String(on));
  const pressed = kind => filters.filter(one => kind in one.dataset && isOn(one)).map(one => one.dataset[kind]);
  const light = pre => {
    if (pre.classList.contains("lit")) return;
    const lines = pre.textContent.split("\\n");
    pre.textContent = "";
    pre.classList.add("lit");
    for (const line of lines) {
      const span = document.createElement("span");
      const kind = {"+": "l-add", "-": "l-del", "!": "l-chg"}[line[0]];
      if (kind) span.className = kind;
      span.textContent = line;
      pre.append(span);
    }
  };
  const update = () => {
    const actions = pressed("action"), causes = pressed("cause"), words = search.value.toLowerCase().trim();
    let count = 0;
    for (const change of changes) {
      const has = change.dataset.causes.split(" ");
      const fits = (!actions.length || actions.includes(change.dataset.action))
        && (!causes.length || causes.some(cause => has.includes(cause)))
        && (!words || textOf(change).includes(words));
      change.hidden = !fits;
      count += fits;
    }
    for (const [leaf, change] of leaves) leaf.hidden = Boolean(change && change.hidden);
    for (const [branch, inner] of branches) branch.parentElement.hidden = inner.every(leaf => leaf.hidden);
    shown.textContent = `${count} of ${changes.length} shown`;
    clear.hidden = !actions.length && !causes.length && !words;
    none.hidden = count > 0;
  };
  const reset = () => { filters.forEach(one => press(one, false)); search.value = ""; update(); };
  const follow = hash => {
    const at = hash.length > 1 ? read(hash) : null;
    if (!at || !at.classList.contains("change")) return false;
    if (at.hidden) reset();
    at.open = true;
    at.querySelector("summary").focus({preventScroll: true});
    at.scrollIntoView({block: "start"});
    return true;
  };
  const flip = () => press(sides, document.body.classList.toggle("sides"));
  for (const change of changes) {
    change.addEventListener("toggle", () => change.open && change.querySelectorAll("pre.diff").forEach(light));
    if (change.open) change.querySelectorAll("pre.diff").forEach(light);
  }
  for (const button of filters) {
    button.addEventListener("click", () => { press(button, !isOn(button)); update(); });
  }
  sides.addEventListener("click", flip);
  all.addEventListener("click", () => {
    press(all, !isOn(all));
    for (const change of changes) if (!change.hidden) change.open = isOn(all);
  });
  clear.addEventListener("click", () => { reset(); search.focus(); });
  search.addEventListener("input", update);
  document.addEventListener("click", event => {
    const link = event.target.closest("a[href^='#']");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const hash = link.getAttribute("href");
    if (follow(hash)) { event.preventDefault(); history.replaceState(null, "", hash); }
  });
  document.addEventListener("keydown", event => {
    if (event.target === search && event.key === "Escape") { search.value = ""; update(); search.blur(); return; }
    if (event.target.tagName === "INPUT" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") { event.preventDefault(); search.focus(); }
    if (event.key === "s") flip();
    if (event.key !== "j" && event.key !== "k") return;
    const visible = changes.filter(change => !change.hidden).map(change => change.querySelector("summary"));
    const at = visible.indexOf(document.activeElement);
    const next = event.key === "j" ? visible[at + 1] : visible[at < 0 ? 0 : at - 1];
    if (next) { next.focus(); next.scrollIntoView({block: "nearest"}); }
  });
  addEventListener("hashchange", () => follow(location.hash));
  for (const one of find(".tools,.keys")) one.hidden = false;
  update();
  follow(location.hash);
  document.documentElement.dataset.ready = "true";
})();
"""
