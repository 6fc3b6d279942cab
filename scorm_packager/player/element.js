/* Makes elements: h("p", {class: "x", text: "…", html: "…", on: {click: f}}, [children]) */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});

  Jampel.h = (tag, attributes, children) => {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach((name) => {
      var value = attributes[name];
      if (value === null || value === undefined || value === false) return;
      if (name === "text") element.textContent = value;
      else if (name === "html") element.innerHTML = value;
      else if (name === "on") Object.keys(value).forEach((event) => { element.addEventListener(event, value[event]); });
      else element.setAttribute(name, value === true ? "" : value);
    });
    (children || []).forEach((child) => { if (child) element.append(child); });
    return element;
  };
})();
