// Follows an upload while its module is built. Without this file the page loads itself anew.
"use strict";

const box = document.getElementById("langkah");
const bar = box.querySelector("progress");
const words = box.querySelector("[role=status]");

async function look() {
  try {
    const answer = await fetch(box.dataset.address, { headers: { Accept: "application/json" } });
    if (answer.status === 401 || answer.status === 404 || answer.redirected) return location.reload();
    const now = await answer.json();
    if (now.ended) return location.reload();
    bar.value = now.step;
    if (words.textContent !== now.words) words.textContent = now.words; // said aloud once, not at every look
  } catch {
    // the link is cut: what is built is built without us
  }
  setTimeout(look, 2000);
}

setTimeout(look, 1000);
