import type { Node, Program } from 'oxc-parser';

/** One node of a syntax tree and where it hangs. */
export interface Spot {
  readonly node: Node;
  readonly parent: Node | null;
  /** The member of `parent` that holds the node. */
  readonly key: string;
}

/** Calls `visit` for every node, the outer ones first. */
export function walk(root: Node, visit: (spot: Spot) => void): void {
  descend({ node: root, parent: null, key: '' }, visit);
}

function descend(spot: Spot, visit: (spot: Spot) => void): void {
  visit(spot);
  for (const [key, member] of Object.entries<unknown>({ ...spot.node })) {
    for (const child of Array.isArray(member) ? (member satisfies readonly unknown[]) : [member]) {
      if (isNode(child)) descend({ node: child, parent: spot.node, key }, visit);
    }
  }
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** Every spot of a program for which `isWanted` says yes. */
export function find(program: Program, isWanted: (spot: Spot) => boolean): readonly Spot[] {
  const found: Spot[] = [];
  walk(program, (spot) => {
    if (isWanted(spot)) found.push(spot);
  });
  return found;
}

/** Whether an identifier stands for a value or a type, and is not merely the name of a member or of an export. */
export function isReference({ node, parent, key }: Spot): boolean {
  if (node.type !== 'Identifier' || parent === null) return false;
  switch (parent.type) {
    case 'MemberExpression':
      return key !== 'property' || parent.computed;
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'AccessorProperty':
    case 'TSAbstractMethodDefinition':
    case 'TSAbstractPropertyDefinition':
    case 'TSPropertySignature':
    case 'TSMethodSignature':
      return key !== 'key' || parent.computed;
    case 'TSQualifiedName':
      return key !== 'right';
    case 'ImportSpecifier':
      return key !== 'imported';
    case 'ExportSpecifier':
      return key !== 'exported';
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'TSEnumMember':
    case 'TSNamedTupleMember':
    case 'TSImportType':
    case 'ImportAttribute':
    case 'MetaProperty':
      return false;
    default:
      return true;
  }
}

/** The name of a node that is an identifier, else null. */
export function nameOf(node: Node | null | undefined): string | null {
  return node?.type === 'Identifier' ? node.name : null;
}

/** The value of a node that is a text, else null. */
export function textOf(node: Node | null | undefined): string | null {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0]?.value.cooked ?? null;
  return null;
}
