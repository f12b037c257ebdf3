import type { ScriptVariable } from './script';
import type { Place } from './script-error';

export type ScpType = 'integer' | 'string' | 'boolean';
export type ScpValue = number | string | boolean;

export type Operator = '*' | '/' | '+' | '-' | '<' | '>' | '<=' | '>=' | '==' | '!=' | 'and' | 'or';

/** An expression whose types are known to fit. */
export type Expression = { readonly type: ScpType; readonly place: Place } & (
  | { readonly kind: 'literal'; readonly value: ScpValue }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'getip' }
  | { readonly kind: 'minus' | 'not'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
    }
);

/** A place in the program to go on at; set when the place is known. */
export interface Target {
  index: number;
}

/** A text that waitfor waits for, and where its `then` leads. */
export interface ScpAwaited {
  readonly text: Expression;
  readonly matchCase: boolean;
  readonly target: Target | undefined;
}

/** One step of a program; what `if`, `while` and `goto` are made of are the jumps. */
export type Instruction =
  | { readonly kind: 'assign'; readonly name: string; readonly value: Expression }
  | { readonly kind: 'delay'; readonly seconds: Expression }
  | { readonly kind: 'transmit'; readonly text: Expression; readonly raw: boolean }
  | {
      readonly kind: 'waitfor';
      readonly texts: readonly ScpAwaited[];
      readonly until: Expression | undefined;
      readonly place: Place;
    }
  | { readonly kind: 'jump'; readonly target: Target }
  | { readonly kind: 'jump-unless'; readonly condition: Expression; readonly target: Target }
  | { readonly kind: 'note'; readonly text: string; readonly place: Place }
  | { readonly kind: 'halt' };

/** A dial-up script, ready to run. */
export interface ScpProgram {
  readonly instructions: readonly Instruction[];
  /** The variables before any command has run. */
  readonly variables: ReadonlyMap<string, ScpValue>;
  /** Those of the credentials that it uses. */
  readonly credentials: ReadonlySet<ScriptVariable>;
}
