/* What a learner watched, as xAPI statements, for every writer of statements. */
(function () {
  "use strict";
  var VIDEO = "https://w3id.org/xapi/video/";
  var DOCUMENT = "http://id.tincanapi.com/activitytype/document";

  Object.assign(window.Jampel.StatementWriter.prototype, {
    /* A medium was seen as far as the module asks: how much of it, and which seconds in this sitting (xAPI video profile). */
    watched(entry) {
      var extensions = {}, type = entry.medium.kind === "document" ? DOCUMENT : VIDEO + "activity-type/" + entry.medium.kind;
      extensions[VIDEO + "extensions/progress"] = Math.round(entry.share * 100) / 100;
      if (entry.ranges.length) {
        extensions[VIDEO + "extensions/played-segments"] = entry.ranges.map((range) => {
          return range.map((second) => Math.round(second * 100) / 100).join("[.]");
        }).join("[,]");
      }
      var object = { objectType: "Activity", id: this.who.children + "#" + entry.medium.id, definition: { type: type } };
      return this.statement("experienced", object, { extensions: extensions });
    }
  });
})();
