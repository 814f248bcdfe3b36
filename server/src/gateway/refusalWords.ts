import type { RuleAnswer } from '#protocol/policy';

/** Why a request to a model was refused, what would change that, and where it is written: it ends the run. */
export function refusalWords(reason: string, denying: readonly RuleAnswer[]): string {
  const remedies = denying.flatMap(({ remedy, source: { file, line } }) => {
    if (remedy === undefined) return [];
    const place = file === null ? '' : `${file}${line === null ? '' : `:${line}`}`;
    return [place === '' || remedy.includes(place) ? remedy : `${remedy} in ${place}`];
  });
  return remedies.length === 0 ? reason : `${reason}; to go on: ${[...new Set(remedies)].join('; ')}`;
}
