const withSeconds: Intl.DateTimeFormatOptions = {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
};
const withDay: Intl.DateTimeFormatOptions = { year: 'numeric', month: 'short', day: 'numeric' };

/** The time of day of a moment on the wire, in the person's own zone; what is no moment stays as it is. */
export function timeOfDay(at: string): string {
  return format(at, withSeconds);
}

/** Day and time of a moment on the wire. */
export function dayAndTime(at: string): string {
  return format(at, { ...withDay, ...withSeconds });
}

function format(at: string, options: Intl.DateTimeFormatOptions): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? at : new Intl.DateTimeFormat(undefined, options).format(date);
}
