// Keeps what was typed into a form of entry in this tab of the browser until it is saved: a restart of the service, a
// login that ran out or a page that was left lose nothing. Without this script the forms work all the same.
(function () {
  "use strict";
  var PREFIX = "xianfeng-draft:";
  var SKIPPED = ["token", "checked", "version", "act"];

  function stored(key) {
    try { return JSON.parse(sessionStorage.getItem(key)); } catch (_) { return null; }
  }

  function keep(key, values) {
    try { sessionStorage.setItem(key, JSON.stringify(values)); } catch (_) { /* full or forbidden: the page still works */ }
  }

  function drop(prefix) {
    Object.keys(sessionStorage).forEach(function (key) {
      if (key === prefix || key.indexOf(prefix + "/") === 0) { sessionStorage.removeItem(key); }
    });
  }

  function valuesOf(form) {
    var values = {};
    Array.from(form.elements).forEach(function (field) {
      if (!field.name || SKIPPED.indexOf(field.name) >= 0 || field.type === "submit" || field.type === "file") { return; }
      if (field.type === "checkbox") {
        if (field.checked) { values[field.name] = (values[field.name] || []).concat(field.value); }
      } else { values[field.name] = field.value; }
    });
    return values;
  }

  function fill(form, values) {
    var changed = false;
    Array.from(form.elements).forEach(function (field) {
      if (!(field.name in values) || SKIPPED.indexOf(field.name) >= 0 || field.type === "file") { return; }
      if (field.type === "checkbox") {
        var wanted = values[field.name].indexOf(field.value) >= 0;
        changed = changed || field.checked !== wanted;
        field.checked = wanted;
      } else if (field.value !== values[field.name]) {
        changed = changed || field.type !== "hidden";
        field.value = values[field.name];
      }
    });
    return changed;
  }

  function say(form, key) {
    var notice = document.createElement("p");
    notice.className = "notice";
    notice.setAttribute("role", "status");
    notice.textContent = form.dataset.restored + " ";
    var button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    button.textContent = form.dataset.drop;
    button.addEventListener("click", function () { sessionStorage.removeItem(key); location.replace(location.href); });
    notice.append(button);
    form.before(notice);
  }

  function name(field) {
    var shown = field.form.querySelector("output[for='" + field.id + "']");
    shown.textContent = field.files.length ? field.files[0].name : shown.dataset.none;
  }

  var saved = document.querySelector("[data-saved]");
  if (saved) { drop(PREFIX + saved.dataset.subject + "/" + saved.dataset.saved); }

  Array.from(document.querySelectorAll("form[data-draft]")).forEach(function (form) {
    var key = PREFIX + form.dataset.draft;
    var draft = stored(key);
    // What the service answered to what was just sent is newer than the draft.
    var fresh = !("checked" in form.dataset) && !document.getElementById("refused");
    if (draft && fresh && fill(form, draft)) { say(form, key); }
    form.addEventListener("input", function (event) {
      if (event.target.type === "file") { event.target.setCustomValidity(""); name(event.target); }
      keep(key, valuesOf(form));
    });
    form.addEventListener("submit", function (event) {
      var large = Array.from(form.querySelectorAll("input[type=file][data-most]")).find(function (field) {
        return field.files.length && field.files[0].size > Number(field.dataset.most);
      });
      // A file that is refused anyway is not sent first.
      if (large) { event.preventDefault(); large.setCustomValidity(large.dataset.large); large.reportValidity(); return; }
      // A double click sends once; the id of the command would make the second do nothing anyway.
      setTimeout(function () { Array.from(form.querySelectorAll("button")).forEach(function (b) { b.disabled = true; }); }, 0);
    });
  });

  window.addEventListener("pageshow", function () {
    // A page that is gone back to has its file still.
    Array.from(document.querySelectorAll("input[type=file]")).forEach(name);
    Array.from(document.querySelectorAll("form[data-draft] button")).forEach(function (b) { b.disabled = false; });
  });
  var refused = document.querySelector(".faulty input, .faulty select, .faulty textarea");
  if (refused) { refused.focus(); }
})();
