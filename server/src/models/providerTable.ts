import type { ModelTier, WireApi } from './settings.ts';

// The one table of the providers that Loki knows by name: where each is reached, what it speaks, what it needs. All code
// and `docs/models.md` read it here; a provider of one's own is an entry of `models.providers`.

export interface KnownProvider {
  readonly name: string;
  /** Null: no address of ours; the editor asks for us, or nothing is sent at all. */
  readonly api: WireApi | null;
  /** Where it is reached unless something says otherwise; null where somebody has to say it. */
  readonly address: string | null;
  /** The variable that moves it elsewhere, as other programs read it too. */
  readonly addressVariable: string | null;
  /** The version that its addresses end in, and where one that lacks it gets it. */
  readonly version: { readonly path: string; readonly added: 'where missing' | 'at the root' } | null;
  /** Hosts that are this provider itself: `*.x` stands for everything below x, `loopback` for this machine. */
  readonly hosts: readonly string[];
  readonly key: 'always' | 'at its own address' | 'if it wants one' | 'never';
  readonly keyHeader: string;
  readonly models: Readonly<Record<ModelTier, string>> | null;
  /** For people, as they stand in the documentation. */
  readonly words: ProviderWords;
}

export interface ProviderWords {
  readonly sent: string;
  readonly region: string;
  readonly streaming: string;
  readonly tools: string;
  readonly cache: string;
  readonly price: string;
}

const listed = 'price list, `models.prices`';
const configured = '`models.prices` only';
const unknownRegion = 'unknown until configured';
const local = {
  sent: 'the request, to a server of your own',
  region: unknownRegion,
  streaming: 'yes',
  tools: 'where the model has them',
  cache: 'as the server does it',
  price: configured,
};

export const providerTable: readonly KnownProvider[] = [
  {
    name: 'anthropic',
    api: 'anthropic',
    address: 'https://api.anthropic.com/v1',
    addressVariable: 'ANTHROPIC_BASE_URL',
    version: { path: '/v1', added: 'where missing' },
    hosts: ['api.anthropic.com'],
    key: 'always',
    keyHeader: 'x-api-key',
    models: { fast: 'claude-haiku-4-5', balanced: 'claude-sonnet-4-6', best: 'claude-opus-4-8' },
    words: {
      sent: 'the request, to `/messages`',
      region: unknownRegion,
      streaming: 'yes',
      tools: 'several at once',
      cache: 'asked for, five minutes',
      price: listed,
    },
  },
  {
    name: 'openai',
    api: 'responses',
    address: 'https://api.openai.com/v1',
    addressVariable: 'OPENAI_BASE_URL',
    version: { path: '/v1', added: 'at the root' },
    hosts: ['api.openai.com', '*.api.openai.com'],
    key: 'at its own address',
    keyHeader: 'authorization',
    models: { fast: 'gpt-5-mini', balanced: 'gpt-5.1', best: 'gpt-5.2' },
    words: {
      sent: 'the request, to `/responses` (elsewhere `/chat/completions`), nothing stored there',
      region: '`eu.` and `us.api.openai.com`, else unknown until configured',
      streaming: 'yes',
      tools: 'several at once',
      cache: 'by itself',
      price: listed,
    },
  },
  {
    name: 'google',
    api: 'google',
    address: 'https://generativelanguage.googleapis.com/v1beta',
    addressVariable: 'GOOGLE_BASE_URL',
    version: { path: '/v1beta', added: 'at the root' },
    hosts: ['generativelanguage.googleapis.com'],
    key: 'always',
    keyHeader: 'x-goog-api-key',
    models: { fast: 'gemini-2.5-flash-lite', balanced: 'gemini-2.5-flash', best: 'gemini-2.5-pro' },
    words: {
      sent: 'the request, to `/models/<model>:streamGenerateContent`',
      region: unknownRegion,
      streaming: 'yes',
      tools: 'several at once',
      cache: 'by itself',
      price: listed,
    },
  },
  {
    name: 'azure',
    api: 'chat',
    address: null,
    addressVariable: null,
    version: null,
    hosts: ['*.openai.azure.com', '*.cognitiveservices.azure.com', '*.services.ai.azure.com'],
    key: 'always',
    keyHeader: 'api-key',
    models: null,
    words: {
      sent: 'the request, to `/chat/completions` of your resource (`https://<resource>.openai.azure.com/openai/v1`)',
      region: unknownRegion,
      streaming: 'yes',
      tools: 'several at once',
      cache: 'by itself',
      price: listed,
    },
  },
  {
    name: 'ollama',
    api: 'chat',
    address: 'http://127.0.0.1:11434/v1',
    addressVariable: 'OLLAMA_HOST',
    version: { path: '/v1', added: 'where missing' },
    hosts: ['loopback'],
    key: 'if it wants one',
    keyHeader: 'authorization',
    models: null,
    words: local,
  },
  {
    name: 'lmstudio',
    api: 'chat',
    address: 'http://127.0.0.1:1234/v1',
    addressVariable: null,
    version: { path: '/v1', added: 'where missing' },
    hosts: ['loopback'],
    key: 'if it wants one',
    keyHeader: 'authorization',
    models: null,
    words: local,
  },
  {
    name: 'vllm',
    api: 'chat',
    address: 'http://127.0.0.1:8000/v1',
    addressVariable: null,
    version: { path: '/v1', added: 'where missing' },
    hosts: ['loopback'],
    key: 'if it wants one',
    keyHeader: 'authorization',
    models: null,
    words: local,
  },
  {
    name: 'vscode',
    api: null,
    address: null,
    addressVariable: null,
    version: null,
    hosts: [],
    key: 'never',
    keyHeader: '',
    models: null,
    words: {
      sent: 'the request, to the editor, which asks the model you have agreed to',
      region: 'unknown, so refused where regions are restricted',
      streaming: 'the whole answer at once',
      tools: 'where the model has them',
      cache: 'not told',
      price: configured,
    },
  },
  {
    name: 'demo',
    api: null,
    address: null,
    addressVariable: null,
    version: null,
    hosts: [],
    key: 'never',
    keyHeader: '',
    models: null,
    words: {
      sent: 'nothing',
      region: 'none: nothing leaves',
      streaming: 'yes',
      tools: 'scripted',
      cache: 'none',
      price: 'simulated',
    },
  },
];

/** The known provider of this name, null for one of the user's own. */
export function knownProvider(name: string): KnownProvider | null {
  return providerTable.find((known) => known.name === name) ?? null;
}

/** Where a request is worked on, as far as the address itself promises it. Anything else has to be configured. */
export const regionsOfHosts: Readonly<Record<string, string>> = {
  'eu.api.openai.com': 'eu',
  'us.api.openai.com': 'us',
};
