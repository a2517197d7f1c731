// Lets a passkey answer: at sign-in, when one is added, and as the fresh second factor of a form.
(function () {
  "use strict";
  var able = window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;

  function tell(button, name) {
    var place = button.parentElement.querySelector("[data-passkey-says]");
    Array.prototype.forEach.call(place.children, function (line) { line.hidden = line.dataset.when !== name; });
  }

  function answered(button, credential) {
    var form = button.form;
    form.elements.credential.value = JSON.stringify(credential);
    if (form.elements.code) { form.elements.code.required = false; }
    var sends = form.querySelectorAll("button:not([type=button])");
    if (sends.length < 2) { form.requestSubmit(sends[0]); return; }
    tell(button, "ready");
    sends[0].focus();
  }

  function ask(button) {
    if (button.dataset.create) {
      return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(button.dataset.create).publicKey) });
    }
    var asked = button.dataset.get ? Promise.resolve(JSON.parse(button.dataset.get))
      : fetch(button.dataset.ask).then(function (answer) { return answer.json(); });
    return asked.then(function (options) {
      return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey) });
    });
  }

  Array.prototype.forEach.call(document.querySelectorAll("[data-passkey]"), function (button) {
    if (!able) { tell(button, "unable"); return; }
    button.hidden = false;
    button.addEventListener("click", function () {
      tell(button, "asking");
      ask(button).then(function (credential) { answered(button, credential); }, function () { tell(button, "failed"); });
    });
  });
})();
