// Follows a run from the panel on the page: events as they come, the state every two seconds where there are none to be had,
// and the whole panel at the end. A panel that is not finished when the page loads is followed again.

import { fragment, read } from "./requests.js";

const PAUSE = 2000;

// `enhance(root)` draws what is new; `done(panel)` is called with the finished panel; `announce` speaks to screen readers.
export function follow(panel, { enhance, done, announce }) {
  const { eventsUrl, stateUrl, panelUrl, state } = panel.dataset;
  if (state !== "queued" && state !== "running") return () => {};
  const list = panel.querySelector("[data-tests]");
  const bar = panel.querySelector("[data-progress]");
  let source = null, timer = 0, stopped = false;

  const handlers = {
    standing: (standing) => stand(standing),
    started: () => {
      list.replaceChildren();
      bar.value = 0;
      stand({ state: "running" });
    },
    test: ({ html, done_points: points, total_points: total }) => {
      const test = fragment(html);
      const earlier = [...list.children].find((other) => other.dataset.name === test.dataset.name);
      earlier ? earlier.replaceWith(test) : list.append(test);
      bar.max = total || 1;
      bar.value = points;
      stand({ state: "running" });
      enhance(test);
    },
    finished: () => { source.close(); finish(); },
  };

  function listen() {
    source = new EventSource(eventsUrl);
    for (const [kind, handle] of Object.entries(handlers))
      source.addEventListener(kind, (event) => {
        if (stopped || !panel.isConnected) return;
        quiet();
        handle(JSON.parse(event.data));
      });
    source.addEventListener("open", quiet);
    source.addEventListener("error", () => {
      if (stopped || !panel.isConnected) return stop();
      if (source.readyState === EventSource.CLOSED) poll(); // 204, or refused: the state tells
      else say("The connection was lost. Trying again; nothing is lost.");
    });
  }

  async function poll() {
    if (stopped || !panel.isConnected) return;
    try {
      const found = await read(stateUrl, "json");
      quiet();
      if (found.finished) return finish();
      stand(found);
    } catch (trouble) {
      say(trouble.status ? trouble.message : "The server cannot be reached just now. Trying again; nothing is lost.");
    }
    timer = setTimeout(poll, PAUSE);
  }

  async function finish() {
    if (stopped) return;
    try {
      const fresh = fragment(await read(panelUrl));
      if (fresh.dataset.state === "queued" || fresh.dataset.state === "running") { timer = setTimeout(poll, PAUSE); return; }
      stop();
      if (!panel.isConnected) return;
      panel.replaceWith(fresh);
      enhance(fresh);
      announce(inShort(fresh));
      done(fresh);
    } catch (trouble) {
      say(trouble.status ? trouble.message : "The score is there, but the server cannot be reached just now. Trying again.");
      timer = setTimeout(finish, PAUSE);
    }
  }

  let said = "";
  function stand(standing) {
    const sentence = inWords(standing);
    if (sentence === said) return;
    said = sentence;
    panel.dataset.state = standing.state;
    panel.querySelector("[data-standing]").textContent = sentence;
  }
  function say(sentence) {
    const place = panel.querySelector("[data-trouble]");
    place.hidden = !sentence;
    place.textContent = sentence;
  }
  function quiet() { say(""); }
  function stop() {
    stopped = true;
    source?.close();
    clearTimeout(timer);
  }

  listen();
  return stop;
}

function inWords({ state, ahead, eta_seconds: eta }) {
  if (state !== "queued") return "Your code is being graded.";
  const those = ahead === 1 ? "1 submission is" : `${ahead} submissions are`;
  const place = ahead ? `${those} ahead of yours` : "Yours is next";
  if (eta === null || eta === undefined)
    return `${place}. Nothing can be graded just now; it goes on by itself as soon as grading works again.`;
  return `${place}; the score comes in ${soon(eta)}.`;
}

function soon(seconds) {
  if (seconds < 2) return "about a second";
  return seconds < 90 ? `about ${Math.ceil(seconds)} seconds` : `about ${Math.ceil(seconds / 60)} minutes`;
}

function inShort(panel) {
  const total = panel.querySelector(".total")?.textContent ?? "";
  const summary = panel.querySelector(".summary, .banner")?.textContent ?? "";
  return `${total} ${summary}`.replace(/\s+/g, " ").trim();
}
