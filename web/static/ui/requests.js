// Requests to our own server. What goes wrong comes back as a sentence for the reader.

export class Trouble extends Error {
  constructor(sentence, status = 0, data = {}) {
    super(sentence);
    this.status = status;
    this.data = data;
  }
}

const LOGGED_OUT = "You have been logged out. Log in again in another tab; what you typed is still here.";
const OTHER = "Somebody else is logged in here now. Log in as yourself in another tab; what you typed is still here.";
const UNREACHABLE = "The server cannot be reached. What you typed is still here; try again in a moment.";

async function ask(url, options) {
  let answer;
  try {
    answer = await fetch(url, { credentials: "same-origin", ...options });
  } catch {
    throw new Trouble(UNREACHABLE);
  }
  if (answer.redirected) throw new Trouble(LOGGED_OUT, 401);
  return answer;
}

const meta = (name) => document.querySelector(`meta[name="${name}"]`);

// Who logged in again in another tab has another session; this page goes on in it, if it is the same person's.
async function renewToken() {
  const { token, person } = await read(meta("session").content, "json");
  if (person !== meta("person").content) throw new Trouble(OTHER, 401);
  meta("csrf-token").content = token;
  for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = token;
}

export async function send(method, url, data, { keepalive = false, isAgain = false } = {}) {
  const token = meta("csrf-token").content;
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token };
  const answer = await ask(url, { method, headers, body: JSON.stringify(data), keepalive });
  const body = await answer.json().catch(() => ({}));
  if (body.stale && !isAgain) {
    await renewToken();
    return send(method, url, data, { keepalive, isAgain: true });
  }
  const unexplained = `The server answered with an error (${answer.status}). What you typed is still here.`;
  if (!answer.ok) throw new Trouble(body.error ?? unexplained, answer.status, body);
  return body;
}

export async function read(url, kind) {
  const answer = await ask(url, { headers: { Accept: "application/json, text/html;q=0.5" } });
  if (!answer.ok) {
    const body = await answer.json().catch(() => ({}));
    throw new Trouble(body.error ?? "The result could not be fetched.", answer.status);
  }
  return kind === "json" ? answer.json() : answer.text();
}

// Fragments that our own server rendered, and nothing else, become elements here.
export function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}
