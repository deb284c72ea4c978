// What makes the console's pages easier where a browser runs script. Every page works without it.

// The menu is open where there is room for it.
const wide = matchMedia("(min-width: 64rem)");
const menu = document.querySelector("[data-menu]");
const fold = () => {
  if (menu) menu.open = wide.matches;
};
fold();
wide.addEventListener("change", fold);

// After a form came back, begin where something is wrong.
document.querySelector("[data-focus]")?.focus();

// Ask before what cannot be undone. A form that is on its way is not sent a second time.
const busy = document.getElementById("busy");
let notice = 0;
const sent = new Map();
document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = form.dataset.ask;
  if (sent.has(form) || (question && !confirm(question))) {
    event.preventDefault();
    return;
  }
  unsaved = false;
  if (form.getAttribute("method") !== "post") return;
  sent.set(form, event.submitter);
  event.submitter?.setAttribute("aria-disabled", "true");
  notice = setTimeout(() => (busy.textContent = busy.dataset.text), 300);
});

// Back from the next page, a form can be sent again.
addEventListener("pageshow", () => {
  for (const button of sent.values()) button?.removeAttribute("aria-disabled");
  sent.clear();
  clearTimeout(notice);
  busy.textContent = "";
});

// Leave no form half-written by mistake.
let unsaved = false;
document.addEventListener("input", (event) => {
  if (event.target.closest("form[data-unsaved]")) unsaved = true;
});
addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});

// A filter that is chosen shows its list at once.
document.addEventListener("change", (event) => {
  if (event.target.matches("form[data-instant] select")) event.target.form.requestSubmit();
});

// What can be copied.
for (const field of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain";
  button.textContent = field.dataset.copy;
  button.addEventListener("click", () => {
    field.select();
    navigator.clipboard?.writeText(field.value);
  });
  field.after(button);
}

// The part of a page whose form sends itself while somebody types: <form data-live="/address" data-into="id of the part">.
for (const form of document.querySelectorAll("form[data-live]")) {
  let waiting = 0;
  let newest = 0;
  const refresh = async () => {
    const number = ++newest;
    const answer = await fetch(form.dataset.live, { method: "POST", body: new FormData(form) }).catch(() => null);
    if (answer?.ok && number === newest) {
      document.getElementById(form.dataset.into).innerHTML = await answer.text();
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 400);
  });
}

// The part of a page that is fetched again and again: <div id=… data-poll="/address" data-seconds="5">. The server ends
// it with a part that has no data-poll any more. What somebody is reading or typing in stays.
const poll = (part) => {
  setTimeout(async () => {
    const address = part.dataset.poll;
    const answer = document.hidden ? null : await fetch(address).catch(() => null);
    if (answer?.ok) {
      const text = await answer.text();
      if (text !== part.dataset.last && !part.contains(document.activeElement)) {
        part.innerHTML = text;
        part.dataset.last = text;
      }
      if (answer.headers.get("X-Done") && text === part.dataset.last) return;
    }
    poll(part);
  }, 1000 * Number(part.dataset.seconds || 5));
};
document.querySelectorAll("[data-poll]").forEach(poll);
