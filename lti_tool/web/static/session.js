// Asks, before a form with a file is sent, whether it would still be taken: a refusal would lose the chosen file.
"use strict";

/** What stands between the form and the server: "out", "other", "away", or nothing. The form then has a new token. */
async function hindrance(form) {
  const asking = { cache: "no-store" };
  if (AbortSignal.timeout) asking.signal = AbortSignal.timeout(20000); // older phones wait as long as it takes
  const answer = await fetch(form.dataset.session, asking).catch(() => null);
  if (!answer) return "away";
  const now = answer.ok ? await answer.json().catch(() => null) : null;
  if (!now) return ""; // the server cannot say it: sending is the only way to know
  if (!now.account) return "out";
  if (now.account !== form.dataset.account) return "other";
  form.elements.csrf_token.value = now.token;
  return "";
}

function tell(form, why) {
  const box = form.querySelector("[data-hindrances]");
  box.hidden = !why;
  for (const words of box.children) words.hidden = words.dataset.why !== why;
}

const asked = new WeakSet();

addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.session || asked.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const button = event.submitter;
  if (button) button.disabled = true;
  const why = await hindrance(form).catch(() => "");
  if (button) button.disabled = false;
  tell(form, why);
  if (why) return;
  asked.add(form);
  if (form.requestSubmit) form.requestSubmit(button);
  else form.submit();
}, true);
