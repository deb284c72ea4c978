// The chat without reloading the page. Everything here also works without this file, through the page's form.

const log = document.getElementById("log");
const ask = document.getElementById("ask");
const field = document.getElementById("text");
const trouble = document.getElementById("trouble");

const SESSION = "quartierslotse.session";
const ASK_EVERY = 15_000;

let isSending = false;
let turn = Promise.resolve();
let next = Number(ask.elements.letters.value);
let fetching = null;

function session() {
  return ask.elements.session.value;
}

function language() {
  return document.documentElement.lang;
}

// Kept from the first message on, in this tab alone, so that an answer of the team still finds its way after a reload.
function remember(given) {
  ask.elements.session.value = given;
  try {
    if (given) sessionStorage.setItem(SESSION, given);
    else sessionStorage.removeItem(SESSION);
  } catch (fault) {
    console.info("this browser keeps no session:", fault);
  }
}

function parse(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content;
}

// What was said moves to the top, so that a long answer is read from its beginning.
function show(message) {
  message.scrollIntoView({ block: "start" });
}

function complain(sentence) {
  trouble.textContent = sentence;
  if (sentence) field.setAttribute("aria-describedby", trouble.id);
  else field.removeAttribute("aria-describedby");
}

// The newest message, or null where it could not be sent. What is typed meanwhile is sent after it.
function send(name, value, label) {
  turn = turn.then(() => sendNow(name, value, label));
  return turn;
}

async function sendNow(name, value, label) {
  isSending = true;
  complain("");
  log.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch("/", {
      method: "POST",
      headers: { "X-Part": "1" },
      body: new URLSearchParams({ [name]: value, session: session(), language: language() }),
      signal: AbortSignal.timeout(20_000),
    });
    if (answer.status === 429) {
      complain(trouble.dataset.tooMany);
      return null;
    }
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    remember(answer.headers.get("X-Session"));
    const newest = append(await answer.text(), label);
    await speak(answer.headers.get("Content-Language"));
    show(newest);
    return newest;
  } catch (fault) {
    console.warn("sending failed:", fault);
    complain(trouble.dataset.failed);
    return null;
  } finally {
    isSending = false;
    log.removeAttribute("aria-busy");
  }
}

// Without a session everything was deleted: what was said goes from the page, too.
function append(html, label) {
  const part = parse(html);
  const newest = part.getElementById("newest");
  if (label) newest.querySelector("p").textContent = label;
  document.getElementById("newest")?.removeAttribute("id");
  document.getElementById("start")?.remove();
  if (session()) log.append(part);
  else log.replaceChildren(part);
  return newest;
}

// Another language was chosen: the page around the conversation follows. Where it cannot, the answer is there all the same.
async function speak(chosen) {
  if (!chosen || chosen === language()) return;
  const answer = await fetch(`/?lang=${chosen}`).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const old = page.documentElement;
  Object.assign(document.documentElement, { lang: old.lang, dir: old.dir });
  document.title = page.title;
  for (const id of ["top", "legal"]) document.getElementById(id).replaceWith(page.getElementById(id));
  const form = page.getElementById("ask");
  field.placeholder = form.elements.text.placeholder;
  for (const part of ["label", "button"]) ask.querySelector(part).textContent = form.querySelector(part).textContent;
  Object.assign(trouble.dataset, page.getElementById("trouble").dataset);
  log.setAttribute("aria-label", page.getElementById("log").getAttribute("aria-label"));
}

async function sendTyped() {
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  // What could not be sent comes back, so that nobody has to type it twice.
  if (!(await send("text", text))) field.value = [text, field.value].filter(Boolean).join("\n");
  field.focus({ preventScroll: true });
}

// Whoever taps goes on from the new message, not from the old button.
async function sendTapped(button) {
  if (isSending) return;
  const newest = await send(button.name, button.value, button.textContent.trim());
  if (!newest) return;
  newest.tabIndex = -1;
  newest.focus({ preventScroll: true });
}

ask.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.submitter;
  if (button?.name) sendTapped(button);
  else sendTyped();
});

field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  sendTyped();
});

// Answers of the team and notices: nobody calls a browser, so it asks; once at a time, or they would come twice.
function fetchLetters() {
  if (!session() || document.hidden || isSending) return;
  fetching ??= fetchNow().finally(() => (fetching = null));
}

async function fetchNow() {
  const reader = session();
  try {
    const answer = await fetch(`/letters?after=${next}&lang=${language()}`, { headers: { "X-Session": reader } });
    if (!answer.ok || !answer.headers.has("X-Next") || session() !== reader) return;
    next = Number(answer.headers.get("X-Next"));
    const part = parse(await answer.text());
    const first = part.firstElementChild;
    log.append(part);
    show(first);
  } catch (fault) {
    console.info("no connection:", fault);
  }
}

// On another site the frame's own script closes it, wherever the keyboard is.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && window.parent !== window) window.parent.postMessage("quartierslotse:close", "*");
});

try {
  if (!session()) ask.elements.session.value = sessionStorage.getItem(SESSION) ?? "";
} catch (fault) {
  console.info("this browser keeps no session:", fault);
}
document.addEventListener("visibilitychange", fetchLetters);
setInterval(fetchLetters, ASK_EVERY);
fetchLetters();
