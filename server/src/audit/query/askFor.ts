import { readEntry } from '../chain/entry.ts';
import type { PersonalValues } from '../personal/personalValues.ts';
import { acceptFor, type EntryFilter } from './entryFilter.ts';
import { prefilterFor } from './prefilter.ts';
import type { Reading } from './readSegment.ts';
import type { Question } from './segmentSource.ts';

/** A filter as it is put to the lines of a log and to its indexes, where personal values may stand as commitments. */
export function askFor(
  personal: PersonalValues,
  filter: EntryFilter,
): Pick<Reading, 'entryOf' | 'accepts' | 'prefilter'> & { readonly question: Question } {
  const accepts = acceptFor(filter);
  if (!personal.isUsed) {
    const question: Question = { filter, valuesFor: (_field, value) => [value] };
    return { question, entryOf: readEntry, accepts, prefilter: prefilterFor(filter) };
  }
  const standing = filter.agent === undefined ? [] : personal.commitmentsTo(filter.agent);
  // A person's name and free text may not be in the line at all.
  const { agent: _agent, text: _text, ...inLine } = filter;
  return {
    question: { filter, valuesFor: (field, value) => (field === 'agent' ? [value, ...standing] : [value]) },
    entryOf: (line) => {
      const entry = readEntry(line);
      return entry === null ? null : personal.resolve(entry);
    },
    accepts,
    prefilter: prefilterFor(inLine),
  };
}
