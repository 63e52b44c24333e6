// Check and Submit: hand in what is in the editor, and follow the run.

import { fragment, read, send } from "./requests.js";

// `texts()` gives {name: text}; `results` is the element whose content the run's panel becomes; `follow` follows a panel.
export function handIn({ form, results, texts, follow, trouble, announce, attempts }) {
  const buttons = [...form.querySelectorAll('button[name="kind"]')];
  let busy = false;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(event.submitter?.value ?? "check");
  });

  async function submit(kind) {
    const button = buttons.find((one) => one.value === kind);
    if (busy || button.disabled) return;
    busy = true;
    for (const one of buttons) one.setAttribute("aria-disabled", "true");
    trouble("");
    announce(kind === "check" ? "Checking" : "Submitting");
    try {
      const run = await send("POST", form.action, { kind, files: texts() });
      attempts(run.attempts_used, run.attempts_left);
      const panel = fragment(await read(run.panel));
      results.replaceChildren(panel);
      results.scrollIntoView({ block: "nearest", behavior: "smooth" });
      follow(panel);
    } catch (error) {
      trouble(error.message);
    } finally {
      busy = false;
      for (const one of buttons) one.removeAttribute("aria-disabled");
    }
  }
  return submit;
}
