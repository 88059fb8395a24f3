// The search, in a dialog: every word that is asked for begins a word of what is found. It goes through the
// index itself, which is small, and so finds the same on the web as in a page that was opened from a disk.
"use strict";
let dialog = null;

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

// The index holds HTML; only its text is wanted here.
const plain = (html) => {
  const text = new DOMParser().parseFromString(html.replaceAll("</li>", "; </li>"), "text/html").body.textContent;
  return text.replace(/\s+/g, " ").trim();
};

// Words without their accents, in lower case, so that "ete" finds "Été".
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const words = (text) => ` ${fold(text).replace(/[^\p{L}\p{N}]+/gu, " ").trim()} `;

// A number is meant whole: "20" is not the beginning of a year.
const sought = (word) => (/^\p{N}+$/u.test(word) ? ` ${word} ` : ` ${word}`);

const excerpt = (text, asked) => {
  const place = (word) => fold(text).search(new RegExp(`(?<![\\p{L}\\p{N}])${word}${/\d/.test(word) ? "(?!\\p{N})" : ""}`, "u"));
  const at = Math.max(0, ...asked.map(place));
  const start = at < 60 ? 0 : text.indexOf(" ", at - 50) + 1;
  const end = text.length > start + 160 ? text.lastIndexOf(" ", start + 160) : text.length;
  return (start ? "… " : "") + text.slice(start, end) + (end < text.length ? " …" : "");
};

// What has every word, the best first: all of it in the title, then more of its words there.
const find = (entries, asked) => {
  const rank = ({ title }) => asked.filter((word) => title.includes(sought(word))).length
    + (title.includes(` ${asked.join(" ")} `) ? asked.length : 0);
  return entries
    .filter(({ title, text }) => asked.every((word) => (title + text).includes(sought(word))))
    .sort((a, b) => rank(b) - rank(a))
    .slice(0, 20);
};

const make = (button) => {
  const base = new URL(document.documentElement.dataset.base, location);
  const onDisk = location.protocol === "file:";
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

  let entries = null;
  let waiting = "";
  const ask = () => {
    const asked = words(field.value).trim().split(" ");
    if (!entries || asked.join("").length < 2) {
      results.replaceChildren();
      status.textContent = entries ? "" : waiting;
      return;
    }
    const found = find(entries, asked);
    results.replaceChildren(...found.map(({ entry }) => {
      const file = onDisk ? entry.location.replace(/(^|\/)(?=#|$)/, "$1index.html") : entry.location;
      const link = element("a", { href: new URL(file, base).href, textContent: plain(entry.title) });
      const told = excerpt(plain(entry.text), asked);
      return element("li", {}, link, element("p", { className: "quiet", textContent: told }));
    }));
    status.textContent = found.length === 1 ? "1 result" : `${found.length || "No"} results`;
  };
  const index = () => (onDisk
    ? loadScript(button.dataset.index.replace(/on$/, "")).then(() => searchIndex)
    : fetch(button.dataset.index).then((answer) => answer.json()));
  made.load = async () => { // at every opening, until it has come
    if (entries || waiting === "Loading …") return;
    waiting = "Loading …";
    ask();
    try {
      const { docs } = await index();
      entries = docs.map((entry) => ({ entry, title: words(plain(entry.title)), text: words(plain(entry.text)) }));
    } catch {
      waiting = "The search could not be loaded; open it again to try again.";
    }
    ask();
  };

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
  dialog.load();
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("input").select();
};
