// Check and Submit: submit what is in the editor, and follow the run.

import { fragment, read, send } from "../ui/requests.js";

// `take()` gives what is submitted, {name: text}; `results` is the element whose content the run's result becomes; `follow`
// follows a result; `onEnd` is called when the server has answered, or not.
export function submitting({ form, results, take, follow, trouble, announce, onEnd }) {
  const buttons = [...form.querySelectorAll('button[name="kind"]')];
  let busy = false;
  let unanswered = null; // {key, kind, files} of what may have been taken in

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(event.submitter?.value ?? "check");
  });

  // The same, sent again because no answer came, has the same key, so that it is taken in once.
  function keyOf(kind, files) {
    const again = unanswered?.kind === kind && JSON.stringify(unanswered.files) === JSON.stringify(files);
    return again ? unanswered.key : randomKey();
  }

  async function post(kind, files) {
    const key = keyOf(kind, files);
    unanswered = { key, kind, files };
    try {
      const run = await send("POST", form.action, { kind, files, key });
      unanswered = null;
      return run;
    } catch (error) {
      if (error.status && error.status < 500) unanswered = null;
      throw error;
    }
  }

  async function submit(kind) {
    const button = buttons.find((one) => one.value === kind);
    if (busy || button.disabled) return;
    busy = true;
    for (const one of buttons) one.setAttribute("aria-disabled", "true");
    trouble("");
    announce(kind === "check" ? "Checking" : "Submitting");
    try {
      const run = await post(kind, take());
      const result = fragment(await read(run.result));
      results.replaceChildren(result);
      results.scrollIntoView({ block: "nearest", behavior: "smooth" });
      follow(result);
    } catch (error) {
      trouble(error.message);
    } finally {
      busy = false;
      for (const one of buttons) one.removeAttribute("aria-disabled");
      onEnd();
    }
  }
  return submit;
}

function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
