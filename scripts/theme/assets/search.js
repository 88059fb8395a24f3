// The search: Material's index and worker behind a dialog of our own. Messages to the worker are
// {type: 0, data: index} and {type: 2, data: query}; it answers {type: 1} and {type: 3, data: {items}}.
// A page opened from a disk may start no worker and fetch nothing: there, the words are looked for one by one.
"use strict";
const onDisk = location.protocol === "file:";
let dialog = null;

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

// A worker marks what it found as HTML; only its text is wanted here.
const plain = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent.replace(/\s+/g, " ").trim();

const excerpt = (text, words) => {
  const at = Math.max(0, ...words.map((word) => fold(text).indexOf(word)));
  const start = at < 60 ? 0 : text.indexOf(" ", at - 50) + 1;
  const end = text.length > start + 160 ? text.lastIndexOf(" ", start + 160) : text.length;
  return (start ? "… " : "") + text.slice(start, end) + (end < text.length ? " …" : "");
};

// Letters without their accents, in lower case, so that "ete" finds "Été".
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const make = (button) => {
  const base = new URL(document.documentElement.dataset.base, location);
  const field = element("input", { type: "search", id: "search-field", autocomplete: "off", spellcheck: false });
  const label = element("label", { htmlFor: "search-field", textContent: "Search events, places, actors and sources" });
  const close = element("button", { type: "submit", textContent: "Close" });
  const status = element("p", { className: "quiet" });
  status.setAttribute("role", "status");
  const results = element("ol", { className: "results" });
  const form = element("form", { method: "dialog" }, label, field, close);
  const made = element("dialog", { className: "search" }, form, status, results);
  made.setAttribute("aria-label", button.textContent);
  document.body.append(made);

  const worker = onDisk ? null : new Worker(button.dataset.worker);
  const entries = new Map();
  let asked = "";
  let ready = false;
  const ask = () => {
    asked = fold(field.value).replace(/[^\p{L}\p{N}]+/gu, " ").trim();
    if (asked.length < 2) {
      results.replaceChildren();
      status.textContent = "";
      return;
    }
    if (!ready) return;
    const words = asked.split(" ");
    if (worker) worker.postMessage({ type: 2, data: words.map((word) => `+${word}*`).join(" ") });
    else show([...entries.values()].filter(({ title, text }) => words.every((word) => fold(`${title} ${text}`).includes(word))));
  };
  const show = (found) => {
    const words = asked.split(" ");
    results.replaceChildren(...found.map(({ location: at }) => {
      const item = entries.get(at);
      const file = onDisk ? at.replace(/(^|\/)(?=#|$)/, "$1index.html") : at;
      const link = element("a", { href: new URL(file, base).href, textContent: plain(item.title) });
      return element("li", {}, link, element("p", { className: "quiet", textContent: excerpt(plain(item.text), words) }));
    }));
    status.textContent = found.length === 1 ? "1 result" : `${found.length || "No"} results`;
  };
  worker?.addEventListener("message", ({ data }) => {
    if (data.type === 1) {
      ready = true;
      ask();
    }
    if (data.type !== 3 || asked.length < 2) return;
    show(data.data.items.flat().filter((item) => item.score > 0).sort((a, b) => b.score - a.score).slice(0, 20));
  });
  const index = onDisk
    ? loadScript(button.dataset.index.replace(/on$/, "")).then(() => window.searchIndex)
    : fetch(button.dataset.index).then((answer) => answer.json());
  index
    .then(({ config, docs }) => {
      for (const entry of docs) entries.set(entry.location, entry);
      if (!worker) {
        ready = true;
        ask();
        return;
      }
      const folded = docs.map((entry) => ({ ...entry, title: fold(entry.title), text: fold(entry.text) }));
      worker.postMessage({ type: 0, data: { config, docs: folded, options: {} } });
    })
    .catch(() => { status.textContent = "The search could not be loaded."; });

  field.addEventListener("input", ask);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    results.querySelector("a")?.click();
  });
  results.addEventListener("click", (event) => { if (event.target.closest("a")) made.close(); });
  made.addEventListener("click", (event) => { if (event.target === made) made.close(); });
  return made;
};

window.openSearch = (button) => {
  dialog ??= make(button);
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("input").select();
};
