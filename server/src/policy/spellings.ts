/** A text and what it becomes when blanks around it are dropped and its escapes undone, once and again. */
export function spellings(text: string): readonly string[] {
  const found = new Set([text]);
  // As a reader of addresses does: blanks around it, and line ends and tabs anywhere, do not count.
  let current = text.replaceAll(/^[\0-\x20]+|[\0-\x20]+$/g, '');
  if (/^[\s\w+.-]*:/.test(current)) current = current.replaceAll(/[\t\r\n]/g, '');
  for (let round = 0; round < 4; round += 1) {
    found.add(current);
    if (!/%[0-9a-f]{2}/i.test(current)) break;
    const decoded = decode(current);
    if (decoded === current) break;
    current = decoded;
  }
  return [...found].filter((spelling) => spelling !== '');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replaceAll(/%([0-7][0-9a-f])/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  }
}
