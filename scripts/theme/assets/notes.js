// Shows a note beside its marker on hover and on keyboard focus; Esc closes it. Without this script
// the marker is a plain link to the note at the foot of the page.
"use strict";
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

  const open = (event) => {
    const link = event.currentTarget;
    const note = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!note) return;
    stay();
    if (marker !== link) close();
    marker = link;
    preview.replaceChildren(...[...note.children].map((child) => child.cloneNode(true)));
    for (const copy of preview.querySelectorAll("[id]")) copy.removeAttribute("id");
    for (const copy of preview.querySelectorAll("[tabindex]")) copy.removeAttribute("tabindex");
    link.closest("sup").after(preview);
    link.setAttribute("aria-describedby", preview.id);
    preview.hidden = false;
    const at = link.getBoundingClientRect();
    const size = preview.getBoundingClientRect();
    const room = document.documentElement.clientWidth - size.width - 16;
    preview.style.left = `${Math.max(16, Math.min(at.left, room)) + scrollX}px`;
    const below = at.bottom + size.height + 16 < innerHeight || at.top < size.height + 16;
    preview.style.top = `${(below ? at.bottom + 6 : at.top - size.height - 6) + scrollY}px`;
  };

  for (const link of document.querySelectorAll(".footnote-ref")) {
    link.addEventListener("pointerenter", open);
    link.addEventListener("pointerleave", closeSoon);
    link.addEventListener("focus", open);
    link.addEventListener("blur", closeSoon);
  }
  preview.addEventListener("pointerenter", stay);
  preview.addEventListener("pointerleave", closeSoon);
  preview.addEventListener("focusin", stay);
  preview.addEventListener("focusout", closeSoon);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
}
