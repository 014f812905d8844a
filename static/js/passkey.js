/* Connects allauth's passkey functions to the form that has data-passkey ("add" or "authenticate").
   Where the browser offers no passkeys at this address the form stays hidden and the page says so. */
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const form = document.querySelector("[data-passkey]");
  if (!form) return;
  if (!window.PublicKeyCredential) {
    const missing = document.querySelector("[data-passkey-missing]");
    if (missing) missing.hidden = false;
    return;
  }
  form.hidden = false;
  const credential = form.querySelector("[name=credential]").id;
  const ids = { credential, data: "passkey-data", add: "passkey-button", authenticate: "passkey-button" };
  const forms = window.allauth.webauthn.forms;
  if (form.dataset.passkey === "add") forms.addForm({ ids });
  else forms.authenticateForm({ ids });
  document.addEventListener("allauth.error", (event) => {
    // The reader gets words in the page; the console would only repeat the browser's own.
    event.preventDefault();
    const words = form.querySelector("[data-passkey-error]");
    if (words) words.hidden = false;
  });
});
