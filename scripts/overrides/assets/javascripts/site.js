// What Material lacks: signs that copy a permanent address, and controls and notes for keyboard, ear and touch.
"use strict";
{
  const words = document.currentScript.dataset;
  const all = (selector) => document.querySelectorAll(selector);
  const permanent = document.querySelector("link[rel=canonical]")?.href ?? location.href;
  for (const link of all(".headerlink")) link.dataset.clipboardText = new URL(link.hash, permanent).href; // Material copies it
  for (const said of all(".md-dialog__inner")) said.role = "status";
  for (const search of all(".md-search")) search.ariaLabel = words.search;
  for (const label of all("label.md-header__button:is([for=__drawer], [for=__search])")) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: label.className });
    button.ariaLabel = label.htmlFor === "__drawer" ? words.menu : words.search;
    button.setAttribute("for", label.htmlFor);
    button.append(...label.childNodes);
    button.onclick = () => document.getElementById(label.htmlFor).click();
    label.replaceWith(button);
  }
  new MutationObserver(() => {
    for (const tip of all("body > .md-tooltip2[role=dialog]:not([aria-label])")) {
      tip.ariaLabel = words.note;
      document.querySelector(`[aria-controls="${tip.id}"]`)?.setAttribute("aria-describedby", tip.id);
    }
  }).observe(document.body, { childList: true });
  const close = (event) => event.key === "Escape" && all(".md-tooltip2--active").forEach((tip) => tip.classList.remove("md-tooltip2--active"));
  document.addEventListener("keydown", close);
  for (const link of all(".footnote-ref")) { // the first tap shows the note, the second follows it
    let shown = true;
    link.onpointerdown = () => { shown = !!document.getElementById(link.getAttribute("aria-controls"))?.matches(".md-tooltip2--active"); };
    link.onclick = (event) => event.pointerType !== "touch" || shown || !document.documentElement.matches(".js");
  }
}
