import { isBuiltin } from 'node:module';
import path from 'node:path/posix';
import type { Node, Program } from 'oxc-parser';
import { nameOf, textOf, walk } from './syntax.ts';

/** What an import leads to. Files are named from the repository's root, with forward slashes. */
export type Target =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'package'; readonly name: string }
  /** One of Node's own modules, without `node:`. */
  | { readonly kind: 'builtin'; readonly name: string };

export interface Import {
  readonly start: number;
  readonly written: string;
  readonly target: Target;
  /** Gone when the program runs: the compiler alone sees it. */
  readonly isType: boolean;
  readonly isReExport: boolean;
  /** What is taken, by the name it has there; `*` is everything. */
  readonly names: readonly string[];
}

/**
 * Every import of one file: static and dynamic ones, re-exports, `import type`, `import('…').T` in a type,
 * `import x = require('…')`, `declare module '…'` and, in CommonJS files, `require('…')`.
 */
export function importsOf(file: string, program: Program): readonly Import[] {
  const found: Import[] = [];
  walk(program, ({ node }) => {
    const request = requestOf(file, node);
    if (request === null) return;
    const { written, ...rest } = request;
    found.push({ start: node.start, written, target: resolve(file, written), ...rest });
  });
  return found;
}

type Request = Omit<Import, 'start' | 'target'>;

function requestOf(file: string, node: Node): Request | null {
  switch (node.type) {
    case 'ImportDeclaration':
      return request(node.source.value, { isType: node.importKind === 'type', names: importedNames(node) });
    case 'ExportNamedDeclaration': {
      if (node.source === null) return null;
      const names = node.specifiers.map(({ local }) => (local.type === 'Literal' ? local.value : local.name));
      return request(node.source.value, { isType: node.exportKind === 'type', isReExport: true, names });
    }
    case 'ExportAllDeclaration':
      return request(node.source.value, { isType: node.exportKind === 'type', isReExport: true, names: ['*'] });
    case 'ImportExpression':
      return request(textOf(node.source), { names: ['*'] });
    case 'TSImportType':
      return request(node.source.value, {
        isType: true,
        names: [node.qualifier === null ? '*' : firstName(node.qualifier)],
      });
    case 'TSImportEqualsDeclaration': {
      const { moduleReference } = node;
      if (moduleReference.type !== 'TSExternalModuleReference') return null;
      return request(moduleReference.expression.value, { isType: node.importKind === 'type', names: ['*'] });
    }
    case 'TSModuleDeclaration':
      return request(textOf(node.id), { isType: true, names: ['*'] });
    case 'CallExpression': {
      if (!file.endsWith('.cjs') || nameOf(node.callee) !== 'require') return null;
      const [argument] = node.arguments;
      return request(textOf(argument), { names: ['*'] });
    }
    default:
      return null;
  }
}

function request(written: string | null, rest: Partial<Request> & Pick<Request, 'names'>): Request | null {
  return written === null ? null : { written, isType: false, isReExport: false, ...rest };
}

function importedNames(node: Extract<Node, { type: 'ImportDeclaration' }>): readonly string[] {
  return node.specifiers.map((specifier) => {
    if (specifier.type === 'ImportDefaultSpecifier') return 'default';
    if (specifier.type === 'ImportNamespaceSpecifier') return '*';
    const { imported } = specifier;
    return imported.type === 'Literal' ? imported.value : imported.name;
  });
}

function firstName(node: Node): string {
  if (node.type === 'TSQualifiedName') return firstName(node.left);
  return nameOf(node) ?? '*';
}

function resolve(file: string, written: string): Target {
  if (written.startsWith('#protocol/')) {
    return { kind: 'file', path: `server/protocol/${written.slice('#protocol/'.length)}.ts` };
  }
  if (written.startsWith('.')) return { kind: 'file', path: path.join(path.dirname(file), written) };
  if (isBuiltin(written)) return { kind: 'builtin', name: written.replace(/^node:/, '') };
  const [first = '', second = ''] = written.split('/');
  return { kind: 'package', name: first.startsWith('@') ? `${first}/${second}` : first };
}
