/* The address of the page: it always holds the line, so that a reload or a link brings it back. */

const MAX_ADDRESS = 30000; /* the server takes addresses of 32,768 bytes */

/* The query string with this draft in the place of any other, and whether it is too long to hold it. */
export function withDraft(search, draft) {
  const here = new URLSearchParams(search);
  here.delete("draft");
  const bare = here.toString();
  if (!draft) {
    return { query: bare, isTooLong: false };
  }
  here.set("draft", draft);
  const query = here.toString();
  return query.length > MAX_ADDRESS ? { query: bare, isTooLong: true } : { query, isTooLong: false };
}

/* The page of a query string. */
export function page(query) {
  return query ? `/?${query}` : "/";
}

/* What is asked in the form, without blanks and without the draft. */
export function asked(entries) {
  return new URLSearchParams([...entries].filter(([name, value]) => value.trim() !== "" && name !== "draft"));
}
