import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { longestText } from './patternCost.ts';

/** Says what is wrong with the arguments of a call, or null where they fit. */
export type ArgumentCheck = (input: unknown) => string | null;

/**
 * Makes the check of one tool's arguments from the JSON Schema that its server gives; in words why there can be none.
 * Nothing is fetched, and each schema stands alone: it cannot refer to that of another tool.
 */
export function compileCheck(schema: Readonly<Record<string, unknown>>): ArgumentCheck | { readonly problem: string } {
  let validate: ValidateFunction;
  try {
    const { $schema: dialect, ...bare } = schema;
    const Dialect = typeof dialect === 'string' && /draft-0[4-7]/.test(dialect) ? Ajv : Ajv2020;
    validate = new Dialect({
      strict: false,
      allErrors: false,
      validateSchema: false,
      validateFormats: false,
      code: { regExp: Object.assign(bounded, { code: '' }) },
    }).compile(bare);
  } catch (error) {
    return { problem: error instanceof Error ? error.message : 'it cannot be read' };
  }
  return (input) => {
    try {
      // The promise of an asynchronous schema would be taken for a yes.
      const answer: unknown = validate(input);
      if (answer === true) return null;
    } catch (error) {
      return error instanceof PatternTooDear ? error.message : 'they could not be checked';
    }
    const [first] = validate.errors ?? [];
    return `${first?.instancePath ?? ''} ${first?.message ?? 'does not fit'}`.trim();
  };
}

class PatternTooDear extends Error {}

function bounded(source: string, flags: string): { test(text: string): boolean; toString(): string } {
  const longest = longestText(source);
  if (longest === 0) throw new Error(`its pattern ${JSON.stringify(source.slice(0, 80))} could take for ever`);
  const expression = compile(source, flags);
  return {
    test: (text) => {
      if (text.length <= longest) return expression.test(text);
      throw new PatternTooDear(`a text of ${text.length} characters is too long to be matched against a pattern`);
    },
    // Ajv tells patterns apart by their text.
    toString: () => `/${source}/${flags}`,
  };
}

/** Servers write patterns for other languages too: an escape that Unicode mode does not take is read without it. */
function compile(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch {
    return new RegExp(source);
  }
}
