// Control characters beyond those that JSON escapes, and characters that turn text around or hide it: written as escapes
// they mean the same to every reader of JSON and cannot deceive one of text.
const hidden = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** JSON of a value, on one line, with nothing in it that could deceive who looks at it. */
export function plainJson(value: unknown): string {
  return escapeHidden(JSON.stringify(value));
}

/** The same for text that is JSON already. */
export function escapeHidden(json: string): string {
  return json.replaceAll(hidden, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
