/* Takes the record out of a module that no LMS follows: a file for the institution, and a clean browser for the next learner. */
(function () {
  "use strict";
  var Jampel = window.Jampel;
  var Player = Jampel.Player;
  var h = Jampel.h;

  function field(player, id, key, value) {
    return h("p", { class: "jp-field" }, [
      h("label", { for: id, text: player.say(key) }),
      h("input", { type: "text", id: id, class: "jp-text", autocomplete: "off", maxlength: 200, value: value || "" })
    ]);
  }

  function download(file) {
    var address = URL.createObjectURL(file.blob);
    var link = h("a", { href: address, download: file.name, hidden: true });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => { URL.revokeObjectURL(address); }, 60000);
  }

  Object.assign(Player.prototype, {
    /* The part of the result where the record is taken out, or null where an LMS has it. */
    exportPart() {
      var transport = this.session.transport;
      var id = field(this, "jp-siapa", "exportId"), name = field(this, "jp-nama", "exportName", this.config.learner);
      var said = h("p", { class: "jp-problem", role: "alert", id: "jp-siapa-salah" });
      var input = id.querySelector("input");
      input.setAttribute("required", "");
      var form = h("form", { class: "jp-export", novalidate: true, on: { submit: (event) => {
        event.preventDefault();
        var missing = !input.value.trim();
        said.textContent = missing ? this.say("exportNeedsId") : "";
        input.setAttribute("aria-invalid", String(missing));
        if (missing) return input.focus();
        var file = transport.export({ id: input.value, name: name.querySelector("input").value });
        download(file);
        return this.tell("exported", { n: file.count, name: file.name }, "info");
      } } }, [
        h("p", { text: this.say("exportText") }), id, name, said,
        h("div", { class: "jp-actions" }, [
          h("button", { type: "submit", class: "jp-button", text: this.say("exportDo") }),
          this.button("clearRecord", "", () => { if (window.confirm(this.say("clearSure"))) this.forget(); })
        ])
      ]);
      return h("details", { class: "jp-review" }, [h("summary", { text: this.say("exportTitle") }), form]);
    },

    forget() {
      this.session.transport.clear();
      window.location.reload();
    }
  });
})();
