// What a page can do besides being read: notes beside their markers, the switch of colours, and the
// door to the search. Without this script notes are links, colours follow the system.
"use strict";

// A note shows at its marker on hover, focus and first touch; Esc closes it. Where notes already
// stand beside their lines, nothing need be shown.
{
  const preview = document.createElement("div");
  preview.className = "note-preview";
  preview.id = "note-preview";
  preview.setAttribute("role", "tooltip");
  preview.hidden = true;
  let marker = null;
  let closing = 0;

  const close = () => {
    marker?.removeAttribute("aria-describedby");
    marker = null;
    preview.hidden = true;
  };
  const closeSoon = () => { closing = setTimeout(close, 150); };
  const stay = () => clearTimeout(closing);

  const open = (link) => {
    const note = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!note || getComputedStyle(note).position === "absolute") return false;
    stay();
    if (marker !== link) close();
    marker = link;
    preview.replaceChildren(...[...note.children].map((child) => child.cloneNode(true)));
    for (const copy of preview.querySelectorAll("[id]")) copy.removeAttribute("id");
    for (const copy of preview.querySelectorAll("[tabindex]")) copy.removeAttribute("tabindex");
    for (const copy of preview.querySelectorAll("a")) copy.tabIndex = -1; // the note itself has them
    link.closest("sup").after(preview);
    link.setAttribute("aria-describedby", preview.id);
    preview.hidden = false;
    const at = link.getBoundingClientRect();
    const size = preview.getBoundingClientRect();
    const room = document.documentElement.clientWidth - size.width - 16;
    const below = at.bottom + size.height + 16 < innerHeight || at.top < size.height + 16;
    const origin = preview.offsetParent?.getBoundingClientRect() ?? { left: -scrollX, top: -scrollY };
    preview.style.left = `${Math.max(16, Math.min(at.left, room)) - origin.left}px`;
    preview.style.top = `${(below ? at.bottom + 6 : at.top - size.height - 6) - origin.top}px`;
    return true;
  };

  for (const link of document.querySelectorAll(".footnote-ref")) {
    let shown = null; // what was open when the finger came down
    link.addEventListener("pointerdown", () => { shown = marker; });
    link.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") open(link); });
    link.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") closeSoon(); });
    link.addEventListener("focus", () => open(link));
    link.addEventListener("blur", closeSoon);
    link.addEventListener("click", (event) => {
      if (event.pointerType === "touch" && shown !== link && open(link)) event.preventDefault();
    });
  }
  preview.addEventListener("pointerenter", stay);
  preview.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") closeSoon(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  document.addEventListener("pointerdown", (event) => {
    if (marker && !preview.contains(event.target) && !marker.contains(event.target)) close();
  });
}

// What an abbreviation stands for is shown by the stylesheet; Esc closes it, too, until it is pointed at anew.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const abbreviation of document.querySelectorAll("abbr:is(:hover, :focus)")) {
    abbreviation.classList.add("closed");
    for (const end of ["pointerleave", "blur"]) {
      abbreviation.addEventListener(end, () => abbreviation.classList.remove("closed"), { once: true });
    }
  }
});

// Colours: automatic (the system's), light, dark; kept for this site alone.
{
  const root = document.documentElement;
  const button = document.querySelector(".colours");
  const colours = ["automatic", "light", "dark"];
  const shown = () => Math.max(0, colours.indexOf(root.dataset.colours));
  const show = () => { button.querySelector("span").textContent = colours[shown()]; };
  button.addEventListener("click", () => {
    root.dataset.colours = colours[(shown() + 1) % colours.length];
    show();
    try {
      localStorage.setItem(`${new URL(root.dataset.base, location).pathname}colours`, root.dataset.colours);
    } catch { /* storage is refused: the choice holds for this page */ }
  });
  show();
  button.hidden = false;
}

// A plain script, not a module: a page that was opened from a disk may not load modules. It is loaded once,
// however often it is asked for, and again where the line broke.
{
  const scripts = {};
  window.loadScript = (address) => {
    scripts[address] ??= new Promise((loaded, failed) => {
      const script = Object.assign(document.createElement("script"), { src: address, onload: loaded, onerror: failed });
      document.head.append(script);
    });
    scripts[address].catch(() => { delete scripts[address]; });
    return scripts[address];
  };
}

// What is told in passing, to screen readers too.
const said = document.createElement("p");
said.className = "said";
said.setAttribute("role", "status");
document.body.append(said);
const say = (text) => {
  said.textContent = text;
  setTimeout(() => { said.textContent = ""; }, 2000);
};

// Where each year has a page of its records, a link to the page of them all is led on to the record.
{
  const years = document.querySelector("[data-records]");
  const leadOn = async () => {
    const id = location.hash.slice(1); // of letters, digits and hyphens, which no address encodes
    if (!id || document.getElementById(id)) return;
    await loadScript(years.dataset.records);
    const year = pageOfRecord[id.split("_")[0]];
    const link = [...years.querySelectorAll("a")].find((page) => page.textContent === year);
    if (link) location.replace(link.href + location.hash);
  };
  if (years) {
    leadOn();
    addEventListener("hashchange", leadOn);
  }
}

// Search: nothing of it is loaded before it is asked for, by the button or the key "/".
{
  const button = document.querySelector(".search-open");
  const here = new URL("search.js", document.currentScript.src);
  if (button) {
    const open = () => loadScript(here)
      .then(() => openSearch(button), () => say("The search could not be loaded"));
    button.addEventListener("click", open);
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target.closest("input, textarea, select, dialog")) return;
      event.preventDefault();
      open();
    });
    button.hidden = false;
  }
}

// A link to a place copies its permanent address, too; citations get a button that copies them.
{
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      say("Copied");
    } catch { /* the address is in the address bar, the text on the page */ }
  };
  const permanent = document.querySelector("link[rel=canonical]")?.href ?? location.href;
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".here");
    if (link) copy(new URL(link.hash, link.closest("[data-permanent]")?.dataset.permanent ?? permanent).href);
  });
  for (const text of document.querySelectorAll(".cite pre")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `Copy ${text.dataset.name}`;
    button.addEventListener("click", () => copy(text.textContent));
    text.before(button);
  }
}
