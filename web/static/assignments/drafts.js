// Keeps what is typed: on the server soon after each change, and in this browser until the server has it.

import { clock } from "../ui/times.js";
import { send } from "../ui/requests.js";

const WAIT = 800;
const AGAIN = 8000;

// `texts()` gives {name: text}; `say(sentence, failed)` tells how it stands; `ask(there, revision)` is called when another
// tab or device saved meanwhile.
export class Drafts {
  constructor({ url, person, revision, texts, say, ask }) {
    Object.assign(this, { url, revision, texts, say, ask });
    this.key = `draft ${person} ${url}`; // a browser may be shared
    this.saved = JSON.stringify(texts());
    this.sent = null; // what was sent last, and may have been saved though no answer came
    this.timer = 0;
    this.saving = Promise.resolve();
    this.halted = false;
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.save({ keepalive: true }); });
    addEventListener("online", () => this.save());
    addEventListener("beforeunload", (event) => { if (this.unsaved() && !this.kept) event.preventDefault(); });
  }

  unsaved() { return JSON.stringify(this.texts()) !== this.saved; }

  // What this browser kept and the server did not get: {files, revision}, or null.
  left() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key));
      return kept && JSON.stringify(kept.files) !== this.saved ? kept : null;
    } catch { return null; }
  }

  changed() {
    this.keepHere();
    if (this.halted) return;
    this.say("Saving…");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), WAIT);
  }

  // One after another: each needs the revision that the one before it made.
  save({ keepalive = false } = {}) {
    clearTimeout(this.timer);
    this.saving = this.saving.then(() => this.saveNow(keepalive));
    return this.saving;
  }

  async saveNow(keepalive) {
    if (this.halted) return;
    if (!this.unsaved()) { this.forgetHere(); return; }
    await this.put(keepalive);
    clearTimeout(this.timer);
    if (!this.halted && this.unsaved()) this.timer = setTimeout(() => this.save(), this.failed ? AGAIN : WAIT);
  }

  async put(keepalive) {
    const files = this.texts();
    const before = this.sent;
    this.sent = files;
    try {
      // A request that outlives its page may carry 64 KiB.
      const { revision, saved_at: at } = await send("PUT", this.url, { files, revision: this.revision },
        { keepalive: keepalive && JSON.stringify(files).length < 60_000 });
      this.revision = revision;
      this.saved = JSON.stringify(files);
      this.failed = false;
      if (!this.unsaved()) this.forgetHere();
      this.say(`Saved ${clock(new Date(at))}`);
    } catch (trouble) {
      this.failed = true;
      if (trouble.status === 409 && isSame(before, trouble.data.files)) {
        this.revision = trouble.data.revision; // it was saved, and only the answer was lost
        this.saved = JSON.stringify(before);
        return this.put(keepalive);
      }
      if (trouble.status === 409) {
        this.halted = true;
        this.say("Not saved: there are two drafts", true);
        this.ask(trouble.data.files, trouble.data.revision);
      } else {
        const where = this.kept ? " Kept in this browser." : "";
        this.say(`Not saved.${where} ${trouble.status ? trouble.message : "Trying again."}`, true);
      }
    }
  }

  // The reader has chosen between two drafts: go on from the server's revision.
  settle(revision, there) {
    this.revision = revision;
    this.saved = JSON.stringify(there);
    this.halted = false;
    this.save();
    if (!this.unsaved()) this.say(`Draft saved`);
  }

  keepHere() {
    try {
      localStorage.setItem(this.key, JSON.stringify({ files: this.texts(), revision: this.revision }));
      this.kept = true;
    } catch { this.kept = false; }
  }

  forgetHere() {
    this.kept = false;
    try { localStorage.removeItem(this.key); } catch { /* private browsing */ }
  }
}

function isSame(mine, there) {
  return mine !== null && Object.entries(mine).every(([name, text]) => there[name] === text);
}
