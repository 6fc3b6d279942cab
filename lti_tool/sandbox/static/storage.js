/* Keeps values for the tool as an LMS does (LTI Client Side postMessages and LTI Platform Storage). */
(function () {
  "use strict";
  const tool = document.currentScript.dataset.tool;
  const name = (key) => tool + " " + key;
  const answers = {
    "lti.capabilities": () => ({ supported_messages: Object.keys(answers).map((subject) => ({ subject, frame: "_parent" })) }),
    "lti.put_data": (data) => {
      if (data.value === undefined || data.value === null) sessionStorage.removeItem(name(data.key));
      else sessionStorage.setItem(name(data.key), String(data.value));
      return { key: data.key, value: data.value };
    },
    "lti.get_data": (data) => ({ key: data.key, value: sessionStorage.getItem(name(data.key)) }),
  };

  window.addEventListener("message", (event) => {
    const data = event.data;
    if (event.origin !== tool || typeof data !== "object" || data === null || !Object.prototype.hasOwnProperty.call(answers, data.subject)) return;
    const answer = { subject: data.subject + ".response", message_id: data.message_id };
    const broken = data.subject !== "lti.capabilities" && typeof data.key !== "string";
    const said = broken ? { error: { code: "bad_request", message: "key" } } : answers[data.subject](data);
    event.source.postMessage(Object.assign(answer, said), event.origin);
  });
})();
