import type { Access } from '../pathUse.ts';
import type { Doubt, ReadArguments, WordUse } from './argumentReading.ts';
import { readOptions, takesValue } from './options.ts';
import { judgeArithmetic, judgeAwk, judgeJq, judgeLinkerFlags, judgeModule, judgeSed } from './programText.ts';
import type { Tool, WordKind } from './tool.ts';
import { plainWord, type Word } from './word.ts';

/** Collects while it goes through the words; holds the one rule that nothing read is ever forgotten. */
export class ArgumentReader {
  readonly #uses: WordUse[] = [];
  readonly #urls: Word[] = [];
  readonly #branches: Word[] = [];
  readonly #refspecs: Word[] = [];
  readonly #remotes: Word[] = [];
  readonly #doubts: Doubt[] = [];
  #folder: Word | null = null;
  #isForced = false;
  #deletesBranch = false;
  #everyBranch = false;

  result(isPush: boolean): ReadArguments {
    return {
      uses: this.#uses,
      urls: this.#urls,
      branches: this.#branches,
      refspecs: this.#refspecs,
      remotes: this.#remotes,
      isForced: this.#isForced,
      deletesBranch: this.#deletesBranch,
      everyBranch: this.#everyBranch,
      isPush,
      doubts: this.#doubts,
      folder: this.#folder,
    };
  }

  doubt(decision: Doubt['decision'], reason: string): void {
    this.#doubts.push({ decision, reason });
  }

  /** Reads the options in front of a subcommand and returns what follows. */
  readGlobals(tool: Tool, args: readonly Word[]): readonly Word[] {
    for (let index = 0; index < args.length; index++) {
      const word = args[index];
      if (word === undefined || !word.text.startsWith('-')) return args.slice(index);
      for (const option of readOptions(word, tool)) {
        if (option.kind === 'folder') {
          const value = option.glued ?? args[++index] ?? plainWord('');
          this.#folder = value;
          this.#path(value, 'list', true, false, true);
        } else this.#option(option.name, option.kind, option.glued, tool);
      }
    }
    return [];
  }

  read(tool: Tool, args: readonly Word[], isGit: boolean): void {
    if (tool.refused !== undefined) this.doubt('DENY', tool.refused);
    if (tool.asks !== undefined) this.doubt('REQUIRE_APPROVAL', tool.asks);
    const operands: { word: Word; isPath: boolean }[] = [];
    let hasPattern = false;
    let isRecursive = tool.isRecursive ?? false;
    let deletes = false;
    let isOver = false;
    for (let index = 0; index < args.length; index++) {
      const word = args[index];
      if (word === undefined) break;
      if (!isOver && word.text === '--' && !word.isDynamic) {
        isOver = true;
        continue;
      }
      const isOption = !isOver && word.text.length > 1 && word.text.startsWith('-') && tool.operands[0] !== 'keyed';
      if (!isOption) {
        if (!isOver && word.isDynamic && word.text === '' && !isOnlyText(tool)) {
          this.doubt('REQUIRE_APPROVAL', 'a word in it may turn into an option when it runs');
        }
        if (tool.hasPlusCommands === true && word.text.startsWith('+')) this.doubt('DENY', 'it can run any command');
        if (tool.hasResponseFiles === true && word.text.startsWith('@')) {
          this.doubt('REQUIRE_APPROVAL', 'its options stand in a file');
        }
        if (tool.asksAssignments === true && /^[^=/]+=/.test(word.text)) {
          this.doubt('REQUIRE_APPROVAL', 'it sets a variable that may choose a program');
        }
        operands.push({ word, isPath: isOver && isGit });
        if (tool.stopsAtOperand === true) isOver = true;
        continue;
      }
      for (const option of readOptions(word, tool)) {
        const { kind } = option;
        if (kind === 'tree' || kind === 'follows') isRecursive = true;
        if (kind === 'deletes') deletes = true;
        if (kind === 'pattern' || kind === 'patternFile') hasPattern = true;
        const value = option.glued ?? (kind !== null && takesValue(kind) ? (args[++index] ?? null) : null);
        this.#option(option.name, kind, value, tool);
        if (kind === 'nameAndRead') this.#valueOf('read', args[++index] ?? null, tool);
        if (kind === 'twoTexts') index += 1;
      }
    }
    this.#operands(tool, operands, { hasPattern, isRecursive, deletes });
  }

