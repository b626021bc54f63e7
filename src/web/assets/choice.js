// The choice of the school: filter while typing, `/` goes to the search field, Enter to the first
// school found. Without script the search is a form that the server answers.
"use strict";
(() => {
  const form = document.querySelector("[data-search]");
  if (!form) return;
  const field = form.elements.q;
  const count = document.querySelector("[data-count]");
  const none = document.querySelector("[data-none]");
  const tiles = [...document.querySelectorAll("[data-find]")];
  const fold = (text) =>
    text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  const texts = tiles.map((tile) => fold(tile.dataset.find));

  const show = () => {
    const words = fold(field.value).split(" ");
    let found = 0;
    tiles.forEach((tile, index) => {
      tile.hidden = !words.every((word) => texts[index].includes(word));
      if (!tile.hidden) found += 1;
    });
    for (const group of document.querySelectorAll("[data-group]")) {
      group.hidden = !group.querySelector("[data-find]:not([hidden])");
    }
    if (none) none.hidden = found > 0;
    const { one, many, zero } = count.dataset;
    count.textContent = field.value.trim() === "" ? "" : found === 0 ? zero : found === 1 ? one : many.replace("{n}", found);
  };

  field.addEventListener("input", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    document.querySelector("[data-find]:not([hidden]) button:not([aria-disabled])")?.focus();
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? "");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      field.focus();
      field.select();
    } else if (event.key === "Escape" && document.activeElement === field) {
      field.value = "";
      show();
    }
  });
  show();
})();
