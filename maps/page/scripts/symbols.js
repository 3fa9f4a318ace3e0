/* The drawings of the symbols, and what each is called. */

function drawn(body) {
  return `<svg viewBox='0 0 16 16'>${body}</svg>`;
}

const RING = "<circle cx='8' cy='8' r='7' fill='#fff' stroke='#222' stroke-width='1.6'/>";

/* A ring with a thin drawing in it. */
function ringed(path) {
  return drawn(`${RING}<path d='${path}' fill='none' stroke='#222' stroke-width='1.4'/>`);
}

export const SYMBOLS = {
  border: drawn(
    "<rect x='2.5' y='2.5' width='11' height='11' rx='1.5' fill='#fff' stroke='#222' stroke-width='1.8'/>" +
      "<path d='M8 2.5v11' stroke='#222' stroke-width='1.8'/>",
  ),
  closed: drawn(
    "<rect x='2' y='2' width='12' height='12' rx='1.5' fill='#fff' stroke='#B00020' stroke-width='2'/>" +
      "<path d='M4.5 4.5l7 7m0-7l-7 7' stroke='#B00020' stroke-width='2'/>",
  ),
  gauge: drawn(
    "<path d='M8 1l7 7-7 7-7-7z' fill='#fff' stroke='#222' stroke-width='1.8'/>" +
      "<path d='M5 6.2h6M5 9.8h6' stroke='#222' stroke-width='1.5'/>",
  ),
  port: ringed("M8 4v8M5.6 6.2h4.8M4.4 9c.4 2 1.8 3 3.6 3s3.2-1 3.6-3"),
  ferry: ringed("M4 9h8l-1.2 2.6H5.2zM6 9V6h4v3M8 6V4"),
  airport: ringed("M8 3.2v9.6M3.6 9l4.4-2.2L12.4 9M6 12.4l2-1 2 1"),
  end: drawn(
    "<circle cx='8' cy='8' r='6.6' fill='#fff' stroke='#222' stroke-width='2.4'/>" +
      "<circle cx='8' cy='8' r='2.6' fill='#222'/>",
  ),
};

export const KINDS = {
  border: "border crossing",
  closed: "border crossing, closed",
  gauge: "break of gauge",
  port: "port",
  ferry: "ferry terminal",
  airport: "airport",
  end: "origin or destination",
};
