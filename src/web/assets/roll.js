// A roll: keys of the teacher, marks without loading the page anew, and the list as it changes.
"use strict";
(() => {
  const roll = document.querySelector(".roll");
  const field = document.getElementById("q");
  const rows = () => [...document.querySelectorAll("#lines tbody tr:not([hidden])")];
  let at = null;
  let reading = null;
  let wanted = false;

  const show = (row) => {
    document.querySelector("#lines tr.at")?.classList.remove("at");
    at = row?.id ?? null;
    row?.classList.add("at");
    row?.scrollIntoView({ block: "nearest" });
  };

  const sieve = () => {
    const words = (field?.value ?? "").trim().toLowerCase();
    for (const row of document.querySelectorAll("#lines tbody tr")) {
      row.hidden = words !== "" && !row.querySelector(".name").textContent.toLowerCase().includes(words);
    }
  };

  // The page itself is the only text of the list: what changed is taken out of it.
  const read = async () => {
    if (reading) {
      wanted = true;
      return;
    }
    reading = fetch(location.pathname, { headers: { Accept: "text/html" } });
    try {
      const answer = await reading;
      if (!answer.ok || answer.redirected) return location.reload();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const focused = document.activeElement?.closest?.("tr")?.id;
      const key = document.activeElement?.dataset?.key;
      for (const id of ["told", "rest", "lines", "refused"]) {
        const [now, then] = [document.getElementById(id), page.getElementById(id)];
        if (Boolean(now) !== Boolean(then)) return location.reload();
        if (now && now.innerHTML !== then.innerHTML) now.replaceChildren(...then.childNodes);
      }
      sieve();
      if (at) show(document.getElementById(at));
      if (focused && key) document.querySelector(`#${CSS.escape(focused)} [data-key="${key}"]`)?.focus();
    } catch {
      // The stream says when the network is back.
    } finally {
      setTimeout(() => {
        reading = null;
        if (wanted) {
          wanted = false;
          read();
        }
      }, 400);
    }
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form.keys");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const fields = new URLSearchParams(new FormData(form));
    fields.set(event.submitter.name, event.submitter.value);
    const button = event.submitter;
    button.disabled = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body: fields, headers: { Accept: "text/html" } });
      if (!answer.ok) location.reload();
      else await read();
    } catch {
      // Without the network the page cannot load anew either: the form says again what was pressed,
      // which the browser offers to repeat.
      button.disabled = false;
      const said = document.createElement("input");
      Object.assign(said, { type: "hidden", name: button.name, value: button.value });
      form.append(said);
      form.submit();
    }
  });

  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? "");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const list = rows();
    const place = list.findIndex((row) => row.id === at);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const to = event.key === "ArrowDown" ? place + 1 : Math.max(place - 1, 0);
      show(list[Math.min(to, list.length - 1)]);
    } else if (event.key === "/" && field) {
      event.preventDefault();
      field.focus();
    } else if (/^[prade]$/i.test(event.key) && at) {
      document.querySelector(`#${CSS.escape(at)} [data-key="${event.key.toUpperCase()}"]`)?.click();
    }
  });

  if (field) {
    field.hidden = false;
    field.addEventListener("input", sieve);
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      field.blur();
      show(rows()[0]);
    });
  }

  if (roll && "open" in roll.dataset) {
    const stream = new EventSource(roll.dataset.events);
    let told = null;
    const changed = (event) => {
      const now = JSON.parse(event.data);
      const key = `${now.state} ${now.changes} ${now.refused}`;
      if (told !== null && told !== key) read();
      told = key;
    };
    stream.addEventListener("here", changed);
    stream.addEventListener("change", changed);
  }
})();
