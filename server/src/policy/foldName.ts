/**
 * One spelling for all names that some file system takes for the same: Unicode compatibility forms, case and characters
 * that show nothing are folded away, and so are the trailing dots and blanks that Windows drops. Used to recognise
 * protected names on every system, because a repository travels.
 */
export function foldName(name: string): string {
  // Nothing to fold in the usual name; this keeps decisions about ordinary paths fast.
  const isPlain = /^[\w-][\w.-]*[\w-]$/.test(name);
  if (isPlain) return name.toLowerCase();
  const visible = name.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  return visible
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
    .replace(/(?<=[^. ])[. ]+$/u, '');
}
