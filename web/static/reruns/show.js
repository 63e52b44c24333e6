// Reruns: selects that show their choice at once, and submissions that stay ticked from page to page.

for (const field of document.querySelectorAll("[data-submit]")) field.addEventListener("change", () => field.form.requestSubmit());

for (const select of document.querySelectorAll("select[data-chooses]"))
  select.addEventListener("change", () => { document.getElementById(select.dataset.chooses).checked = true; });

const place = document.querySelector("[data-chosen]");
const form = document.getElementById("decide-form");
if (place?.dataset.chosen && form) keepTicks(`rerun-${place.dataset.chosen}`);

function keepTicks(key) {
  const boxes = [...place.querySelectorAll('input[name="submission"]')];
  const chosen = new Set(JSON.parse(sessionStorage.getItem(key) ?? "[]"));
  const counter = form.querySelector("[data-chosen-count]");

  function tell() {
    sessionStorage.setItem(key, JSON.stringify([...chosen]));
    counter.textContent = chosen.size === 1 ? "1 submission" : `${chosen.size} submissions`;
    form.elements["scope-chosen"].disabled = !chosen.size;
  }

  for (const box of boxes) {
    if (box.checked) chosen.add(box.value);
    box.checked = chosen.has(box.value);
    box.addEventListener("change", () => {
      if (box.checked) chosen.add(box.value);
      else chosen.delete(box.value);
      tell();
      if (box.checked) form.elements["scope-chosen"].checked = true;
    });
  }
  // Those ticked on other pages are sent along.
  form.addEventListener("formdata", ({ formData }) => {
    formData.delete("submission");
    for (const submission of chosen) formData.append("submission", submission);
  });
  tell();
}
