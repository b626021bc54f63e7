// The code on the wall: six codes in advance by the clock of the server, and a plain word when they
// run out.
"use strict";
(() => {
  const board = document.querySelector(".board");
  const qr = document.getElementById("qr");
  if (!board || !qr) return;
  const text = (id, value) => {
    const place = document.getElementById(id);
    if (place) place.textContent = value;
  };
  const [left, stale] = [document.getElementById("left"), document.getElementById("stale")];
  let codes = [];
  let shown = null;

  const take = (news) => {
    const now = performance.now();
    codes = news.codes.map((code, place) => ({
      ...code,
      until: now + news.left + place * news.every,
    }));
    text("there", news.there);
    text("all", news.all);
    text("digits", news.spoken);
  };

  const ask = async () => {
    try {
      const answer = await fetch(board.dataset.codes, { headers: { Accept: "application/json" } });
      if (answer.redirected || (answer.status >= 400 && answer.status < 500)) return location.reload();
      if (!answer.ok) return;
      const news = await answer.json();
      if (!news.is_open) return location.reload();
      take(news);
    } catch {
      // There are codes in advance.
    }
  };

  const draw = () => {
    const now = performance.now();
    const code = codes.find((one) => one.until > now);
    const isStale = !code;
    board.classList.toggle("is-stale", isStale && shown !== null);
    stale.hidden = !isStale || shown === null;
    left.hidden = isStale;
    if (!code) return;
    left.textContent = left.dataset.text.replace("0", Math.ceil((code.until - now) / 1000));
    if (code.address === shown) return;
    shown = code.address;
    qr.setAttribute("viewBox", `0 0 ${code.side} ${code.side}`);
    qr.querySelector(".light").setAttribute("d", `M0 0h${code.side}v${code.side}h-${code.side}z`);
    qr.querySelector(".dark").setAttribute("d", code.path);
  };

  const whole = document.getElementById("whole");
  if (whole && document.fullscreenEnabled) {
    whole.hidden = false;
    whole.addEventListener("click", () => {
      if (document.fullscreenElement) document.exitFullscreen();
      else document.documentElement.requestFullscreen();
    });
  }

  ask();
  setInterval(ask, 3000);
  setInterval(draw, 200);
  navigator.wakeLock?.request("screen").catch(() => {});
})();
