// Leads to what went wrong, warns before the desk locks, keeps what was typed, and leaves at once on three presses of Escape. Nothing depends on it.
(function () {
  "use strict";
  var body = document.body;
  var dialog = document.getElementById("idle");
  var leave = document.querySelector(".desk-head__leave");
  var presses = [];

  // What went wrong is said first: an alert that a page comes with is read aloud by few programs, what has the focus by all.
  var wrong = document.querySelector(".govuk-error-summary");
  if (wrong) { wrong.focus(); }

  if (leave) {
    document.addEventListener("keydown", function (event) {
      if (event.key !== "Escape") { presses = []; return; }
      presses = presses.concat(event.timeStamp).slice(-3);
      if (presses.length === 3 && presses[2] - presses[0] < 2000) { leave.form.submit(); }
    });
  }
  if (!dialog || !dialog.showModal) { return; }

  var idle = Number(body.dataset.idle) * 1000;
  var warn = Number(body.dataset.warn) * 1000;
  var lock = document.getElementById("idle-lock");
  var left = document.getElementById("idle-left");
  var tabs = window.BroadcastChannel ? new BroadcastChannel("fanal") : null;
  var seen = Date.now();   // when the server last heard of this officer
  var active = Date.now(); // when the officer last did something here
  var locking = false;

  // Fields that differ from what the page came with: form, name, value, whether it is ticked.
  function changed() {
    var found = [];
    Array.prototype.forEach.call(document.querySelectorAll("main form"), function (form, at) {
      Array.prototype.forEach.call(form.elements, function (field) {
        if (!field.name || /^(hidden|password|file|submit|button)$/.test(field.type) || field.name === "code") { return; }
        var tick = field.type === "radio" || field.type === "checkbox";
        var was = field.options ? Array.prototype.some.call(field.options, function (o) { return o.selected !== o.defaultSelected; })
          : tick ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
        if (was) { found.push([at, field.name, field.value, tick ? field.checked : true]); }
      });
    });
    return found;
  }

  function fill(fields) {
    var forms = document.querySelectorAll("main form");
    fields.forEach(function (entry) {
      var form = forms[entry[0]];
      Array.prototype.forEach.call(form ? form.elements : [], function (field) {
        if (field.name !== entry[1]) { return; }
        if (field.type === "radio" || field.type === "checkbox") {
          if (field.value === entry[2]) { field.checked = entry[3]; }
        } else { field.value = entry[2]; }
      });
    });
    if (fields.length) { document.getElementById("kept").hidden = false; }
  }

  function post(address) {
    var token = lock.querySelector("[name=csrfmiddlewaretoken]").value;
    return fetch(address, { method: "POST", headers: { "X-CSRFToken": token }, redirect: "manual" });
  }

  function heard() {
    seen = Date.now();
    if (dialog.open) { dialog.close(); }
  }

  function stay() {
    post(body.dataset.stay).then(function (answer) {
      if (answer.status !== 204) { end(); return; }
      heard();
      if (tabs) { tabs.postMessage("seen"); }
    }, function () {});
  }

  function end() {
    if (!locking) { locking = true; lock.requestSubmit(); }
  }

  function look() {
    var now = Date.now();
    var rest = seen + idle - now;
    if (rest <= 0) { end(); return; }
    if (active > seen && now - seen > idle / 6) { active = seen; stay(); return; }
    if (rest <= warn && !dialog.open) { dialog.showModal(); }
    if (dialog.open) {
      var s = Math.ceil(rest / 1000);
      left.textContent = Math.floor(s / 60) + ":" + ("0" + s % 60).slice(-2);
    }
  }

  lock.addEventListener("submit", function () {
    lock.elements.path.value = location.pathname + location.search;
    lock.elements.typed.value = JSON.stringify(changed());
  });
  document.getElementById("idle-stay").addEventListener("click", stay);
  dialog.addEventListener("cancel", function (event) { event.preventDefault(); stay(); });
  ["keydown", "pointerdown", "wheel", "touchmove"].forEach(function (what) {
    document.addEventListener(what, function () { if (!dialog.open) { active = Date.now(); } }, { passive: true, capture: true });
  });
  document.addEventListener("visibilitychange", look);
  if (tabs) {
    tabs.onmessage = heard;
    tabs.postMessage("seen");
  }
  setInterval(look, 1000);
  if (body.dataset.typed) {
    post(body.dataset.typed).then(function (answer) { return answer.json(); }).then(function (told) { fill(told.fields); }, function () {});
  }
})();
