import { isSignedBy, type NoteKey } from './noteKey.ts';
import { parseSignatureLine } from './signedNote.ts';

// Cosignatures (C2SP tlog-cosignature, Ed25519): a witness says when it saw that a checkpoint continues all that it had
// seen of the log before. The time is part of what it signs.

/** The time of a cosignature, in seconds since 1970, where the line is one by this key over this text; else null. */
export function checkCosignature(text: string, line: string, key: NoteKey): number | null {
  const parsed = parseSignatureLine(line);
  if (key.kind !== 'cosignature' || parsed === null || parsed.name !== key.name || parsed.keyId !== key.id) return null;
  if (parsed.signature.length !== 72) return null;
  const seconds = Number(parsed.signature.readBigUInt64BE());
  if (seconds === 0 || seconds > latestSecond) return null;
  return isSignedBy(key, cosignedText(text, seconds), parsed.signature.subarray(8)) ? seconds : null;
}

/** The last second of the year 9999: what is later cannot be written as a date. */
const latestSecond = 253_402_300_799;

function cosignedText(text: string, seconds: number): string {
  return `cosignature/v1\ntime ${seconds}\n${text}`;
}
