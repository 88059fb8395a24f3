// What Material lacks: a link to a place copies its permanent address.
"use strict";
document.addEventListener("click", (event) => {
  const link = event.target.closest(".headerlink, .here");
  if (!link) return;
  const permanent = document.querySelector("link[rel=canonical]")?.href ?? location.href;
  navigator.clipboard?.writeText(new URL(link.hash, link.closest("[data-permanent]")?.dataset.permanent ?? permanent).href).catch(() => {});
});
