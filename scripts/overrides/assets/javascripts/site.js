// Loads Material's sheet and script once the page is painted, or, where the reader saves data, at a first touch; and adds what they lack.
"use strict";
{
  const words = document.currentScript.dataset, all = (selector) => document.querySelectorAll(selector);
  // Material asks for the index and the worker of its search at once; here both wait for somebody in the search.
  const asked = new Promise((turn) => {
    document.addEventListener("focusin", ({ target }) => target.closest(".md-search") && turn());
  });
  const { open, send } = XMLHttpRequest.prototype, { Worker } = window;
  XMLHttpRequest.prototype.open = function (...request) {
    open.apply(this, request);
    if (/search_index\.json$/.test(request[1])) this.send = () => asked.then(() => send.call(this));
  };
  window.Worker = function (url, options) {
    if (!/workers\/search\./.test(url)) return new Worker(url, options);
    const early = new EventTarget(), real = asked.then(() => new Worker(url));
    real.then((worker) => { worker.onmessage = ({ data }) => early.dispatchEvent(new MessageEvent("message", { data })); });
    return Object.assign(early, { postMessage: (message) => real.then((worker) => worker.postMessage(message)) });
  };
  const add = (node) => new Promise((done) => {
    const settings = { async: false, fetchPriority: "low", onload: done, onerror: done };
    document.body.append(Object.assign(document.importNode(node, true), settings));
  });
  const waiting = document.getElementById("later").content;
  const load = async () => {
    const [sheet, ...scripts] = waiting.querySelectorAll("link, script");
    waiting.replaceChildren();
    await add(sheet); // Material's script shows what only the sheet puts in its place
    improve();
    for (const script of scripts) await add(script);
    document.dispatchEvent(new Event("DOMContentLoaded")); // Material waits for it
  };
  const improve = () => { // signs that copy a permanent address, and controls and notes for keyboard, ear and touch
    const permanent = document.querySelector("link[rel=canonical]")?.href ?? location.href;
    for (const link of all(".headerlink")) link.dataset.clipboardText = new URL(link.hash, permanent).href;
    for (const said of all(".md-dialog__inner")) said.role = "status";
    for (const search of all(".md-search")) search.ariaLabel = words.search;
    for (const label of all("label.md-header__button:is([for=__drawer], [for=__search])")) {
      const { control, className } = label, ariaLabel = control.id === "__drawer" ? words.menu : words.search;
      const button = Object.assign(document.createElement("button"), { type: "button", className, ariaLabel });
      button.setAttribute("for", control.id);
      button.append(...label.childNodes);
      button.onclick = () => control.click();
      label.replaceWith(button);
    }
    new MutationObserver(() => all("body > .md-tooltip2[role=dialog]:not([aria-label])").forEach((tip) => {
      tip.ariaLabel = words.note;
      document.querySelector(`[aria-controls="${tip.id}"]`)?.setAttribute("aria-describedby", tip.id);
    })).observe(document.body, { childList: true });
    document.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") for (const tip of all(".md-tooltip2--active")) tip.classList.remove("md-tooltip2--active");
    });
    for (const link of all(".footnote-ref")) { // the first tap shows the note, the second follows it
      let shown = true;
      link.onpointerdown = () => { shown = !!document.getElementById(link.getAttribute("aria-controls"))?.matches(".md-tooltip2--active"); };
      link.onclick = ({ pointerType }) => pointerType !== "touch" || shown || !document.documentElement.matches(".js");
    }
  };
  const { saveData, effectiveType } = navigator.connection ?? {};
  if (!saveData && !/2g/.test(effectiveType)) load();
  else {
    document.querySelector("[data-md-component=palette] label")?.removeAttribute("hidden");
    document.querySelector(".md-header__button[for=__search]")?.style.setProperty("display", "inline-block");
    for (const kind of ["keydown", "beforeprint"]) addEventListener(kind, load, { once: true });
    document.addEventListener("click", async (event) => {
      const link = event.target.closest("[for^=__], .footnote-ref"), toggle = link?.control;
      if (!link || !waiting.firstElementChild) return;
      if (toggle) event.preventDefault();
      await load();
      toggle?.click();
    }, true);
  }
}
