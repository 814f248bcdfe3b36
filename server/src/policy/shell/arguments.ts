import type { ReadArguments } from './argumentReading.ts';
import { ArgumentReader } from './argumentReader.ts';
import { gitGlobal } from './gitTools.ts';
import { programName } from './invocations.ts';
import type { Tool } from './tool.ts';
import { tools } from './toolTable.ts';
import type { Word } from './word.ts';

const unknownTool: Tool = { operands: ['unknown'] };

/** Reads the words of one invocation. Never throws; what it does not know it takes for a possible path. */
export function readArguments(words: readonly Word[]): ReadArguments {
  const name = programName(words[0]) ?? '';
  const reader = new ArgumentReader();
  if (name !== 'git') {
    const tool = tools.get(name) ?? unknownTool;
    reader.read(tool, tool.hasBareBundle === true ? withDash(words.slice(1)) : words.slice(1), false);
    return reader.result(false);
  }
  const rest = reader.readGlobals(gitGlobal, words.slice(1));
  const [subcommand, ...args] = rest;
  if (subcommand === undefined) return reader.result(false);
  if (subcommand.isDynamic) reader.doubt('DENY', 'the subcommand of git is only known when it runs');
  const tool = tools.get(`git ${subcommand.text}`);
  if (tool === undefined)
    reader.doubt('REQUIRE_APPROVAL', `git ${subcommand.text} may be an alias or a program of its own`);
  reader.read(tool ?? unknownTool, args, true);
  return reader.result(subcommand.text === 'push');
}

function withDash(args: readonly Word[]): readonly Word[] {
  const [first, ...rest] = args;
  return first === undefined || first.text.startsWith('-') ? args : [{ ...first, text: `-${first.text}` }, ...rest];
}
