// Loads what no page needs to be read, Material's whole sheet and its script, once the page is painted;
// where the reader saves data or the line is slow, at the first touch of what needs it.
"use strict";
{
  const waiting = document.getElementById("later");
  const add = (node) => new Promise((done) => {
    const copy = document.createElement(node.localName);
    for (const { name, value } of node.attributes) copy.setAttribute(name, value);
    Object.assign(copy, { text: node.text, async: false, fetchPriority: "low", onload: done, onerror: done });
    document.body.append(copy);
  });
  const load = () => {
    const nodes = [...waiting.content.querySelectorAll("link, script")];
    waiting.content.replaceChildren();
    return Promise.all(nodes.map(add)).then(() => document.dispatchEvent(new Event("DOMContentLoaded"))); // Material waits for it
  };
  const line = navigator.connection;
  if (!line?.saveData && !/2g/.test(line?.effectiveType)) load();
  else {
    document.querySelector("[data-md-component=palette] label")?.removeAttribute("hidden");
    document.addEventListener("click", (event) => {
      const control = event.target.closest("[for^=__], [data-md-component=search], .footnote-ref");
      if (!control || !waiting.content.firstElementChild) return;
      if (control.matches("[for^=__]")) {
        event.preventDefault();
        event.stopPropagation();
      }
      load().then(() => document.getElementById(control.getAttribute("for"))?.click());
    }, true);
    document.addEventListener("keydown", () => load(), { once: true });
  }
}
