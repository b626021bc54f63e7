// Checks the signed statement of a certificate here: nothing leaves the device.
"use strict";
(() => {
  const page = document.querySelector("[data-proof]");
  if (!page) return;
  const keys = page.dataset.keys ? JSON.parse(page.dataset.keys).keys : [];
  // Header, statement, 512 bytes of signature; in our PDF it stands as it is.
  const shape = /eyJ[\w-]{20,200}\.eyJ[\w-]{20,8000}\.[\w-]{683}(?![\w-])/g;

  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  };
  const json = (text) => JSON.parse(new TextDecoder().decode(bytes(text)));

  // What a statement of this kind says, or nothing when no published key signed it.
  const believed = async (text, kind) => {
    const [head, body, signature] = text.trim().split(".");
    const { alg, kid, typ } = json(head);
    const known = keys.find((key) => key.kid === kid);
    if (alg !== "PS512" || typ !== kind || !known) return null;
    const how = { name: "RSA-PSS", hash: "SHA-512" };
    const jwk = { kty: "RSA", n: known.n, e: known.e, alg: "PS512" };
    const key = await crypto.subtle.importKey("jwk", jwk, how, false, ["verify"]);
    const message = new TextEncoder().encode(`${head}.${body}`);
    const salted = { name: "RSA-PSS", saltLength: 64 };
    const holds = await crypto.subtle.verify(salted, key, bytes(signature), message);
    return holds ? json(body) : null;
  };

  const isRevoked = async (id) => {
    const list = page.dataset.list && (await believed(page.dataset.list, "cp-revoked+jwt"));
    if (!list) return false;
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(id));
    const text = btoa(String.fromCharCode(...new Uint8Array(digest)));
    const name = text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
    return list.revoked.includes(name);
  };

  const judge = async (file) => {
    const text = new TextDecoder("latin1").decode(await file.arrayBuffer());
    const found = new Set(text.match(shape));
    if (found.size !== 1) return ["none", null];
    const said = await believed([...found][0], "cp+jwt").catch(() => null);
    if (!said) return ["changed", null];
    return [(await isRevoked(said.jti)) ? "revoked" : "valid", said];
  };

  const show = (verdict, said) => {
    for (const banner of page.querySelectorAll("[data-verdict]")) {
      banner.hidden = banner.dataset.verdict !== verdict;
    }
    page.querySelector("[data-said]").hidden = !said;
    for (const line of page.querySelectorAll("[data-says]")) {
      line.textContent = said ? said[line.dataset.says] : "";
    }
  };

  const field = document.getElementById("file");
  field.addEventListener("change", async () => {
    const [file] = field.files;
    if (file) show(...(await judge(file)));
  });
})();
