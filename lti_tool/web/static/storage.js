/* Lets the LMS keep a value for a browser that keeps no cookie here, or asks for it back (LTI Platform Storage). */
(function () {
  "use strict";
  const asked = document.getElementById("storage").dataset;
  const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  let done = false;

  /** The frame that keeps values: the LMS's page itself, or a frame of it with the name that the LMS gave. */
  function keeper() {
    const lms = window.parent !== window ? window.parent : window.opener;
    if (!lms || asked.frame === "_parent") return lms;
    try {
      return lms.frames[asked.frame] || null;
    } catch (error) {
      return null;
    }
  }

  function finish(value) {
    if (done) return;
    done = true;
    if (asked.next) {
      window.location.replace(asked.next);
      return;
    }
    document.getElementById("stored").value = value;
    document.getElementById("again").submit();
  }

  const frame = keeper();
  // Only this frame, of this origin, in answer to this message; whatever else arrives is somebody else's.
  window.addEventListener("message", (event) => {
    const data = event.data;
    if (event.origin !== asked.origin || event.source !== frame || typeof data !== "object" || data === null) return;
    if (data.message_id !== id || data.subject !== asked.subject + ".response") return;
    const good = !data.error && data.key === asked.key && typeof data.value === "string" && data.value.length <= 128;
    finish(good ? data.value : "");
  });
  window.setTimeout(() => finish(""), Number(asked.wait));
  if (!frame) {
    finish("");
    return;
  }
  const message = { subject: asked.subject, key: asked.key, message_id: id };
  if (asked.value) message.value = asked.value;
  frame.postMessage(message, asked.origin);
})();
