import type { Clock } from '../../base/clock.ts';
import type { Heads } from '../heads/openHeads.ts';
import type { KeyReading, SigningKey, SigningKeys } from '../keys/signingKeys.ts';
import { printNoteKey } from '../note/noteKey.ts';
import type { CheckpointFile } from './checkpointFile.ts';
import type { CheckpointRecord } from './checkpointRecord.ts';
import { checkpointLine, keyLine, noteKeyFor, prunedLine } from './checkpointNotes.ts';
import type { KeyEpoch } from './checkpointText.ts';
import type { CoveredTree, TreePosition } from './coveredTree.ts';
import { chooseKey, type KeyChoice } from './keyChoice.ts';
import { chainHeadOf } from './lastCheckpoint.ts';

export interface KeeperDeps {
  readonly logId: string;
  readonly tree: CoveredTree;
  readonly file: CheckpointFile;
  readonly keys: SigningKeys | null;
  readonly heads: Heads | null;
  readonly clock: Clock;
  /** Throws: the log contradicts what is known of it. */
  readonly contradicted: (why: string) => never;
}

/**
 * Makes the signed checkpoints of one log. All but `ask` is called under the log's lock. A checkpoint covers only what is
 * durable, and where no key can be had there are none: a key is never replaced silently.
 */
export class Keeper {
  readonly #deps: KeeperDeps;
  #reading: KeyReading | null = null;
  #asking: Promise<void> | null = null;
  #askedAgainFor: number | null = null;

  constructor(deps: KeeperDeps) {
    this.#deps = deps;
  }

  get tree(): CoveredTree {
    return this.#deps.tree;
  }

  /** How many entries the last checkpoint covers. */
  get covered(): number {
    const { checkpoint } = this.#deps.file.state;
    return (checkpoint === null ? null : chainHeadOf(checkpoint.line))?.size ?? 0;
  }

  /** Asks for the keys, once; resolves when there is an answer. The log need not wait for it. */
  async ask(): Promise<void> {
    this.#asking ??= this.#read();
    await this.#asking;
  }

  /** Which key signs; null while that is not known. */
  choice(): KeyChoice | null {
    if (this.#reading?.kind !== 'keys') return null;
    return chooseKey(this.#deps.logId, this.#deps.file.state.epoch, this.#reading);
  }

  /**
   * Signs the log up to `size`, all of which must be durable. Does nothing where no key can be had, or where another writer
   * has signed as much already.
   */
  async sign(size: number): Promise<void> {
    const ready = this.#deps.tree.at.link.seq === size ? this.#deps.tree.snapshot() : null;
    await this.refresh();
    if (this.covered >= size) return;
    const signer = await this.#signer();
    if (signer === null) return;
    const at = ready ?? (await this.reach(size));
    if (at === null) return;
    const { logId, file, clock } = this.#deps;
    const first = file.state.epoch === null ? this.#epoch(1, signer, 0) : null;
    const records: CheckpointRecord[] = first === null ? [] : [keyLine(first, signer, null)];
    records.push(checkpointLine(logId, at, signer, clock.now().toISOString()));
    await file.append(records);
    if (first !== null) this.#rememberKey(first);
    this.#deps.heads?.rememberCheckpoint({ logId, size, hash: at.link.previousHash });
  }

  /**
   * Lets the newest key sign from here on, if the log's key is an older one of the user's; the log up to `size` is signed
   * by that one first. Answers the keys' names, or null where there is nothing to do.
   */
  async renew(size: number): Promise<{ readonly from: string; readonly to: string; readonly epoch: number } | null> {
    await this.refresh();
    const choice = this.choice();
    const { epoch } = this.#deps.file.state;
    if (choice?.kind !== 'older' || epoch === null) return null;
    await this.sign(size);
    const next = this.#epoch(epoch.epoch + 1, choice.newest, size);
    await this.#deps.file.append([keyLine(next, choice.newest, { key: epoch.key, signer: choice.signer })]);
    this.#rememberKey(next);
    return { from: printNoteKey(epoch.key), to: printNoteKey(next.key), epoch: next.epoch };
  }

  /** Records that everything up to here was deleted on purpose. False where no key can be had: then nothing may be deleted. */
  async signPruned(position: Pick<TreePosition, 'range' | 'link'>): Promise<boolean> {
    await this.refresh();
    const signer = await this.#signer();
    if (signer === null || this.#deps.file.state.epoch === null) return false;
    const at = this.#deps.clock.now().toISOString();
    await this.#deps.file.append([prunedLine(this.#deps.logId, position, signer, at)]);
    return true;
  }

  /** The tree over exactly so many entries; null where it is beyond them already. */
  async reach(size: number): Promise<TreePosition | null> {
    const { tree } = this.#deps;
    const followed = await tree.follow(size);
    if (followed.kind === 'contradicted') return this.#deps.contradicted(followed.why);
    return tree.at.link.seq === size ? tree.snapshot() : null;
  }

  /** Learns what other writers signed. */
  async refresh(): Promise<void> {
    const reading = await this.#deps.file.refresh();
    if (reading.kind === 'unusable') this.#deps.contradicted(reading.why);
  }

  async #signer(): Promise<SigningKey | null> {
    // Another process may have begun an epoch with a key that is newer than what this one has read.
    const epoch = this.#deps.file.state.epoch?.epoch ?? null;
    if (this.choice()?.kind === 'foreign' && this.#askedAgainFor !== epoch) {
      this.#askedAgainFor = epoch;
      await this.#read();
    }
    const choice = this.choice();
    return choice === null || choice.kind === 'foreign' ? null : choice.signer;
  }

  async #read(): Promise<void> {
    const { keys } = this.#deps;
    if (keys !== null) this.#reading = await keys.read();
  }

  #epoch(epoch: number, signer: SigningKey, from: number): KeyEpoch {
    const { logId, clock } = this.#deps;
    const protection = this.#reading?.kind === 'keys' ? this.#reading.protection : 'file';
    return { logId, epoch, key: noteKeyFor(logId, signer), from, protection, at: clock.now().toISOString() };
  }

  #rememberKey({ logId, epoch, key }: KeyEpoch): void {
    this.#deps.heads?.rememberKey({ logId, epoch, key: printNoteKey(key) });
  }
}
