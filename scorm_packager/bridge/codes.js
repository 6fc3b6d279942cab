/* The errors of both SCORMs: what went wrong has one name here, and the number and sentence that the content expects. */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});

  /* SCORM 1.2 Run-Time Environment, 3.3.6 */
  var TEXTS12 = {
    0: "No error", 101: "General exception", 201: "Invalid argument error", 202: "Element cannot have children",
    203: "Element not an array. Cannot have count", 301: "Not initialized", 401: "Not implemented error",
    402: "Invalid set value, element is a keyword", 403: "Element is read only", 404: "Element is write only", 405: "Incorrect data type"
  };
  var NUMBERS12 = {
    none: 0, argument: 201, noBegin: 101, again: 101, ended: 101, notBegun: 301, noEnd: 101, noCommit: 101, unknown: 201, unwritten: 401,
    noChildren: 202, noCount: 203, keyword: 402, readOnly: 403, writeOnly: 404, type: 405, range: 405, index: 201, order: 201, empty: 0,
    kept: 405, full: 405, fixed: 201
  };

  /* SCORM 2004 Run-Time Environment, 3.1.7 */
  var TEXTS2004 = {
    0: "No Error", 101: "General Exception", 102: "General Initialization Failure", 103: "Already Initialized",
    104: "Content Instance Terminated", 111: "General Termination Failure", 112: "Termination Before Initialization",
    113: "Termination After Termination", 122: "Retrieve Data Before Initialization", 123: "Retrieve Data After Termination",
    132: "Store Data Before Initialization", 133: "Store Data After Termination", 142: "Commit Before Initialization",
    143: "Commit After Termination", 201: "General Argument Error", 301: "General Get Failure", 351: "General Set Failure",
    391: "General Commit Failure", 401: "Undefined Data Model Element", 402: "Unimplemented Data Model Element",
    403: "Data Model Element Value Not Initialized", 404: "Data Model Element Is Read Only", 405: "Data Model Element Is Write Only",
    406: "Data Model Element Type Mismatch", 407: "Data Model Element Value Out Of Range", 408: "Data Model Dependency Not Established"
  };
  var NUMBERS2004 = {
    none: 0, argument: 201, noBegin: 102, again: 103, ended: 104, noEnd: 111, noCommit: 391, unknown: 401, unwritten: 402,
    noChildren: 301, noCount: 301, keyword: 404, readOnly: 404, writeOnly: 405, type: 406, range: 407, index: 351, getIndex: 301,
    order: 408, empty: 403, kept: 351, full: 351, fixed: 351
  };
  /* What is called too early or too late has a number for each call. */
  var EARLY = { get: 122, set: 132, save: 142, end: 112 };
  var LATE = { get: 123, set: 133, save: 143, end: 113 };

  Jampel.codes = {
    "12": {
      texts: TEXTS12,
      number: function (name) { return name in NUMBERS12 ? NUMBERS12[name] : name === "getIndex" ? 201 : 101; },
      outside: function () { return 301; }
    },
    "2004": {
      texts: TEXTS2004,
      number: function (name) { return name in NUMBERS2004 ? NUMBERS2004[name] : 101; },
      outside: function (call, late) { return (late ? LATE : EARLY)[call]; }
    }
  };
})();
