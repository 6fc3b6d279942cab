// Closes the registration page in the LMS, by a message to that LMS alone, and notices when the tool has become active.
(() => {
  const { parent, state } = document.currentScript.dataset;
  const opener = window.opener || (window.parent === window ? null : window.parent);
  const close = document.getElementById("tutup");
  if (close && opener && parent) {
    close.hidden = false;
    close.addEventListener("click", () => opener.postMessage({ subject: "org.imsglobal.lti.close" }, parent));
  }
  const told = document.getElementById("keadaan");
  if (!told || !state) return;
  let left = 240;
  const ask = async () => {
    left -= 1;
    try {
      const answer = await fetch(state, { headers: { Accept: "application/json" } });
      if (answer.status === 404) return; // the invite has ended
      if (answer.ok && (await answer.json()).active) {
        told.textContent = told.dataset.active;
        told.className = "notice good measure";
        return;
      }
    } catch {
      // the next try may succeed
    }
    if (left > 0) setTimeout(ask, 5000);
  };
  ask();
})();
