// Follows long work: [data-progress] holds the address of its state, {finished, done, total, doing}. The bar and the words
// inside are kept up to date, and the page is loaded anew when the work is over.

import { read } from "./requests.js";

const PAUSE = 700;
const AWAY = "The server cannot be reached just now. Trying again; nothing is lost.";

function inWords({ done, total, doing }) {
  if (!total) return `${doing || "Waiting to begin"} …`;
  return doing ? `${done} of ${total}: ${doing}` : `${done} of ${total}`;
}

function follow(place) {
  const bar = place.querySelector("progress");
  const words = place.querySelector("[data-progress-text]");

  async function look() {
    if (!place.isConnected) return;
    try {
      const state = await read(place.dataset.progress, "json");
      if (state.finished) return location.reload();
      if (bar && state.total) [bar.max, bar.value] = [state.total, state.done];
      else bar?.removeAttribute("value");
      if (words) words.textContent = inWords(state);
    } catch (trouble) {
      if (words) words.textContent = trouble.status ? trouble.message : AWAY;
    }
    setTimeout(look, PAUSE);
  }
  look();
}

// Results of runs have a [data-progress] of their own, without an address.
for (const place of document.querySelectorAll("[data-progress]")) if (place.dataset.progress) follow(place);
