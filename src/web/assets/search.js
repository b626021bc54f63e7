// Search while typing: asks for the very page that the form would open and shows its hits.
"use strict";
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
