// After a scan: marks by itself, and tries again when the network or the server is away. The same
// ticket marks once however often it arrives.
"use strict";
(() => {
  const form = document.querySelector("form[data-scan]");
  if (!form) return;
  const button = form.querySelector("button");
  const word = button.textContent;
  const pauses = [500, 1000, 2000, 4000, 8000];
  const wait = (ms) => new Promise((done) => setTimeout(done, ms * (0.75 + Math.random() / 2)));

  const mark = async () => {
    button.disabled = true;
    button.textContent = form.dataset.scan;
    const body = new URLSearchParams(new FormData(form));
    for (let turn = 0; turn <= pauses.length; turn += 1) {
      try {
        const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
        if (answer.ok) return location.replace(answer.url);
        // Refused: the page of the refusal is the server's, and it was said once already.
        if (answer.status < 500 && answer.status !== 429) {
          const page = new DOMParser().parseFromString(await answer.text(), "text/html");
          const told = page.querySelector("main");
          if (!told) return form.submit();
          document.title = page.title;
          return document.querySelector("main").replaceWith(told);
        }
      } catch {
        // Away.
      }
      if (turn < pauses.length) await wait(pauses[turn]);
    }
    button.disabled = false;
    button.textContent = word;
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    mark();
  });
  mark();
})();
