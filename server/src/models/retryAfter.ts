/**
 * How long a provider asks to be left alone, null where it does not say so in a form that means something: a number that
 * is none, a negative one or something else that some reader of dates would take for a date is no wish to be asked again
 * at once. Google says it in the body of its answer.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, body: string): number | null {
  const exact = numberIn(headers['retry-after-ms']);
  if (exact !== null) return exact;
  const seconds = numberIn(headers['retry-after']) ?? numberIn(/"retryDelay"\s*:\s*"([\d.]+)s"/.exec(body)?.[1]);
  return seconds === null ? untilDate(headers['retry-after']) : seconds * 1000;
}

function numberIn(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}(\.\d{1,9})?$/.test(text.trim()) ? Number(text) : null;
}

/** Dates of HTTP begin with the name of a day. One that has passed says nothing about now. */
function untilDate(text: string | undefined): number | null {
  const at = text !== undefined && /^[A-Z][a-z]{2,8}[, ]/.test(text.trim()) ? Date.parse(text) : Number.NaN;
  const inMs = at - Date.now();
  return inMs > 0 ? inMs : null;
}
