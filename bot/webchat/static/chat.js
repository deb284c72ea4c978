// The chat without reloading the page. Everything here also works without this file, through the page's forms.

const log = document.getElementById("log");
const ask = document.getElementById("ask");
const field = document.getElementById("text");
const trouble = document.getElementById("trouble");
const you = document.getElementById("you").innerHTML.trim();

let session = ask.elements.session.value || null;
let isSending = false;

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function showQuestion(text) {
  const message = element("div", "", { class: "message yours" });
  message.append(element("span", you, { class: "hidden" }), element("p", text));
  log.append(message);
  return message;
}

function showReply(reply) {
  const message = element("div", "", { class: `message ours ${reply.decision ?? ""}`, lang: reply.language, dir: "auto" });
  if (reply.title) message.append(element("h2", reply.title));
  message.append(element("p", reply.body));
  if (reply.facts.length) {
    const card = element("dl", "");
    for (const fact of reply.facts) {
      const line = element("div", "");
      const value = element("dd", fact.link ? "" : fact.value);
      if (fact.link) value.append(element("a", fact.value, { href: fact.link, rel: "noopener noreferrer" }));
      line.append(element("dt", fact.label), value);
      card.append(line);
    }
    message.append(card);
  }
  if (reply.buttons.length) {
    const choices = element("div", "", { class: "choices" });
    for (const button of reply.buttons) {
      const made = element("button", button.label, { type: "button" });
      made.addEventListener("click", () => send({ action: button.action }, button.label));
      choices.append(made);
    }
    message.append(choices);
  }
  log.append(message);
}

// The question moves to the top, so that a long answer is read from its beginning.
function showFrom(message) {
  log.scrollTo({ top: message.offsetTop - 8 });
}

async function send(message, said) {
  if (isSending) return false;
  isSending = true;
  trouble.textContent = "";
  const question = showQuestion(said);
  showFrom(question);
  try {
    const answer = await fetch("/api/v1/chat", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(session ? { ...message, session } : message),
      signal: AbortSignal.timeout(20000),
    });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const { session: given, replies } = await answer.json();
    session = given;
    ask.elements.session.value = given;
    document.getElementById("examples")?.remove();
    replies.forEach(showReply);
    showFrom(question);
    return true;
  } catch (fault) {
    console.warn("sending failed:", fault);
    question.remove();
    trouble.textContent = trouble.dataset.text;
    return false;
  } finally {
    isSending = false;
  }
}

async function sendTyped() {
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  // What could not be sent comes back, so that nobody has to type it twice.
  if (!(await send({ text }, text)) && !field.value) field.value = text;
  field.focus({ preventScroll: true });
}

ask.addEventListener("submit", (event) => {
  event.preventDefault();
  sendTyped();
});

field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  sendTyped();
});

log.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button) return;
  event.preventDefault();
  send({ [button.name]: button.value }, button.textContent);
});
