/* The panel beside the map: short addresses, fields that grow, what is said while work is done.
   Without these scripts the form works as well. */

const NARROW_PX = 900;
const MOST_FIELDS = 20;
const READ_OUT_MS = 150;

/* Whether a field says nothing: blanks, and what stands at its default. */
export function saysNothing(value, usual) {
  const text = value.trim();
  return text === "" || text === usual;
}

/* What says nothing is not sent; the function that comes back undoes this. */
function mute(form) {
  const muted = [];
  function off(field) {
    if (!field.disabled) {
      field.disabled = true;
      muted.push(field);
    }
  }
  for (const field of form.querySelectorAll("input[data-default], select[data-default]")) {
    if (saysNothing(field.value, field.dataset.default)) {
      off(field);
    }
  }
  for (const set of form.querySelectorAll(".web-boxes")) {
    const boxes = [...set.querySelectorAll("input")];
    const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
    if (chosen.join(" ") === set.dataset.default) {
      boxes.forEach(off);
    }
  }
  return () => {
    for (const field of muted) {
      field.disabled = false;
    }
  };
}

/* A comparison has no criterion and no number of routes; a Pareto set neither. */
function fit(form) {
  const compares = form.querySelector("input[name=question][value=compare]").checked;
  const isPareto = !compares && Boolean(form.querySelector("input[name=pareto]:checked"));
  for (const set of form.querySelectorAll(".web-plan")) {
    set.disabled = compares;
  }
  for (const name of ["by", "count", "different"]) {
    form.elements[name].disabled = isPareto;
  }
  form.elements.epsilon.disabled = !isPareto;
  form.querySelector("button").textContent = compares ? "Compare" : "Find routes";
}

/* The last of several fields is always an empty one. */
function grow(set) {
  const fields = set.querySelectorAll("input");
  const last = fields[fields.length - 1];
  if (!last.value.trim() || fields.length > MOST_FIELDS) {
    return;
  }
  const next = last.cloneNode(false);
  next.value = "";
  next.removeAttribute("value");
  next.setAttribute("aria-label", `${set.dataset.title}, ${fields.length + 1}`);
  last.after(next);
}

export function panel() {
  const form = document.getElementById("web-form");
  const button = form.querySelector("button");
  const status = document.querySelector(".web-status");
  let restore = null;
  fit(form);
  form.addEventListener("input", (event) => {
    const set = event.target.closest(".web-several");
    if (set) {
      grow(set);
    }
    fit(form);
  });
  form.addEventListener("submit", () => {
    restore = mute(form);
    button.disabled = true;
    button.textContent = "Working ...";
    status.textContent = "Working; a question is stopped after some seconds.";
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      restore?.();
      button.disabled = false;
      fit(form);
    }
  });
  const details = document.querySelector(".web-question");
  if (window.innerWidth < NARROW_PX && !details.hasAttribute("data-keep")) {
    details.open = false;
  }
  document.querySelector(".web-alert")?.focus({ preventScroll: false });
  const text = status.textContent;
  status.textContent = "";
  /* what comes later is read out */
  setTimeout(() => {
    status.textContent = text;
  }, READ_OUT_MS);
}
