import { styleText } from 'node:util';

/** Dresses a text for the terminal, or leaves it as it is. */
export interface Style {
  readonly bold: Dress;
  readonly dim: Dress;
  readonly good: Dress;
  readonly bad: Dress;
  readonly warning: Dress;
  readonly status: Dress;
}

/** Whether there are colours is seen from the stream that is written to, which need not be stdout. */
const ALWAYS = { validateStream: false };

type Dress = (text: string) => string;
type Format = Parameters<typeof styleText>[0];

const FORMATS = {
  bold: 'bold',
  dim: 'dim',
  good: 'green',
  bad: 'red',
  warning: 'yellow',
  status: 'inverse',
} as const satisfies Record<keyof Style, Format>;

/**
 * Colours where a stream has them: where it is a terminal, and neither `NO_COLOR` nor `TERM=dumb`
 * says otherwise (https://no-color.org). `FORCE_COLOR` overrules both.
 */
export function styleOf(stream: NodeJS.WritableStream): Style {
  const colours = 'hasColors' in stream && (stream as NodeJS.WriteStream).hasColors();
  const dress = (format: Format) => (text: string) =>
    colours ? styleText(format, text, ALWAYS) : text;
  return Object.fromEntries(
    Object.entries(FORMATS).map(([name, format]) => [name, dress(format)]),
  ) as unknown as Style;
}
