// Loads Material's whole sheet and script once the page is painted; where the reader saves data, at the first touch of what needs them.
"use strict";
{
  // Material asks for the index and the worker of its search at once; here both wait until somebody turns to the search.
  const asked = new Promise((turn) => {
    const look = () => document.activeElement?.closest(".md-search") && turn(); // somebody may have been there before this ran
    for (const kind of ["focusin", "input"]) document.addEventListener(kind, look);
    look();
  });
  const { open, send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (method, url, ...more) {
    open.call(this, method, url, ...more);
    if (/search_index\.json$/.test(url)) this.send = () => asked.then(() => send.call(this));
  };
  const Worker = window.Worker;
  const Patient = class extends EventTarget {
    constructor(url) { super(); this.url = url; }
    postMessage(message) {
      const told = ({ data }) => this.dispatchEvent(new MessageEvent("message", { data }));
      this.worker ??= Object.assign(new Worker(this.url), { onmessage: told });
      this.worker.postMessage(message);
    }
  };
  const waiting = document.getElementById("later").content;
  const add = (node) => new Promise((done) => {
    const copy = document.createElement(node.localName);
    for (const { name, value } of node.attributes) copy.setAttribute(name, value);
    document.body.append(Object.assign(copy, { text: node.text, async: false, fetchPriority: "low", onload: done, onerror: done }));
  });
  const load = async () => {
    window.Worker = Patient;
    const nodes = [...waiting.querySelectorAll("link, script")];
    waiting.replaceChildren();
    await Promise.all(nodes.map(add));
    document.dispatchEvent(new Event("DOMContentLoaded")); // Material waits for it
    window.Worker = Worker;
  };
  const { saveData, effectiveType } = navigator.connection ?? {};
  if (!saveData && !/2g/.test(effectiveType)) load();
  else {
    document.querySelector("[data-md-component=palette] label")?.removeAttribute("hidden");
    document.addEventListener("keydown", load, { once: true });
    document.addEventListener("click", (event) => {
      const control = event.target.closest("[for^=__], .footnote-ref");
      if (!control || !waiting.firstElementChild) return;
      const toggle = document.getElementById(control.getAttribute("for"));
      if (toggle) { event.preventDefault(); event.stopPropagation(); }
      load().then(() => toggle?.click());
    }, true);
  }
}
