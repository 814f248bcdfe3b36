/**
 * Why a path must not be used as it is written, or null. A name that some system reads as another one is refused on
 * every system, because a repository travels: drives, shares, streams, short names, devices, dropped endings.
 */
export function refusalOfWrittenPath(path: string): string | null {
  if (path === '') return 'it is empty';
  if (path.length > 4096) return 'it is too long';
  if (/\p{Cc}/u.test(path)) return 'it contains a control character';
  if (path.includes('\\')) return 'it contains a backslash, which other systems read as a separator';
  if (/^[A-Za-z]:/.test(path)) return 'it starts with a drive letter';
  if (path.startsWith('//')) return 'it starts like the name of a network share';
  for (const segment of path.split('/')) {
    const reason = refusalOfSegment(segment);
    if (reason !== null) return reason;
  }
  return null;
}

function refusalOfSegment(segment: string): string | null {
  // `.` and `..` are steps; a name of three dots and more is unusual and yet a name.
  if (/^\.*$/.test(segment)) return null;
  if (/[. ]$/.test(segment)) return 'a name in it ends with a dot or a blank, which other systems drop';
  if (segment.includes(':')) return 'it names a stream';
  if (/^[^.~]{1,6}~\d+(\.[^.]{0,3})?$/.test(segment)) return 'it contains a short name that stands for another one';
  if (/^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])( *\..*)?$/i.test(segment))
    return 'it names a device';
  return null;
}
