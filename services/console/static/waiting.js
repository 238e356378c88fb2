// A page that waits looks by itself whether what it waits for is there (an answer that is neither 202 nor 503), and opens
// it then. Until then only what has changed is written: who reads or listens is not interrupted, as a page that is
// loaded again and again would do (WCAG 2.2, failure F41).
(function () {
  "use strict";
  var waiting = document.getElementById("waiting");
  var here = location.pathname + location.search;

  function later() { setTimeout(look, Number(waiting.dataset.seconds) * 1000); }

  function look() {
    fetch(here, { redirect: "manual" }).then(function (answer) {
      if (answer.status !== 202 && answer.status !== 503) { open(); return; }
      return answer.text().then(show).then(later);
    }).catch(later);
  }

  // A file is handed over and the page stays: it must not go on saying that it waits.
  function open() {
    waiting.textContent = waiting.dataset.readyText;
    location.replace(here);
  }

  function show(html) {
    var fresh = new DOMParser().parseFromString(html, "text/html").getElementById("waiting");
    if (!fresh || fresh.innerHTML === waiting.innerHTML) { return; }
    waiting.innerHTML = fresh.innerHTML;
    waiting.dataset.seconds = fresh.dataset.seconds;
  }

  later();
})();
