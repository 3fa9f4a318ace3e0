/* Questions to the server: each gives whether it was answered, and the answer or the error. */

const SILENT = { error: "the server does not answer; is it still running?" };

/* What changes the saved lines says which version of them it has seen; a new one needs none. */
export function headers(method, path, version) {
  const isChange = method !== "POST" || path === "/undo";
  const seen = version && isChange ? { "If-Match": version } : {};
  return { "Content-Type": "application/json", ...seen };
}

export function api(version) {
  return async (method, path, content) => {
    const body = content ? JSON.stringify(content) : undefined;
    const asked = fetch(`/api/segments${path}`, { method, headers: headers(method, path, version), body });
    const answer = await asked.catch(() => null);
    return answer ? { ok: answer.ok, data: await answer.json() } : { ok: false, data: SILENT };
  };
}
