// Follows an upload while its module is built, or other long work. Without this file the page loads itself anew.
"use strict";

const box = document.getElementById("langkah");
const bar = box.querySelector("progress");
const words = box.querySelector("[role=status]");
const elapsed = document.getElementById("lama");
const file = document.getElementById("dokumen");
const steps = [...box.querySelectorAll("li")];

/** Loads the page with the result, but not while somebody writes in it. */
function reload() {
  const field = document.activeElement;
  if (field.matches("input, textarea, select")) field.addEventListener("blur", () => location.reload(), { once: true });
  else location.reload();
}

function show(now) {
  if (now.whole) {
    bar.max = now.whole;
    bar.value = now.done + (now.share || 0);
  } else if (now.running) {
    bar.removeAttribute("value"); // nobody knows how much is left: the bar only says that it goes on
  }
  if (elapsed) elapsed.textContent = now.elapsed;
  if (file) {
    file.textContent = now.document;
    file.hidden = !now.document;
  }
  if (words.textContent !== now.words) words.textContent = now.words; // said aloud once, not at every look
  steps.forEach((step, index) => {
    step.className = index + 1 < now.done ? "done" : "";
    if (index + 1 === now.done) step.setAttribute("aria-current", "step");
    else step.removeAttribute("aria-current");
  });
}

async function look() {
  try {
    const answer = await fetch(box.dataset.address, { headers: { Accept: "application/json" } });
    if (answer.status === 401 || answer.status === 404 || answer.redirected) return reload();
    const now = await answer.json();
    show(now);
    if (now.ended) return reload();
  } catch {
    // the link is cut, or the server starts anew: the work goes on without us
  }
  setTimeout(look, 2000);
}

setTimeout(look, 1000);
