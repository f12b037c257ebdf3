import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { CodePage } from '../dialog/code-page';
import { TEXTS, type Language, type Texts } from '../dialog/texts';
import { isTypeScript } from '../loading/is-typescript';
import type { LoadedPolicy } from '../loading/load-policy';
import { policyManners } from '../policy/policy';
import { sourceTexts, type SourceText } from './source-texts';

/** A text of the policy's own, and where it stands. */
export interface OwnText extends SourceText {
  /** Relative to the current directory. */
  readonly file: string;
}

/** What callers read. */
export interface PolicyTexts {
  /** What dialogs say by themselves, in each language that comes with rasshost. */
  readonly languages: Readonly<Record<Language, Texts>>;
  /** What the policy says. */
  readonly own: readonly OwnText[];
  /** Why the code page of the policy can't show a text, and where that stands. */
  readonly unshowable: readonly string[];
}

/** The texts of a policy and of the files that it imports. */
export function policyTexts({ policy, files }: LoadedPolicy): PolicyTexts {
  const { codePage } = policyManners(policy);
  const own = files
    .filter((file) => /\.[cm]?[jt]s$/.test(file))
    .flatMap((file) =>
      sourceTexts(readFileSync(file, 'utf8'), isTypeScript(file)).map((text) => ({
        file: relative('.', file),
        ...text,
      })),
    );
  const places: (readonly [place: string, text: string])[] = [
    ...own.map(({ file, line, column, text }) => [`${file}:${line}:${column}`, text] as const),
    ...Object.entries(TEXTS).flatMap(([language, texts]) =>
      Object.entries(texts).flatMap(([name, text]) =>
        [text].flat().map((one) => [`the text ${name} of the language ${language}`, one] as const),
      ),
    ),
  ];
  const unshowable = places.flatMap(([place, text]) => {
    const why = whyNotShown(text, codePage);
    return why === undefined ? [] : [`${place}: ${why}`];
  });
  return { languages: TEXTS, own, unshowable };
}

function whyNotShown(text: string, codePage: CodePage): string | undefined {
  try {
    codePage.encode(text);
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(/^RASSHOST_E_TEXT: /, '');
  }
}
