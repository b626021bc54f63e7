// Offices. Keys: `/` search, `j` and `k` rows, Enter opens a row's link.
"use strict";
(() => {
  // Searching while typing brings other rows.
  const all = () => [...document.querySelectorAll("tbody tr")];
  let at = -1;
  const go = (to) => {
    const rows = all();
    if (rows.length === 0) return;
    document.querySelector("tbody tr.at")?.classList.remove("at");
    at = Math.min(Math.max(to, 0), rows.length - 1);
    rows[at].classList.add("at");
    rows[at].scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA|BUTTON|A|SUMMARY)$/.test(document.activeElement?.tagName ?? "");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j") go(at + 1);
    else if (event.key === "k") go(at - 1);
    else if (event.key === "Enter") all()[at]?.querySelector("a")?.click();
    else if (event.key === "/") {
      event.preventDefault();
      document.querySelector("main input:not([type=hidden])")?.focus();
    }
  });
})();

// Search while typing: asks for the very page that the form would open and shows its hits.
(() => {
  const form = document.querySelector("[data-live]");
  if (!form) return;
  const field = form.elements.q;
  let timer;
  let asking;
  let shown = field.value.trim();

  const ask = async () => {
    const words = field.value.trim();
    if (words === shown) return;
    asking?.abort();
    asking = new AbortController();
    const fields = new URLSearchParams(new FormData(form));
    const address = `${form.getAttribute("action")}?${fields}`;
    try {
      const answer = await fetch(address, { signal: asking.signal, headers: { Accept: "text/html" } });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.getElementById("found");
      if (!found) return;
      document.getElementById("found").replaceChildren(...found.children);
      document.getElementById("told").textContent = page.getElementById("told").textContent;
      shown = words;
      history.replaceState(null, "", address);
    } catch (error) {
      if (error.name !== "AbortError") form.submit();
    }
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    ask();
  });
})();
