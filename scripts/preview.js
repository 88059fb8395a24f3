// Only in the preview: reloads the page when it was built anew, and shows the problems when it could not be.
"use strict";
{
  const built = new URL(document.currentScript.src).searchParams.get("build");
  const panel = document.createElement("section");
  panel.id = "preview-problems";
  panel.setAttribute("role", "alert");
  panel.setAttribute("aria-label", "Problems");
  Object.assign(panel.style, {
    position: "fixed", inset: "auto 0 0 0", maxHeight: "60vh", overflow: "auto", zIndex: 10, padding: "1rem 1.25rem",
    background: "#fff", color: "#1a1a18", borderTop: "4px solid #8a5a00", font: "15px/1.5 system-ui, sans-serif",
  });
  panel.hidden = true;
  document.body.append(panel);

  new EventSource("/_preview/state").addEventListener("message", (event) => {
    const state = JSON.parse(event.data);
    if (state.build !== built) {
      location.reload();
      return;
    }
    panel.hidden = state.problems.length === 0;
    const heading = document.createElement("strong");
    heading.textContent = "Not shown yet. Mend this and save; the page follows by itself.";
    const list = document.createElement("ul");
    list.append(...state.problems.map((problem) => Object.assign(document.createElement("li"), { textContent: problem })));
    panel.replaceChildren(heading, list);
  });
}
