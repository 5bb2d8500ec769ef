"""The script of the review in HTML: filters, search, views and keys. It writes text only, and never HTML.

Without it the page is whole, only not coloured and not filtered.
"""

__all__ = ["SCRIPT"]

SCRIPT = """\
"use strict";
(() => {
  const changes = [...document.querySelectorAll(".change")];
  const shown = document.getElementById("shown");
  const search = document.getElementById("search");
  const pressed = kind => [...document.querySelectorAll(`button[data-${kind}][aria-pressed=true]`)]
    .map(button => button.dataset[kind]);
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
        && (!words || change.textContent.toLowerCase().includes(words));
      change.hidden = !fits;
      count += fits;
    }
    shown.textContent = `${count} of ${changes.length} shown`;
  };
  const open = change => { change.hidden = false; change.open = true; change.querySelector("summary").focus(); };
  for (const change of changes) {
    change.addEventListener("toggle", () => change.open && change.querySelectorAll("pre.diff").forEach(light));
    if (change.open) change.querySelectorAll("pre.diff").forEach(light);
  }
  for (const button of document.querySelectorAll("button[data-action],button[data-cause]")) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      update();
    });
  }
  const sides = document.getElementById("sides");
  sides.addEventListener("click", () => {
    const now = document.body.classList.toggle("sides");
    sides.setAttribute("aria-pressed", String(now));
  });
  const all = document.getElementById("all");
  all.addEventListener("click", () => {
    const now = all.getAttribute("aria-pressed") !== "true";
    all.setAttribute("aria-pressed", String(now));
    for (const change of changes) if (!change.hidden) change.open = now;
  });
  search.addEventListener("input", update);
  document.addEventListener("keydown", event => {
    if (event.target === search && event.key === "Escape") { search.value = ""; update(); search.blur(); return; }
    if (event.target.tagName === "INPUT" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") { event.preventDefault(); search.focus(); }
    if (event.key !== "j" && event.key !== "k") return;
    const visible = changes.filter(change => !change.hidden).map(change => change.querySelector("summary"));
    const at = visible.indexOf(document.activeElement);
    const next = event.key === "j" ? visible[at + 1] : visible[at < 0 ? 0 : at - 1];
    if (next) { next.focus(); next.scrollIntoView({block: "nearest"}); }
  });
  const follow = () => {
    const at = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (at && at.classList.contains("change")) open(at);
  };
  addEventListener("hashchange", follow);
  document.querySelector(".tools").hidden = false;
  update();
  follow();
  document.documentElement.dataset.ready = "true";
})();
"""
