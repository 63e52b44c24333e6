// Follows a run from the result on the page: events as they come, the state every two seconds where there are none to be had,
// and the whole result at the end. A result that is not finished when the page loads is followed again; one that was finished
// before it came is at its end at once.

import { fragment, read } from "../ui/requests.js";

const PAUSE = 2000;
const POLLS = 15; // then events are tried again
const PATIENCE = 3000; // a stream ends each minute, and the next one begins at once
const LOST = "The connection was lost. Trying again; nothing is lost.";
const AWAY = "The server cannot be reached just now. Trying again; nothing is lost.";

export const isUnderway = ({ dataset: { state } }) => state === "queued" || state === "running";

// `enhance(root)` draws what is new; `done(result)` is called with the finished result; `announce` speaks to screen readers.
export function follow(result, { enhance, done, announce }) {
  function end(finished) {
    enhance(finished);
    announce(inShort(finished));
    done(finished);
  }

  if (!isUnderway(result)) {
    end(result);
    return () => {};
  }
  const { eventsUrl, stateUrl, resultUrl } = result.dataset;
  const list = result.querySelector("[data-tests]");
  const bar = result.querySelector("[data-progress]");
  const position = result.querySelector("[data-queue-position]");
  const underway = () => show({ state: "running", text: position.dataset.running });
  let source = null, timer = 0, complaint = 0, polls = 0, stopped = false;

  const handlers = {
    position: (position) => show(position),
    started: () => {
      list.replaceChildren();
      progress({ done_points: 0, total_points: bar.max });
      underway();
    },
    test: ({ html, ...points }) => {
      const test = fragment(html);
      const earlier = [...list.children].find((other) => other.dataset.name === test.dataset.name);
      earlier ? earlier.replaceWith(test) : list.append(test);
      progress(points);
      underway();
      enhance(test);
    },
    poll: () => { source.close(); poll(); },
    finished: () => { source.close(); finish(); },
  };

  function listen() {
    source = new EventSource(eventsUrl);
    for (const [kind, handle] of Object.entries(handlers))
      source.addEventListener(kind, (event) => {
        if (stopped || !result.isConnected) return;
        quiet();
        handle(JSON.parse(event.data));
      });
    source.addEventListener("open", quiet);
    source.addEventListener("error", () => {
      if (stopped || !result.isConnected) return stop();
      if (source.readyState === EventSource.CLOSED) poll(); // 204, or refused: the state tells
      else complaint ||= setTimeout(() => say(LOST), PATIENCE);
    });
  }

  async function poll() {
    if (stopped || !result.isConnected) return;
    try {
      const found = await read(stateUrl, "json");
      quiet();
      if (found.finished) return finish();
      show(found);
      if (found.state === "running") progress(found);
      polls += 1;
      if (polls % POLLS === 0) return listen();
    } catch (trouble) {
      say(trouble.status ? trouble.message : AWAY);
    }
    timer = setTimeout(poll, PAUSE);
  }

  async function finish() {
    if (stopped) return;
    try {
      const fresh = fragment(await read(resultUrl));
      if (isUnderway(fresh)) { timer = setTimeout(poll, PAUSE); return; }
      stop();
      if (!result.isConnected) return;
      result.replaceWith(fresh);
      end(fresh);
    } catch (trouble) {
      say(trouble.status ? trouble.message : "The score is there, but the server cannot be reached just now. Trying again.");
      timer = setTimeout(finish, PAUSE);
    }
  }

  // Announced when the position changes; announcing the seconds left would never end.
  let spoken = "";
  function show({ state, ahead, text }) {
    if (position.textContent !== text) position.textContent = text;
    result.dataset.state = state;
    const now = `${state} ${ahead}`;
    if (now !== spoken) announce(text);
    spoken = now;
  }

  function progress({ done_points: points, total_points: total }) {
    if (points === null || points === undefined) return bar.removeAttribute("value");
    bar.max = total || 1;
    bar.value = points;
  }

  function say(sentence) {
    result.querySelector("[data-trouble]").textContent = sentence;
  }

  function quiet() {
    clearTimeout(complaint);
    complaint = 0;
    say("");
  }

  function stop() {
    stopped = true;
    source?.close();
    clearTimeout(timer);
    clearTimeout(complaint);
  }

  listen();
  return stop;
}

function inShort(result) {
  const total = result.querySelector(".total")?.textContent ?? "";
  const summary = result.querySelector(".summary, .banner")?.textContent ?? "";
  return `${total} ${summary}`.replace(/\s+/g, " ").trim();
}
