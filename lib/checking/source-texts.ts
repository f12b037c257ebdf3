import { transform } from '@babel/standalone/babel.min.js';

/** A text that stands in a policy's source, between quotation marks or in a template. */
export interface SourceText {
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly text: string;
}

/** What a dialog shows of its arguments: `dialog.print('…')`. */
const SHOWN_BY: ReadonlySet<unknown> = new Set([
  ...['print', 'ask', 'askSecret', 'choose', 'confirm', 'newPin', 'useTexts'],
]);

/** As far as it is needed here, of what Babel has found. */
interface Found {
  readonly node: {
    readonly callee: { readonly property?: { readonly name?: unknown } };
    readonly key: { readonly name?: unknown };
    readonly loc: { readonly start: { readonly line: number; readonly column: number } };
    /** That of a literal is its text, and that of a part of a template has it. */
    readonly value: string | { readonly cooked?: string | null };
  };
  traverse(visitor: Visitor): void;
}
type Visitor = Readonly<Record<string, (found: Found) => void>>;

/**
 * The texts in a file that dialogs show: all those within the arguments of a call such as
 * `dialog.ask(…)`, and those of the option `texts`. What is made elsewhere, such as a text that a
 * constant has, is not found.
 */
export function sourceTexts(source: string, isTypeScript: boolean): SourceText[] {
  const texts = new Map<string, SourceText>();
  const add = ({ node: { loc, value } }: Found): void => {
    const text = typeof value === 'string' ? value : (value.cooked ?? '');
    const { line, column } = loc.start;
    // A call within an argument of another is visited twice.
    if (text.trim() !== '') texts.set(`${line}:${column}`, { line, column: column + 1, text });
  };
  const literals: Visitor = { StringLiteral: add, TemplateElement: add };
  const visitor: Visitor = {
    CallExpression(call) {
      if (SHOWN_BY.has(call.node.callee.property?.name)) call.traverse(literals);
    },
    ObjectProperty(property) {
      if (property.node.key.name === 'texts') property.traverse(literals);
    },
  };
  transform(source, {
    babelrc: false,
    configFile: false,
    code: false,
    sourceType: 'unambiguous',
    parserOpts: {
      // The file has been loaded: what Babel finds wrong with it is not what is asked here.
      errorRecovery: true,
      plugins: [
        ...(isTypeScript ? ['typescript'] : []),
        'decorators',
        'decoratorAutoAccessors',
        'explicitResourceManagement',
      ],
    },
    plugins: [() => ({ visitor })],
  });
  return [...texts.values()];
}
