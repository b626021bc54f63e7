// Looks every five seconds whether what is waited for has come, while the page is seen; then shows
// it. Without script a link does the same.
"use strict";
(() => {
  const box = document.querySelector("[data-watch]");
  const waits = (word) => ["created", "polling", "untested"].includes(word);
  if (!box || !waits(box.dataset.watch)) return;
  const timer = setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = page.querySelector("[data-watch]")?.dataset.watch;
      if (now === undefined || now === box.dataset.watch) return;
      clearInterval(timer);
      location.assign(location.pathname);
    } catch {
      // The next look may find the service again.
    }
  }, 5000);
})();
