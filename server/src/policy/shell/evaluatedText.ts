import type { SyntaxNode } from 'unbash';
import type { ScriptProblem } from './simpleCommand.ts';

/**
 * What speaks against a part of a word that the shell evaluates a second time: an index, an offset or a number may hold a
 * command, in the text itself or in a variable that only the run fills.
 */
export function evaluatedText(node: SyntaxNode): ScriptProblem | null {
  const hidden: ScriptProblem = { kind: 'hidden-code', reason: 'a text in it would be evaluated as code' };
  const unknown: ScriptProblem = { kind: 'dynamic', reason: 'a variable in it is evaluated as a number' };
  switch (node.type) {
    case 'ParameterExpansion': {
      if (/'[^']*(?:\$\(|`)/s.test(node.text)) return hidden;
      const { operation, index } = node;
      if (operation?.type === 'Transform' && /[PEA]/.test(operation.operand.text)) return hidden;
      if (operation?.type === 'Unknown') return hidden;
      const isIndirect = node.prefix === '!' && operation?.type !== 'Names';
      if (isIndirect) return { kind: 'dynamic', reason: 'the name of a variable in it is only known when it runs' };
      const isNamed = index !== undefined && /[A-Za-z_$]/.test(index.text);
      const isSliced =
        operation?.type === 'Slice' && /[A-Za-z_$]/.test(`${operation.offset.text}${operation.length?.text ?? ''}`);
      return isNamed || isSliced ? unknown : null;
    }
    case 'ArithmeticExpansion':
      if (/'[^']*(?:\$\(|`)/s.test(node.text)) return hidden;
      return node.expression === undefined ? unknown : null;
    case 'ArithmeticCommand':
      return node.expression === undefined ? unknown : null;
    case 'ArithmeticWord':
      return /[A-Za-z_]/.test(node.value.replace(/^0[xX][\da-fA-F]+$/, '')) ? unknown : null;
    case 'TestBinary':
      return /^-(?:eq|ne|lt|le|gt|ge)$/.test(node.operator) && /[^\d\s"'-]/.test(`${node.left.text}${node.right.text}`)
        ? unknown
        : null;
    default:
      return null;
  }
}
