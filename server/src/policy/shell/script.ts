import {
  forEachChild,
  parse,
  type Command,
  type Redirection,
  type Statement,
  type SyntaxNode,
  type Word as WordNode,
} from 'unbash';
import { after, folderChange, merge, stays, type Folders, type Outcome } from './folders.ts';
import {
  assignedWord,
  collectWords,
  hasOwnInput,
  isDeclaration,
  readAssignment,
  readRedirections,
} from './readNodes.ts';
import { evaluatedText } from './evaluatedText.ts';
import { fillsVariable } from './filledVariables.ts';
import type { Script, ScriptProblem, SimpleCommand } from './simpleCommand.ts';
import { plainWord, readWord, type Word } from './word.ts';

// A command line taken apart into simple commands, each with the folders it may run in. Everything a shell would run is
// found: substitutions, here-documents, both sides of pipes, branches, loops, bodies of functions.

const maxLength = 16_384;
const maxDepth = 24;
const maxCommands = 500;

interface List {
  readonly commands: readonly Statement[];
  readonly errors?: readonly { readonly message: string }[] | undefined;
}

/** Where a part of the script stands: its folders, how deep, and the command whose output it reads. */
interface Place {
  readonly start: Folders;
  readonly depth: number;
  readonly feed: SimpleCommand | null;
}

