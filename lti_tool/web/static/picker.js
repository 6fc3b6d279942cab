// Searches the modules of the choosing page while one types. Without this file the page lists them all.
"use strict";

const box = document.getElementById("cari-modul");
const field = document.getElementById("cari");
const none = box.querySelector("[role=status]");
const cards = [...document.querySelectorAll(".cards .choice")];

function search() {
  const words = field.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const card of cards) {
    const text = card.textContent.toLocaleLowerCase();
    // what is chosen stays in sight: nobody should add a module that they cannot see
    const fits = card.querySelector("input").checked || words.every((word) => text.includes(word));
    card.hidden = !fits;
    shown += fits ? 1 : 0;
  }
  none.textContent = shown ? "" : none.dataset.none;
}

field.addEventListener("input", search);
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.preventDefault(); // a search is no answer to the LMS
});
box.hidden = false;
