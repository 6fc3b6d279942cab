// Tells how much of a zip has been sent: over a slow link that takes minutes. Without this file the form works as it is.
"use strict";

const form = document.getElementById("unggah");
const box = document.getElementById("kirim");
const bar = box.querySelector("progress");
const amount = box.querySelector("span");
const words = box.querySelector("[role=status]");
const problem = box.querySelector("[role=alert]");
const button = form.querySelector("button");

function sending(on) {
  box.hidden = false;
  bar.hidden = amount.hidden = !on;
  button.disabled = on;
  words.textContent = on ? box.dataset.sending : "";
}

function refuse(text) {
  sending(false);
  problem.textContent = text;
}

/** Why a file need not even be sent, or nothing: over a slow link its refusal would come after minutes. */
async function fault(file) {
  if (file.size > Number(form.dataset.limit)) return box.dataset.large;
  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return start[0] === 0x50 && start[1] === 0x4b ? "" : box.dataset.other; // every zip begins with PK
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  problem.textContent = "";
  const why = await fault(form.querySelector("input[type=file]").files[0]).catch(() => box.dataset.gone);
  if (why) return refuse(why);
  send();
});

function send() {
  const asked = new XMLHttpRequest();
  asked.open("POST", form.action);
  asked.upload.onprogress = (sent) => {
    if (!sent.lengthComputable) return;
    bar.value = sent.loaded / sent.total;
    amount.textContent = `${Math.floor(bar.value * 100)}%`;
    if (sent.loaded === sent.total) words.textContent = box.dataset.sent;
  };
  asked.onload = () => {
    if (asked.status < 400) return location.assign(asked.responseURL);
    const page = new DOMParser().parseFromString(asked.responseText, "text/html");
    const said = page.querySelector("[role=alert] p:not(.code)") || page.querySelector("h1") || page.body;
    refuse(said.textContent.trim());
  };
  asked.onerror = () => refuse(box.dataset.lost);
  sending(true);
  asked.send(new FormData(form));
}

// Coming back to this page by the browser's arrow finds the form as it was.
addEventListener("pageshow", (event) => {
  if (event.persisted) sending(false);
});
