import type { Finding } from '#protocol/gate';

/** The words of a task that mends a finding. */
export function taskFor({ path, line, message, rule, source }: Finding): string {
  const place = path === null ? '' : ` in ${path}${line === null ? '' : `:${line}`}`;
  return `Mend this finding${place}: ${message.replaceAll(/\s+/g, ' ').trim()} (${source}, ${rule})`;
}
