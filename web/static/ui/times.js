// Writes each <time data-local> in the reader's zone, with the zone's name, and says how far off a moment is. One in a
// course's zone has the reader's in its title.

const shown = new Intl.DateTimeFormat("en-GB", {
  day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
});
const full = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long" });
const distance = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];

export function relative(moment, now = new Date()) {
  const seconds = (moment - now) / 1000;
  for (const [unit, length] of UNITS) {
    const isDay = unit === "day"; // up to a day and a half is told in hours
    if (Math.abs(seconds) >= (isDay ? 1.5 : 1) * length)
      return distance.format((isDay ? Math.round : Math.trunc)(seconds / length), unit);
  }
  return seconds < 0 ? "just now" : "in less than a minute";
}

export function clock(moment) {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(moment);
}

export function localise(root = document) {
  for (const element of root.querySelectorAll("time[data-local]")) {
    const moment = new Date(element.dateTime);
    element.textContent = shown.format(moment);
    element.title = full.format(moment);
  }
  for (const element of root.querySelectorAll("time[data-zoned]")) element.title = full.format(new Date(element.dateTime));
  for (const element of root.querySelectorAll("[data-relative]")) {
    element.textContent = `(${relative(new Date(element.dataset.relative))})`;
  }
}

localise();
setInterval(() => { if (!document.hidden) localise(); }, 60_000);
