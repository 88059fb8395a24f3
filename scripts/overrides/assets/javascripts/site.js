// What Material lacks: signs that copy a permanent address, and controls and notes for keyboard, touch and ear.
"use strict";
{
  const words = document.currentScript.dataset;
  const permanent = document.querySelector("link[rel=canonical]")?.href ?? location.href;
  for (const link of document.querySelectorAll(".headerlink")) { // copied and said by Material
    link.dataset.clipboardText = new URL(link.hash, link.closest("[data-permanent]")?.dataset.permanent ?? permanent).href;
  }
  document.querySelector(".md-dialog__inner")?.setAttribute("role", "status");
  document.querySelector(".md-search")?.setAttribute("aria-label", words.search);

  // The doors to menu and search are labels: let the keyboard reach them.
  for (const label of document.querySelectorAll(".md-header label:is([for=__drawer], [for=__search])")) {
    Object.assign(label, { tabIndex: 0, role: "button", ariaLabel: label.htmlFor === "__drawer" ? words.menu : words.search });
    label.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); label.click(); }
    });
  }

  // A note's tooltip has a name, describes its marker, and closes on Esc.
  new MutationObserver(() => {
    for (const tip of document.querySelectorAll("body > .md-tooltip2[role=dialog]:not([aria-label])")) {
      tip.ariaLabel = words.note;
      document.querySelector(`[aria-controls="${tip.id}"]`)?.setAttribute("aria-describedby", tip.id);
    }
  }).observe(document.body, { childList: true });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") for (const tip of document.querySelectorAll(".md-tooltip2--active")) tip.classList.remove("md-tooltip2--active");
  });

  // On touch the first tap shows the note, the second follows it; before Material's script is there, a tap follows.
  for (const link of document.querySelectorAll(".footnote-ref")) {
    let shown = false;
    link.addEventListener("pointerdown", () => { shown = !!document.querySelector(`.md-tooltip2--active[id="${link.getAttribute("aria-controls")}"]`); });
    link.addEventListener("click", (event) => {
      if (event.pointerType === "touch" && !shown && document.documentElement.matches(".js") && words.tips) event.preventDefault();
    });
  }
}
