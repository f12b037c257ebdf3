import type { CodePage } from '../dialog/code-page';
import { HiddenTexts } from '../tape/hidden-texts';
import type { TapeText } from '../tape/tape';
import type { TapeSecrets } from './tape-secrets';

/** What the placeholders of a tape stand for in a replay: for the caller to type, not to be read. */
export class PlaceholderValues {
  readonly #codePage: CodePage;
  readonly #values: Map<string, string>;
  readonly #hidden: HiddenTexts;

  constructor(codePage: CodePage, secrets: TapeSecrets) {
    this.#codePage = codePage;
    this.#values = new Map(secrets);
    this.#hidden = new HiddenTexts(codePage);
    for (const [name, value] of secrets) {
      const isBytes = name.startsWith('bytes-');
      this.#hidden.add(name, isBytes ? Buffer.from(value, 'latin1') : codePage.encode(value));
    }
  }

  /** The policy has shown this in secret. */
  set(name: string, bytes: Uint8Array): void {
    this.#values.set(name, this.#codePage.decode(bytes));
    this.#hidden.add(name, bytes);
  }

  /** The text that is meant; undefined when nothing is known for a placeholder. */
  fillIn(text: TapeText): string | undefined {
    if (typeof text === 'string') return text;
    const parts = text.map((part) =>
      typeof part === 'string' ? part : this.#values.get(part.placeholder),
    );
    return parts.includes(undefined) ? undefined : parts.join('');
  }

  /** The text as it may be read. */
  hideIn(text: string): string {
    const parts = this.#hidden.hide(text);
    if (typeof parts === 'string') return parts;
    return parts
      .map((part) => (typeof part === 'string' ? part : `[${part.placeholder}]`))
      .join('');
  }

  /** The placeholder of a secret. A value that has none, even a part of one that has, has no name. */
  nameOf(secret: string): string {
    const known = [...this.#values].find(([, value]) => value === secret);
    return known ? `[${known[0]}]` : 'something else';
  }
}
