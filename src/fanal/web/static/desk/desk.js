// Warns before the session ends, keeps it at a press, and leaves at once on three presses of Escape. Nothing depends on it.
(function () {
  "use strict";
  var idle = Number(document.body.dataset.idle) * 1000;
  var leave = document.querySelector(".desk-head__leave");
  if (leave) {
    var presses = [];
    document.addEventListener("keydown", function (event) {
      if (event.key !== "Escape") { presses = []; return; }
      presses = presses.concat(event.timeStamp).slice(-3);
      if (presses.length === 3 && presses[2] - presses[0] < 2000) { leave.form.submit(); }
    });
  }
})();
