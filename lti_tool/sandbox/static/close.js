window.addEventListener("message", (event) => {
  if (event.data && event.data.subject === "org.imsglobal.lti.close") window.location.href = document.getElementById("back").href;
});
