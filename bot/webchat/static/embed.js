// Shows the chat on another site. One line in its pages is enough:
//   <script src="https://lotse.example.org/embed.js" async></script>
// data-label="..." words the button, which is German without it; data-lang="tr" chooses the language of the chat, which
// is the browser's without it.

(() => {
  const script = document.currentScript;
  const home = new URL(script.src).origin;
  const label = script.dataset.label ?? "Fragen? Hier schreiben";
  const page = new URL("/", home);
  if (script.dataset.lang) page.searchParams.set("lang", script.dataset.lang);

  // A landmark of its own, with the styles of the site kept out.
  const corner = document.createElement("aside");
  const root = corner.attachShadow({ mode: "open" });
  const frame = document.createElement("iframe");
  const button = document.createElement("button");
  const sign = document.createElement("span");

  corner.setAttribute("aria-label", label);
  button.type = "button";
  sign.ariaHidden = "true";
  button.append(sign, label);
  frame.title = label;
  root.append(frame, button);

  // As properties, because a site's own policy may forbid style elements.
  Object.assign(corner.style, {
    position: "fixed", insetInlineEnd: "1rem", insetBlockEnd: "1rem", zIndex: "2147483000",
    display: "flex", flexDirection: "column", alignItems: "flex-end", gap: "12px",
  });
  Object.assign(button.style, {
    minHeight: "48px", padding: "0 20px", border: "2px solid #fff", borderRadius: "24px", background: "#17593c",
    color: "#fff", font: "600 16px/1.2 system-ui, sans-serif", cursor: "pointer", outlineOffset: "2px",
  });
  Object.assign(sign.style, { display: "inline-block", minWidth: "1.5em", textAlign: "start" });
  Object.assign(frame.style, {
    width: "min(26rem, calc(100vw - 2rem))", height: "min(42rem, calc(100vh - 6rem))", boxSizing: "border-box",
    border: "1px solid #737a76", borderRadius: "12px", background: "#f4f1ea",
  });
  // The site's focus ring may be switched off; this one is not.
  button.addEventListener("focus", () => { button.style.outline = button.matches(":focus-visible") ? "3px solid #b06f00" : ""; });
  button.addEventListener("blur", () => { button.style.outline = ""; });

  function show(isOpen) {
    if (isOpen && !frame.src) frame.src = page.href; // nothing is fetched before somebody asks for it
    frame.hidden = !isOpen;
    frame.style.display = isOpen ? "block" : "none";
    sign.textContent = isOpen ? "✕" : "💬";
    button.setAttribute("aria-expanded", String(isOpen));
  }

  function turn(isOpen) {
    show(isOpen);
    (isOpen ? frame : button).focus();
  }

  show(false);
  button.addEventListener("click", () => turn(frame.hidden));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !frame.hidden) turn(false);
  });
  window.addEventListener("message", (event) => {
    const isOurs = event.origin === home && event.source === frame.contentWindow;
    if (isOurs && event.data === "quartierslotse:close") turn(false);
  });
  if (document.body) document.body.append(corner);
  else document.addEventListener("DOMContentLoaded", () => document.body.append(corner));
})();
