// Keeps the numbers of an open page current. A frame carries the page's own live elements, id to HTML; what differs is
// written into the elements that are there, so nothing that the reader looks at, has scrolled to or focused is replaced.
// A list stays as it was read: it only says how many figures of its unit have changed since.
(function () {
  "use strict";
  var indicator = document.getElementById("live-state");
  var notice = document.getElementById("list-changed");
  if (!indicator && !notice) { return; }
  var unit = (indicator || notice).dataset.unit;
  var first = null, newest = {};

  function show(state) {
    if (!indicator) { return; }
    if (indicator.dataset.state === state && indicator.textContent) { return; }
    indicator.dataset.state = state;
    indicator.textContent = indicator.dataset[state + "Text"];
    if (state === "login") {
      var again = document.createElement("a");
      again.href = location.href;
      again.textContent = indicator.dataset.againText;
      indicator.append(again);
    }
  }

  function update(element, fresh) {
    var changed = false;
    Array.from(fresh.attributes).forEach(function (attribute) {
      if (element.getAttribute(attribute.name) !== attribute.value) {
        element.setAttribute(attribute.name, attribute.value);
      }
    });
    if (element.textContent !== fresh.textContent) {
      element.textContent = fresh.textContent;
      changed = true;
    }
    return changed;
  }

  function flash(element) {
    element.classList.remove("changed");
    void element.getBoundingClientRect();
    element.classList.add("changed");
  }

  function apply(frame) {
    var page = document.getElementById("numbers");
    document.getElementById("shape-changed").classList.toggle("gone", frame.shape === page.dataset.shape);
    var template = document.createElement("template");
    Object.keys(frame.live).forEach(function (id) {
      var element = document.getElementById(id);
      if (!element) { return; }
      template.innerHTML = frame.live[id];
      if (update(element, template.content.firstElementChild)) { flash(element); }
    });
    document.getElementById("as-of").textContent = document.getElementById("n-day").textContent;
    page.dataset.frames = Number(page.dataset.frames || 0) + 1;
  }

  function text(html) {
    var template = document.createElement("template");
    template.innerHTML = html;
    return template.content.textContent;
  }

  // The first frame is what was there when the list was read; bars have no text, they only repeat numbers.
  function count(frame) {
    Object.keys(frame.live).forEach(function (id) { newest[id] = text(frame.live[id]); });
    first = first || Object.assign({}, newest);
    var changed = Object.keys(newest).filter(function (id) { return newest[id] !== (first[id] || ""); });
    notice.firstElementChild.textContent = notice.dataset.text.replace("{count}", String(changed.length));
    notice.classList.toggle("gone", changed.length === 0);
    notice.dataset.frames = Number(notice.dataset.frames || 0) + 1;
  }

  // Other conditions were chosen: what is shown now was read now.
  if (notice) {
    document.addEventListener("htmx:afterSettle", function () {
      first = first && Object.assign({}, newest);
      notice.classList.add("gone");
    });
  }

  function take(message) {
    if (message.state) { show(message.state); } else if (indicator) { apply(message.frame); } else { count(message.frame); }
  }

  // One stream for the whole browser where shared workers exist (a browser allows six connections a host);
  // elsewhere one for this page while it is looked at.
  function connect() {
    var address = document.body.dataset.worker;
    if (window.SharedWorker) {
      var worker = new SharedWorker(address, { name: "xianfeng-live" });
      worker.port.onmessage = function (event) { take(event.data); };
      var tell = function () { worker.port.postMessage({ watch: unit }); };
      tell();
      setInterval(tell, 20000);
      window.addEventListener("pagehide", function () { worker.port.postMessage({ leave: true }); });
      window.addEventListener("pageshow", function (event) { if (event.persisted) { tell(); } });
    } else {
      var script = document.createElement("script");
      script.src = address;
      script.onload = followWhileSeen;
      document.head.append(script);
    }
  }

  function followWhileSeen() {
    var stop = null;
    function settle() {
      if (document.hidden === (stop === null)) { return; }
      if (stop) { stop(); }
      stop = document.hidden ? null : window.xianfengLive.follow([unit], function (_, message) { take(message); });
    }
    document.addEventListener("visibilitychange", settle);
    settle();
  }

  // The page comes first: the stream's worker would take the processor from its painting.
  window.addEventListener("load", connect);
})();
