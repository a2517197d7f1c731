// Draws what ties an identity from where the server placed it. The tables below have all of it; nothing depends on this.
(function () {
  "use strict";
  var picture = document.getElementById("picture");
  if (!picture || !window.cytoscape) { return; }
  var drawn = JSON.parse(picture.dataset.graph);
  var place = document.getElementById("graph");
  var find = document.getElementById("find");
  var found = document.getElementById("found");
  var SHAPES = {
    account: "round-rectangle", identifier: "ellipse", device: "diamond", address: "triangle", identity: "hexagon"
  };
  var COLOURS = {
    account: "--govuk-brand-colour", identifier: "--govuk-link-colour", device: "--govuk-success-colour",
    address: "--govuk-secondary-text-colour", identity: "--govuk-error-colour"
  };
  var forced = window.matchMedia("(forced-colors: active)");

  function colour(name) {
    // Where the system sets its own colours, a picture has the one of text.
    if (forced.matches) { return window.getComputedStyle(document.body).color; }
    return window.getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function looks() {
    var text = colour("--govuk-text-colour");
    var style = [
      { selector: "node", style: {
        label: "data(name)", color: text, "font-size": 13, "text-valign": "bottom", "text-margin-y": 4,
        "text-max-width": 120, "text-wrap": "ellipsis", width: 26, height: 26, "border-width": 0
      } },
      { selector: "edge", style: {
        width: 2, "line-color": colour("--govuk-secondary-text-colour"), "curve-style": "straight", opacity: 0.6
      } },
      { selector: "edge[role = 'context']", style: { "line-style": "dashed" } },
      { selector: "edge[role = 'against']", style: { "line-style": "dotted", width: 3 } },
      { selector: ".far", style: { opacity: 0.15 } },
      { selector: ".here", style: { "border-width": 5, "border-color": text, "text-wrap": "none" } }
    ];
    Object.keys(SHAPES).forEach(function (kind) {
      style.push({
        selector: "node[kind = '" + kind + "']", style: { shape: SHAPES[kind], "background-color": colour(COLOURS[kind]) }
      });
    });
    return style;
  }

  picture.hidden = false;
  var graph = window.cytoscape({
    container: place,
    elements: {
      nodes: drawn.nodes.map(function (one) { return { data: one, position: { x: one.x, y: one.y } }; }),
      edges: drawn.ties.map(function (one) { return { data: one }; })
    },
    layout: { name: "preset", padding: 40 },
    style: looks(),
    minZoom: 0.05,
    maxZoom: 4,
    // The wheel scrolls the page; buttons and keys change the size.
    userZoomingEnabled: false,
    autoungrabify: true,
    boxSelectionEnabled: false
  });

  function show(node) {
    graph.elements().removeClass("far here");
    found.textContent = "";
    find.value = node ? node.id() : "";
    if (!node) { return; }
    var near = node.closedNeighborhood();
    graph.elements().not(near).addClass("far");
    node.addClass("here");
    var name = document.createElement(node.data("url") ? "a" : "strong");
    name.textContent = node.data("word") + " " + node.data("name");
    if (node.data("url")) { name.href = node.data("url"); name.className = "govuk-link"; }
    found.appendChild(name);
    var reasons = [];
    node.connectedEdges().forEach(function (edge) {
      var reason = drawn.reasons[edge.data("reason")];
      if (reasons.indexOf(reason) < 0) { reasons.push(reason); }
    });
    found.appendChild(document.createTextNode(": " + reasons.join(" ")));
  }

  function larger(times) {
    graph.zoom({ level: graph.zoom() * times, renderedPosition: { x: place.clientWidth / 2, y: place.clientHeight / 2 } });
  }

  var KEYS = {
    ArrowLeft: function () { graph.panBy({ x: 60, y: 0 }); },
    ArrowRight: function () { graph.panBy({ x: -60, y: 0 }); },
    ArrowUp: function () { graph.panBy({ x: 0, y: 60 }); },
    ArrowDown: function () { graph.panBy({ x: 0, y: -60 }); },
    "+": function () { larger(1.25); },
    "-": function () { larger(0.8); }
  };
  place.addEventListener("keydown", function (event) {
    if (KEYS[event.key]) { event.preventDefault(); KEYS[event.key](); }
  });
  picture.querySelectorAll("[data-act]").forEach(function (button) {
    button.addEventListener("click", function () {
      if (button.dataset.act === "fit") { graph.fit(undefined, 40); } else { larger(button.dataset.act === "in" ? 1.25 : 0.8); }
    });
  });
  find.addEventListener("change", function () {
    var node = find.value ? graph.getElementById(find.value) : null;
    show(node);
    if (node) { graph.center(node); }
  });
  graph.on("tap", function (event) { show(event.target === graph || !event.target.isNode() ? null : event.target); });
  [window.matchMedia("(prefers-color-scheme: dark)"), forced].forEach(function (query) {
    query.addEventListener("change", function () { graph.style(looks()); });
  });
})();
