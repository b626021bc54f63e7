// Keys of the office pages: `/` search, `j` and `k` rows, Enter opens a row's link.
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
