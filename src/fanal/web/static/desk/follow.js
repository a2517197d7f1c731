// Shows how far a job is without a press, for ten minutes after the last touch: a page left alone must not keep its officer signed in.
(function () {
  "use strict";
  var touched = Date.now();
  ["keydown", "pointerdown", "pointermove"].forEach(function (name) {
    document.addEventListener(name, function () { touched = Date.now(); }, { passive: true });
  });
  function look() {
    var here = document.querySelector("#job[data-follow]");
    if (!here) { return; }
    if (document.hidden || Date.now() - touched > 600000) { window.setTimeout(look, 3000); return; }
    fetch(window.location.href, { credentials: "same-origin", redirect: "error" }).then(function (answer) {
      return answer.ok ? answer.text() : Promise.reject(new Error(answer.status));
    }).then(function (text) {
      var fresh = new DOMParser().parseFromString(text, "text/html").querySelector("#job");
      if (!fresh) { return; }
      if (fresh.dataset.follow === undefined) { window.location.reload(); return; }
      here.replaceChildren.apply(here, fresh.childNodes);
      window.setTimeout(look, 3000);
    }).catch(function () {});
  }
  window.setTimeout(look, 3000);
})();
