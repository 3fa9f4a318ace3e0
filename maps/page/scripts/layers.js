/* The switches of the layers, in groups. */

/* A control without a look of its own, in a corner of the map. */
export function box(map, position, className) {
  const control = L.control({ position });
  control.onAdd = () => {
    const made = L.DomUtil.create("div", `corridors-control ${className}`);
    L.DomEvent.disableClickPropagation(made);
    L.DomEvent.disableScrollPropagation(made);
    return made;
  };
  control.addTo(map);
  return control.getContainer();
}

/* One switch a layer, under its heading; in a <details>, which the keyboard opens. */
export function layers(map, made, headings, names) {
  const root = box(map, "topright", "corridors-layers");
  const details = L.DomUtil.create("details", "", root);
  L.DomUtil.create("summary", "", details).textContent = "Layers";
  const fields = headings.map((heading) => {
    const field = L.DomUtil.create("fieldset", "", details);
    L.DomUtil.create("legend", "", field).innerHTML = heading;
    return field;
  });
  names.forEach(([heading, title], at) => {
    addSwitch(map, made[at], fields[heading], title);
  });
  closeWithEscape(root, details);
}

function addSwitch(map, layer, field, title) {
  const label = L.DomUtil.create("label", "", field);
  const input = L.DomUtil.create("input", "", label);
  input.type = "checkbox";
  input.checked = map.hasLayer(layer);
  L.DomUtil.create("span", "", label).innerHTML = title;
  input.addEventListener("change", () => {
    if (input.checked) {
      map.addLayer(layer);
    } else {
      map.removeLayer(layer);
    }
  });
  map.on("layeradd layerremove", (event) => {
    if (event.layer === layer) {
      input.checked = map.hasLayer(layer);
    }
  });
}

function closeWithEscape(root, details) {
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && details.open) {
      details.open = false;
      details.querySelector("summary").focus();
    }
  });
}
