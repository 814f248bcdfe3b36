import type { Node } from 'oxc-parser';
import type { SourceFile } from './house.ts';
import { nameOf, textOf, walk } from './syntax.ts';

export interface ExportedFunction {
  readonly name: string;
  readonly start: number;
  /** The place among the parameters at which a permit is taken, or -1. */
  readonly permitAt: number;
  readonly takesPermit: boolean;
  /** The names of the parameters' types; null where there is none or it has no single name. */
  readonly parameters: readonly (string | null)[];
  /** The kinds of action that the permit may be for, as its type says; empty when it says none. */
  readonly kinds: readonly string[];
  /** The name of the declared result, without `Promise`; null when none is declared. */
  readonly returns: string | null;
}

/** The functions a file exports, however they are written. */
export function exportedFunctions(file: SourceFile): readonly ExportedFunction[] {
  const declared = new Map<string, Node>();
  const annotated = new Map<string, Node>();
  const exported = new Map<string, string>();
  const declare = (node: Node | null): readonly string[] => {
    if (node?.type === 'FunctionDeclaration' && node.id !== null) {
      declared.set(node.id.name, node);
      return [node.id.name];
    }
    if (node?.type !== 'VariableDeclaration') return [];
    return node.declarations.flatMap(({ id, init }) => {
      const name = nameOf(id);
      if (name === null || init === null) return [];
      declared.set(name, init);
      if ('typeAnnotation' in id && id.typeAnnotation) annotated.set(name, id.typeAnnotation.typeAnnotation);
      return [name];
    });
  };
  for (const node of file.program.body) {
    if (node.type !== 'ExportNamedDeclaration') {
      declare(node);
      continue;
    }
    for (const name of declare(node.declaration)) exported.set(name, name);
    if (node.source === null) {
      for (const { local, exported: as } of node.specifiers)
        exported.set(nameOf(as) ?? textOf(as) ?? '', nameOf(local) ?? '');
    }
  }
  return [...exported].flatMap(([name, local]) => describe(name, declared.get(local), annotated.get(local)) ?? []);
}

function describe(name: string, node: Node | undefined, annotation: Node | undefined): ExportedFunction | null {
  if (node === undefined) return null;
  const isFunction =
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression';
  if (!isFunction) {
    // A name for another function hides what it takes, so it counts as one that takes no permit.
    return node.type === 'Identifier' || node.type === 'ObjectExpression' || node.type === 'CallExpression'
      ? {
          name,
          start: node.start,
          permitAt: -1,
          takesPermit: false,
          parameters: [],
          kinds: [],
          returns: resultOf(annotation),
        }
      : null;
  }
  const types = node.params.map((parameter) =>
    'typeAnnotation' in parameter ? (parameter.typeAnnotation?.typeAnnotation ?? null) : null,
  );
  const permitAt = types.findIndex((type) => type?.type === 'TSTypeReference' && nameOf(type.typeName) === 'Permit');
  const permit = types[permitAt];
  const kinds: string[] = [];
  if (permit) {
    walk(permit, ({ node: part }) => {
      const kind = textOf(part);
      if (kind !== null) kinds.push(kind);
    });
  }
  return {
    name,
    start: node.start,
    permitAt,
    takesPermit: permitAt >= 0,
    parameters: types.map((type) => (type?.type === 'TSTypeReference' ? nameOf(type.typeName) : null)),
    kinds,
    returns: resultOf(node.returnType?.typeAnnotation ?? annotation),
  };
}

/** `Sandbox` of `Sandbox`, `Promise<Sandbox>` and `(env: Env) => Sandbox`. */
function resultOf(type: Node | undefined): string | null {
  if (type?.type === 'TSFunctionType') return resultOf(type.returnType.typeAnnotation);
  if (type?.type !== 'TSTypeReference') return null;
  const name = nameOf(type.typeName);
  return name === 'Promise' ? resultOf(type.typeArguments?.params[0]) : name;
}
