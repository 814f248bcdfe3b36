import { hasRun } from '../secretValue.ts';
import { high, type SecretRule } from './secretRule.ts';

/** Keys of those who offer models. */
export const modelRules: readonly SecretRule[] = [
  high(
    'anthropic-key',
    'Anthropic API key',
    ['sk-ant-'],
    /(?<![\w-])sk-ant-[a-z]{2,8}\d{2}-[\w-]{80,120}(?![\w-])/g,
    // Real ones end like this; another is taken for one unless somebody just went along the keyboard.
    { minEntropy: 3.5, isReal: (secret) => secret.endsWith('AA') || !hasRun(secret) },
  ),
  high(
    'openai-key',
    'OpenAI API key',
    ['sk-'],
    /(?<![\w-])sk-(?!ant-)(?:(?:proj|svcacct|admin|None|or-v1)-)?(?=[\w-]{0,200}\d)(?=[\w-]{0,200}[A-Za-z])[\w-]{40,200}(?![\w-])/g,
    4,
  ),
  high('openai-key', 'OpenAI API key', ['t3blbkfj'], /(?<![\w-])sk-[\w-]{16,100}T3BlbkFJ[\w-]{16,100}/g),
  // OpenRouter and DeepSeek: only hexadecimal digits, so with less entropy than the rule above asks for.
  high(
    'model-provider-key',
    'API key of a model provider',
    ['sk-'],
    /(?<![\w-])sk-(?:or-v1-[0-9a-f]{64}|[0-9a-f]{32})(?![\w-])/g,
    3,
  ),
  high(
    'huggingface-token',
    'Hugging Face token',
    ['hf_', 'api_org_'],
    /(?<![\w-])(?:hf|api_org)_(?=[A-Za-z]{0,40}[A-Z])(?=[A-Za-z]{0,40}[a-z])[A-Za-z]{34}(?![\w-])/g,
    4,
  ),
  high('groq-key', 'Groq API key', ['gsk_'], /(?<![\w-])gsk_[A-Za-z0-9]{52}(?![\w-])/g, 3.8),
  high('xai-key', 'xAI API key', ['xai-'], /(?<![\w-])xai-[A-Za-z0-9]{70,90}(?![\w-])/g, 3.8),
  high('perplexity-key', 'Perplexity API key', ['pplx-'], /(?<![\w-])pplx-[A-Za-z0-9]{48}(?![\w-])/g, 3.8),
  high('replicate-token', 'Replicate token', ['r8_'], /(?<![\w-])r8_[A-Za-z0-9]{37}(?![\w-])/g, 3.5),
  high(
    'langsmith-key',
    'LangSmith API key',
    ['lsv2_'],
    /(?<![\w-])lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}(?![\w-])/g,
    3,
  ),
  high(
    'pinecone-key',
    'Pinecone API key',
    ['pcsk_'],
    /(?<![\w-])pcsk_[A-Za-z0-9]{5,6}_[A-Za-z0-9]{60,64}(?![\w-])/g,
    3.8,
  ),
  high('nvidia-key', 'NVIDIA API key', ['nvapi-'], /(?<![\w-])nvapi-[\w-]{60,70}(?![\w-])/g, 3.8),
  high('intra42-secret', '42 API client secret', ['s-s4t2'], /(?<![\w-])s-s4t2(?:ud|af)-[0-9a-f]{64}(?![\w-])/g, 3),
];
