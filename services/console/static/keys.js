// Keys for whoever works without a mouse: `/` goes to the search field; in a list j, k and the arrows go from row to
// row, Enter opens (it is a link), n and p turn the page. Nothing is taken from somebody who types.
(function () {
  "use strict";

  function typing(element) {
    return element && (/^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName) || element.isContentEditable);
  }

  function rows() {
    return Array.from(document.querySelectorAll(".list tbody th a"));
  }

  // From outside of the list the first key goes to its first row.
  function step(by) {
    var all = rows(), at = all.indexOf(document.activeElement);
    var next = all[at < 0 ? 0 : at + by];
    if (next) { next.focus(); }
    return Boolean(next) || at >= 0;
  }

  function turn(direction) {
    var link = document.querySelector('.pager a[rel="' + direction + '"]');
    if (link) { link.click(); }
    return Boolean(link);
  }

  function find() {
    var field = document.getElementById("find");
    if (field) { field.focus(); }
    return Boolean(field);
  }

  function inList() {
    return rows().indexOf(document.activeElement) >= 0;
  }

  // Arrows scroll the page until a row has the focus.
  var KEYS = {
    "/": find,
    j: function () { return step(1); }, k: function () { return step(-1); },
    n: function () { return turn("next"); }, p: function () { return turn("prev"); },
    ArrowDown: function () { return inList() && step(1); }, ArrowUp: function () { return inList() && step(-1); }
  };

  document.addEventListener("keydown", function (event) {
    var act = KEYS[event.key];
    if (!act || event.ctrlKey || event.altKey || event.metaKey || typing(document.activeElement)) { return; }
    if (act()) { event.preventDefault(); }
  });
})();