/** Takes a command line apart. Never throws on what an agent writes; what cannot be understood is a problem. */
export function readScript(text: string, folders: Folders): Script {
  const commands: SimpleCommand[] = [];
  const problems: ScriptProblem[] = [];
  if (text.length > maxLength) return unreadable(`it is longer than ${maxLength} characters`);
  if (text.includes('\u0000')) return unreadable('it contains a NUL character');
  try {
    visitList(parse(text), { start: folders, depth: 0, feed: null });
  } catch (error) {
    if (error instanceof RangeError) return unreadable('it is nested too deeply');
    throw error;
  }
  return { commands, problems };

  function visitList(list: List, place: Place): Outcome {
    if (place.depth > maxDepth) throw new RangeError('too deep');
    for (const error of list.errors ?? []) unparsable(`bash cannot parse it (${error.message})`);
    let outcome = stays(place.start);
    for (const statement of list.commands) {
      const start = after(outcome);
      const done = visit(statement.command, { ...place, start });
      outcome = statement.background === true ? stays(start) : done;
    }
    return outcome;
  }

  /** A nested list. What a group or a loop reads, the commands in it read. */
  function visitBody(list: List, place: Place, start: Folders = place.start): Outcome {
    return visitList(list, { ...place, start, depth: place.depth + 1 });
  }

  function visit(node: Statement['command'], place: Place): Outcome {
    const { start } = place;
    switch (node.type) {
      case 'Command':
        return visitCommand(node, place);
      case 'AndOr':
        return visitAndOr(node, place);
      case 'Pipeline':
        return visitPipeline(node, place);
      case 'Redirected': {
        const holder = add([], node.redirects, place);
        return visit(node.command, hasOwnInput(node.redirects) ? { ...place, feed: holder } : place);
      }
      case 'Subshell':
        visitBody(node.body, place);
        return stays(start);
      case 'BraceGroup':
        return visitBody(node.body, place);
      case 'If': {
        const clause = visitBody(node.clause, place);
        let ends = after(visitBody(node.then, place, clause.success));
        let otherwise = clause.failure;
        for (const elif of node.elif) {
          const next = visitBody(elif.clause, place, otherwise);
          ends = merge(ends, after(visitBody(elif.then, place, next.success)));
          otherwise = next.failure;
        }
        if (node.else !== undefined) otherwise = after(visitBody(node.else, place, otherwise));
        return stays(merge(ends, otherwise));
      }
      case 'Case': {
        visitEmbedded(node.word, place);
        let end = start;
        for (const item of node.items) {
          for (const pattern of item.pattern) visitEmbedded(pattern, place);
          end = merge(end, after(visitBody(item.body, place, end)));
        }
        return stays(end);
      }
      case 'While':
        return visitLoop(place, (from) => visitBody(node.body, place, visitBody(node.clause, place, from).success));
      case 'For':
      case 'Select':
        fills(node.name, place);
        for (const word of node.wordlist ?? []) visitEmbedded(word, place);
        return visitLoop(place, (from) => visitBody(node.body, place, from));
      case 'ArithmeticFor':
        for (const part of [node.initialize, node.test, node.update]) {
          if (part !== undefined) visitEmbedded(part, place);
        }
        return visitLoop(place, (from) => visitBody(node.body, place, from));
      case 'TestCommand': {
        const operands: Word[] = [];
        collectWords(node, (word) => operands.push(...readWord(word)));
        visitEmbedded(node, place);
        add([plainWord('[['), ...operands], [], place);
        return stays(start);
      }
      case 'ArithmeticCommand':
        doubt(node);
        visitEmbedded(node, place);
        return stays(start);
      case 'Function':
        // Where and with what it will be called is not looked for, so that it is never simply allowed.
        problems.push({ kind: 'dynamic', reason: 'it defines a function' });
        visitNested(node.body, place);
        return stays(start);
      case 'Coproc':
        if (node.name !== undefined) fills(node.name, place);
        visitNested(node.body, place);
        return stays(start);
    }
    return unknownNode(node);
  }

  function visitAndOr(node: Extract<Statement['command'], { type: 'AndOr' }>, place: Place): Outcome {
    let outcome = stays(place.start);
    for (const [index, part] of node.commands.entries()) {
      if (index === 0) {
        outcome = visit(part, place);
      } else if (node.operators[index - 1] === '&&') {
        const right = visit(part, { ...place, start: outcome.success });
        outcome = { success: right.success, failure: merge(outcome.failure, right.failure) };
      } else {
        const right = visit(part, { ...place, start: outcome.failure });
        outcome = { success: merge(outcome.success, right.success), failure: right.failure };
      }
    }
    return outcome;
  }

  function visitPipeline(node: Extract<Statement['command'], { type: 'Pipeline' }>, place: Place): Outcome {
    const [only, ...more] = node.commands;
    if (only !== undefined && more.length === 0) {
      const done = visit(only, place);
      const isNegated = node.prefixes.some((prefix) => prefix.type === 'Negation');
      return isNegated ? { success: done.failure, failure: done.success } : done;
    }
    let { feed } = place;
    for (const part of node.commands) {
      const index = commands.length;
      visit(part, { ...place, feed });
      feed = (part.type === 'Command' ? commands[index] : undefined) ?? emptyCommand(place);
    }
    // Each part of a pipe runs in a shell of its own.
    return stays(place.start);
  }

  function visitLoop(place: Place, body: (from: Folders) => Outcome): Outcome {
    const end = merge(place.start, after(body(place.start)));
    if (JSON.stringify(end) === JSON.stringify(merge(place.start, place.start))) return stays(place.start);
    // A loop that moves on each round may be anywhere: its body is judged again without knowing where it is.
    body(null);
    return stays(null);
  }

  function visitNested(node: Statement['command'] | (List & { readonly type: 'CompoundList' }), place: Place): void {
    if (node.type === 'CompoundList') visitBody(node, place);
    else visit(node, { ...place, depth: place.depth + 1 });
  }

  function visitCommand(node: Command, place: Place): Outcome {
    const written = node.suffix.filter((item) => item.type === 'Word' || item.type === 'Assignment');
    const words = [
      ...(node.name === undefined ? [] : readWord(node.name)),
      ...written.flatMap((item) => (item.type === 'Word' ? readWord(item) : [assignedWord(item)])),
    ];
    visitEmbedded(node, place);
    const declared = isDeclaration(words) ? written : [];
    const assigned = [...node.prefix, ...declared].filter((item) => item.type === 'Assignment').map(readAssignment);
    return folderChange(add(words, node.redirects, place, assigned), place.start);
  }

  function add(
    words: readonly Word[],
    redirects: readonly Redirection[],
    place: Place,
    assignments: SimpleCommand['assignments'] = [],
  ): SimpleCommand {
    const { redirections, problem } = readRedirections(redirects);
    if (problem !== null) unparsable(problem);
    for (const { descriptor } of redirects) {
      if (descriptor?.type === 'FileDescriptorVariable')
        add([plainWord(fillsVariable), plainWord(descriptor.name)], [], place);
    }
    const hasInput = place.feed !== null || hasOwnInput(redirects);
    const command = { words, assignments, redirections, folders: place.start, feed: place.feed, hasInput };
    commands.push(command);
    if (commands.length > maxCommands) throw new RangeError('too many commands');
    return command;
  }

  /** Notes a variable that the shell fills by itself, as if a builtin had done it. */
  function fills(name: WordNode, place: Place): void {
    add([plainWord(fillsVariable), ...readWord(name)], [], place);
  }

  /** Goes through everything below a node for scripts in it, and for code that hides in texts that are evaluated. */
  function visitEmbedded(node: SyntaxNode, place: Place): void {
    forEachChild(node, (child) => {
      if (child.type === 'Script') {
        visitBody(child, { ...place, feed: null });
        return;
      }
      const isSubstitution = child.type === 'CommandExpansion' || child.type === 'ProcessSubstitution';
      if (isSubstitution && child.script === undefined) unparsable('a substitution in it cannot be parsed');
      doubt(child);
      visitEmbedded(child, place);
    });
  }

  function doubt(node: SyntaxNode): void {
    const problem = evaluatedText(node);
    if (problem !== null) problems.push(problem);
  }

  function unparsable(reason: string): void {
    problems.push({ kind: 'unparsable', reason });
  }

  /** A kind of syntax that a newer parser knows and this walk does not. */
  function unknownNode(node: never): Outcome {
    void node;
    unparsable('it contains syntax that is not known here');
    return stays(null);
  }
}

function unreadable(reason: string): Script {
  return { commands: [], problems: [{ kind: 'unparsable', reason }] };
}

function emptyCommand(place: Place): SimpleCommand {
  return { words: [], assignments: [], redirections: [], folders: place.start, feed: null, hasInput: false };
}