  #option(name: string, kind: WordKind | null, value: Word | null, tool: Tool): void {
    switch (kind) {
      case 'refused':
        this.doubt('DENY', `its option ${name} can run a program or reach beyond what is shown`);
        return;
      case 'asks':
        this.doubt('REQUIRE_APPROVAL', `its option ${name} has an effect that nobody sees in the command`);
        return;
      case 'follows':
        this.doubt('REQUIRE_APPROVAL', `its option ${name} follows links wherever they lead`);
        return;
      case 'suffix':
        if (value !== null && (value.isDynamic || value.text.includes('/'))) {
          this.doubt('DENY', `its option ${name} writes to another folder`);
        }
        return;
      case 'everyBranch':
        this.#everyBranch = true;
        return;
      case 'forces':
        this.#isForced = true;
        return;
      case 'deletesBranch':
        this.#deletesBranch = true;
        return;
      case null:
        // An option nobody knows: its value may be a path.
        if (value !== null && !isOnlyText(tool)) this.#path(value, 'unknown', false, false, false);
        return;
      default:
        this.#valueOf(kind, value, tool);
    }
  }

  #valueOf(kind: WordKind, word: Word | null, tool: Tool): void {
    if (word === null) return;
    switch (kind) {
      case 'pattern':
      case 'text':
        if (kind === 'pattern') this.#program(tool, word);
        return;
      case 'patternFile':
      case 'read':
        this.#path(word, 'read', true, false, false);
        return;
      case 'list':
      case 'write':
      case 'delete':
        this.#path(word, kind, true, false, false);
        return;
      case 'run':
        if (/^[a-z][a-z0-9+.-]+:/i.test(word.text)) this.doubt('DENY', 'it runs what an address names');
        else this.#path(word, 'run', true, false, false);
        return;
      case 'folder':
        this.#path(word, 'write', true, false, true);
        return;
      case 'unknown': {
        // What is handed on to another program may be an option of its own: `-- --config=../x`.
        const value = /^-{1,2}[\w-]+=(.+)$/s.exec(word.text)?.[1];
        this.#path(value === undefined ? word : { ...word, text: value }, 'unknown', false, false, false);
        return;
      }
      case 'linkerFlags':
        if (word.isDynamic || judgeLinkerFlags(word.text) !== 'harmless')
          this.doubt('REQUIRE_APPROVAL', 'it hands flags on that may name other programs');
        return;
      case 'module':
        if (word.isDynamic || judgeModule(word.text) !== 'harmless')
          this.doubt('REQUIRE_APPROVAL', `nobody knows what the module ${word.text.slice(0, 60)} does`);
        return;
      case 'url':
        this.#urls.push(word);
        return;
      case 'branch':
        this.#branches.push(word);
        return;
      case 'remote':
        this.#remotes.push(word);
        return;
      case 'refspec':
        this.#refspecs.push(word);
        return;
      default:
        return;
    }
  }

  #operands(
    tool: Tool,
    operands: readonly { word: Word; isPath: boolean }[],
    found: { hasPattern: boolean; isRecursive: boolean; deletes: boolean },
  ): void {
    const kinds = found.hasPattern && tool.operands.length > 1 ? tool.operands.slice(1) : tool.operands;
    let hasPath = false;
    for (const [index, { word, isPath }] of operands.entries()) {
      const isLast = tool.last !== undefined && operands.length > 1 && index === operands.length - 1;
      const kind = isLast && tool.last !== undefined ? tool.last : (kinds[index] ?? kinds.at(-1) ?? 'unknown');
      const isProgram =
        tool.program !== undefined && !found.hasPattern && (tool.program === 'arithmetic' || index === 0);
      if (isProgram) this.#program(tool, word);
      if (found.deletes) this.#path(word, 'delete', true, true, false);
      hasPath = this.#operand(kind, word, isPath, found.isRecursive) || hasPath;
    }
    if (tool.last !== undefined) this.#copied(operands.map((operand) => operand.word));
    if (found.deletes && operands.length === 0) this.#path(plainWord('.'), 'delete', true, true, false);
    if (found.isRecursive && !hasPath) this.#path(plainWord('.'), 'read', false, true, false);
  }

  /** Reads one operand; answers whether it names a path for sure. */
  #operand(kind: WordKind, word: Word, isPath: boolean, isRecursive: boolean): boolean {
    if (word.text === '-' && !word.isDynamic) return true;
    switch (kind) {
      case 'restored':
      case 'revision': {
        // The index has stages: `:0:path`.
        const colon = word.text.indexOf(':', /^:\d:/.test(word.text) ? 1 : 0);
        const isInside = colon >= 0 && !isPath;
        const path = isInside ? { ...word, text: word.text.slice(colon + 1) } : word;
        if (path.text !== '' || path.isDynamic)
          this.#path(path, accessOf(kind, isPath), isPath || isInside, isRecursive, false, !isInside && !isPath);
        return isPath || isInside;
      }
      case 'read':
      case 'list':
      case 'write':
      case 'delete':
        this.#path(word, kind, true, isRecursive, false);
        return true;
      case 'keyed': {
        const [, key = '', value = ''] = /^(\w+)=(.*)$/s.exec(word.text) ?? [];
        if (key === 'if' || key === 'of')
          this.#path({ ...word, text: value }, key === 'if' ? 'read' : 'write', true, false, false);
        return true;
      }
      default:
        this.#valueOf(kind, word, { operands: [kind] });
        return kind === 'folder' || kind === 'run';
    }
  }

  /** A copy lands under its own name when the target is a folder. */
  #copied(operands: readonly Word[]): void {
    const target = operands.at(-1);
    if (target === undefined || operands.length < 2) return;
    for (const source of operands.slice(0, -1)) {
      const base = source.text.split('/').at(-1) ?? '';
      if (base === '.' || base === '..' || source.isDynamic) {
        this.doubt('REQUIRE_APPROVAL', 'it copies what lies in a folder under names that nobody sees in the command');
        continue;
      }
      const name = source.text.replace(/\/+$/, '').split('/').at(-1) ?? '';
      this.#path(
        { ...target, text: `${target.text.replace(/\/+$/, '')}/${name}`, isGlob: target.isGlob || source.isGlob },
        'write',
        false,
        false,
        false,
      );
    }
  }

  #program(tool: Tool, word: Word): void {
    if (tool.program === undefined) return;
    if (tool.program !== 'arithmetic' && word.isDynamic) {
      this.doubt('DENY', 'its program is only known when it runs');
      return;
    }
    if (tool.program === 'arithmetic' && word.isDynamic && !isOnlyText(tool)) {
      this.doubt('REQUIRE_APPROVAL', 'a word in it is evaluated and only known when it runs');
    }
    const judge = { sed: judgeSed, awk: judgeAwk, jq: judgeJq, arithmetic: judgeArithmetic }[tool.program];
    const answer = judge(word.text);
    if (answer === 'harmful') this.doubt('DENY', 'its program can run a command, or read or write another file');
    if (answer === 'doubtful') this.doubt('REQUIRE_APPROVAL', 'what its program does cannot be told for sure');
  }

  #path(
    word: Word,
    access: Access,
    isCertain: boolean,
    isRecursive: boolean,
    isFolder: boolean,
    isMaybe = false,
  ): void {
    if (word.isDynamic) {
      if (isMaybe) return this.doubt('REQUIRE_APPROVAL', 'a word in it is only known when it runs');
      const isChange = access === 'write' || access === 'delete' || access === 'run';
      this.doubt(isChange ? 'DENY' : 'REQUIRE_APPROVAL', 'a path in it is only known when it runs');
      return;
    }
    this.#uses.push({ word, access, isCertain: isCertain && !isMaybe, isRecursive, isFolder });
  }
}

/** What becomes of a path that git is given: before `--` it may as well be the name of a branch. */
function accessOf(kind: 'restored' | 'revision', isPath: boolean): Access {
  if (kind === 'revision') return 'read';
  return isPath ? 'write' : 'unknown';
}

function isOnlyText(tool: Tool): boolean {
  return tool.operands.every((kind) => kind === 'text') && tool.options === undefined && tool.program === undefined;
}
