// Holds the one event stream of this browser and hands each unit's frames to the pages that show it.
(function (scope) {
  "use strict";
  var FIRST = 500, LONGEST = 30000, LOGGED_OUT = 20000;
  // The service says something every fifteen seconds; a line that is dead without a word is found out by this.
  var SILENCE = 40000;

  // Follow units; `deliver(unit, message)` gets frames (unit set) and states (unit null). Returns a function that ends it.
  // A native EventSource gives up for good on an error answer of a proxy, so it is opened again here.
  function follow(units, deliver) {
    var source = null, timer = null, watch = null, pause = FIRST;

    function open() {
      var query = units.map(function (unit) { return "unit=" + encodeURIComponent(unit); }).join("&");
      source = new EventSource("/events?" + query);
      source.onopen = function () { pause = FIRST; };
      source.onerror = lost;
      source.addEventListener("beat", heard);
      source.addEventListener("state", function (event) {
        heard();
        // A stream ends now and then, and is opened anew: nothing that a reader need know.
        if (event.data === "again") { again(0); return; }
        deliver(null, { state: event.data });
        // Whoever logs in again, in whichever tab, makes all of them live.
        if (event.data === "login") { again(LOGGED_OUT); }
      });
      units.forEach(function (unit) {
        source.addEventListener(unit, function (event) {
          heard();
          deliver(unit, { frame: JSON.parse(event.data) });
        });
      });
      heard();
    }

    function heard() {
      clearTimeout(watch);
      watch = setTimeout(lost, SILENCE);
    }

    function lost() {
      deliver(null, { state: "stalled" });
      again(pause * (0.5 + Math.random()));
      pause = Math.min(pause * 2, LONGEST);
    }

    function again(soon) {
      end();
      timer = setTimeout(open, soon);
    }

    function end() {
      clearTimeout(timer);
      clearTimeout(watch);
      source.close();
    }

    open();
    return end;
  }

  scope.xianfengLive = { follow: follow };
  if (typeof SharedWorkerGlobalScope === "undefined") { return; }

  // A background page is slowed to one message a minute; one that was silent for three has gone.
  var SILENT = 180000;
  var pages = new Map(), newest = new Map(), state = null, followed = "", stop = null, soon = null;

  function wanted() {
    var units = new Set();
    pages.forEach(function (page) { units.add(page.unit); });
    return Array.from(units).sort();
  }

  // A frame after the first holds only what changed; a page that comes later needs the whole.
  function joined(before, message) {
    var live = Object.assign({}, before ? before.frame.live : {}, message.frame.live);
    return { frame: { shape: message.frame.shape, live: live } };
  }

  function deliver(unit, message) {
    if (unit === null) { state = message; } else { newest.set(unit, joined(newest.get(unit), message)); }
    pages.forEach(function (page, port) {
      if (unit === null || page.unit === unit) { port.postMessage(message); }
    });
  }

  function settle() {
    soon = null;
    var units = wanted();
    if (units.join() === followed) { return; }
    if (stop) { stop(); }
    followed = units.join();
    newest.forEach(function (_, unit) { if (units.indexOf(unit) < 0) { newest.delete(unit); } });
    stop = units.length ? follow(units, deliver) : null;
  }

  // Going from page to page must not open two streams.
  function settleSoon() { if (soon === null) { soon = setTimeout(settle, 50); } }

  function greet(port, unit) {
    if (state) { port.postMessage(state); }
    if (newest.has(unit)) { port.postMessage(newest.get(unit)); }
  }

  scope.onconnect = function (event) {
    var port = event.ports[0];
    port.onmessage = function (message) {
      if (message.data.leave) {
        pages.delete(port);
      } else {
        var known = pages.has(port);
        pages.set(port, { unit: message.data.watch, heard: Date.now() });
        if (!known) { greet(port, message.data.watch); }
      }
      settleSoon();
    };
  };

  setInterval(function () {
    pages.forEach(function (page, port) { if (Date.now() - page.heard > SILENT) { pages.delete(port); } });
    settleSoon();
  }, 60000);
})(self);
