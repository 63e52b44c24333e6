// Fields for a date and time: the server has UTC, the reader writes in their own zone, and the zone is sent along.

const pad = (number) => String(number).padStart(2, "0");

function local(moment) {
  const day = `${moment.getFullYear()}-${pad(moment.getMonth() + 1)}-${pad(moment.getDate())}`;
  const seconds = moment.getSeconds() ? `:${pad(moment.getSeconds())}` : "";
  return `${day}T${pad(moment.getHours())}:${pad(moment.getMinutes())}${seconds}`;
}

function zone() {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZoneName: "short" }).formatToParts(new Date());
  const name = parts.find((part) => part.type === "timeZoneName").value;
  const place = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return place === name ? name : `${place.replaceAll("_", " ")} (${name})`;
}

for (const input of document.querySelectorAll("input[data-moment]")) {
  const sent = Object.assign(document.createElement("input"), { type: "hidden", name: input.name });
  const keep = () => { sent.value = input.value ? new Date(input.value).toISOString() : ""; };
  // A value that comes back with an error has its zone already.
  const given = input.dataset.moment;
  if (given) {
    const moment = new Date(/Z|[+-]\d\d:?\d\d$/.test(given) ? given : `${given}Z`);
    if (!Number.isNaN(moment.getTime())) input.value = local(moment);
  }
  input.removeAttribute("name");
  input.after(sent);
  input.addEventListener("input", keep);
  keep();
}
for (const place of document.querySelectorAll("[data-zone]")) place.textContent = zone();
