// Loads a page anew after a while, unless somebody is reading it with the keyboard or has marked text.
"use strict";

setInterval(() => {
  if (document.activeElement === document.body && getSelection().isCollapsed && !document.hidden) location.reload();
}, 5000);
