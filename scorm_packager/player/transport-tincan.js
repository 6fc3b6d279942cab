/* Tin Can launch: the LMS says in the address which LRS, credential, actor, registration and activity the module has.
 *
 * endpoint, auth (the whole Authorization header), actor, registration and activity_id stand in the query; without an endpoint the
 * module plays alone.
 */
(function () {
  "use strict";
  var Jampel = window.Jampel;

  function first(value) {
    return Array.isArray(value) ? value[0] : value;
  }

  /* Early launches write every property of an actor as a list, and an account by its old names. */
  function agent(text) {
    var given = JSON.parse(text), found = { objectType: "Agent" };
    ["name", "mbox", "mbox_sha1sum", "openid"].forEach((name) => {
      if (typeof first(given[name]) === "string") found[name] = first(given[name]);
    });
    var account = first(given.account);
    if (account) {
      found.account = { homePage: account.homePage || account.accountServiceHomePage, name: String(account.name || account.accountName) };
    }
    /* xAPI Data 2.4.2.3: exactly one identifier */
    var identifiers = ["account", "mbox", "mbox_sha1sum", "openid"].filter((name) => found[name]);
    if (!identifiers.length) throw new Error("the actor has no identifier");
    identifiers.slice(1).forEach((name) => { delete found[name]; });
    return found;
  }

  /* The launch in the query, null when there is none or it cannot be used. */
  function launch(query, course, config) {
    var asked = new URLSearchParams(query);
    try {
      if (!/^https?:\/\//.test(asked.get("endpoint") || "") || !asked.get("auth")) return null;
      return {
        endpoint: asked.get("endpoint"),
        authorization: asked.get("auth"),
        actor: agent(asked.get("actor")),
        registration: asked.get("registration") || "",
        activity: asked.get("activity_id") || course.iri,
        extensions: Object.assign(Jampel.statements.declared(course), config.extensions)
      };
    } catch (error) {
      return null;
    }
  }

  Jampel.transports.tincan = (course, config, tell) => {
    var found = launch(window.location.search, course, config);
    return found ? new Jampel.XapiTransport(course, found, tell) : Jampel.alone(course, tell, "tincan", "noLms");
  };
  Jampel.tincan = { launch: launch };
})();
