import type { ScriptVariable } from './script';
import type { Token } from './scp-lexer';
import type { Expression, Operator, ScpType } from './scp-program';
import { isReserved, type ScpTokenReader } from './scp-token-reader';

/** The types, as errors name them. */
const A: Readonly<Record<ScpType, string>> = {
  integer: 'an integer',
  string: 'a string',
  boolean: 'a boolean',
};

/** $USERID and $PASSWORD are the user's, the other two are what a command leaves behind. */
const SYSTEM_VARIABLES: ReadonlyMap<string, ScpType> = new Map([
  ['$USERID', 'string'],
  ['$PASSWORD', 'string'],
  ['$SUCCESS', 'boolean'],
  ['$FAILURE', 'boolean'],
]);

/** Binary operators, the loosest first; those of a level have the same precedence. */
const LEVELS: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['+', '-'],
  ['*', '/'],
];

/** Parses the expressions of a procedure, whose types must fit. */
export class ScpExpressions {
  readonly #reader: ScpTokenReader;
  readonly #types: ReadonlyMap<string, ScpType>;
  readonly #credentials: Set<ScriptVariable>;

  /**
   * @param types - of the variables that have been declared so far
   * @param credentials - those that an expression uses are added
   */
  constructor(
    reader: ScpTokenReader,
    types: ReadonlyMap<string, ScpType>,
    credentials: Set<ScriptVariable>,
  ) {
    this.#reader = reader;
    this.#types = types;
    this.#credentials = credentials;
  }

  /** The next expression, which must be of this type. */
  of(type: ScpType): Expression {
    const expression = this.#binary(0);
    if (expression.type === type) return expression;
    throw this.#reader.fail(expression.place, `expected ${A[type]}, not ${A[expression.type]}`);
  }

  #binary(level: number): Expression {
    const operators = LEVELS[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    while (operators.includes(this.#reader.next.text) && this.#reader.next.kind !== 'string') {
      const operator = this.#reader.take();
      const right = this.#binary(level + 1);
      left = this.#operation(operator, left, right);
    }
    return left;
  }

  #operation({ text, place }: Token, left: Expression, right: Expression): Expression {
    const operator = text as Operator;
    const operand = operandType(operator, left.type);
    for (const { type, place: where } of [left, right]) {
      if (type !== operand) {
        throw this.#reader.fail(where, `expected ${A[operand]} beside ${operator}, not ${A[type]}`);
      }
    }
    const type = /^[-+*/]$/.test(operator) ? operand : 'boolean';
    return { kind: 'binary', operator, left, right, type, place };
  }

  #unary(): Expression {
    return this.#reader.nested(() => this.#operand());
  }

  #operand(): Expression {
    const { kind, text, place } = this.#reader.take();
    if (kind === 'symbol' && text === '(') {
      const inner = this.#binary(0);
      this.#reader.expect(')');
      return inner;
    }
    if (kind === 'symbol' && (text === '-' || text === '!')) {
      const type = text === '-' ? 'integer' : 'boolean';
      const operand = this.#unary();
      if (operand.type !== type) {
        throw this.#reader.fail(operand.place, `expected ${A[type]}, not ${A[operand.type]}`);
      }
      return { kind: text === '-' ? 'minus' : 'not', operand, type, place };
    }
    if (kind === 'integer') return { kind: 'literal', value: Number(text), type: 'integer', place };
    if (kind === 'string') return { kind: 'literal', value: text, type: 'string', place };
    if (kind === 'variable') {
      const type = SYSTEM_VARIABLES.get(text);
      if (text === '$USERID' || text === '$PASSWORD') this.#credentials.add(text);
      if (type) return { kind: 'variable', name: text, type, place };
      const known = [...SYSTEM_VARIABLES.keys()].join(', ');
      throw this.#reader.fail(place, `expected ${known}, not ${text}`);
    }
    if (kind === 'word') {
      if (text === 'true' || text === 'false') {
        return { kind: 'literal', value: text === 'true', type: 'boolean', place };
      }
      if (text === 'getip') {
        if (this.#reader.next.kind === 'integer') this.#reader.take();
        return { kind: 'getip', type: 'string', place };
      }
      const type = this.#types.get(text);
      if (type) return { kind: 'variable', name: text, type, place };
      if (!isReserved(text)) {
        throw this.#reader.fail(place, `expected a variable that has been declared, not ${text}`);
      }
    }
    throw this.#reader.fail(place, `expected an expression, not ${text}`);
  }
}

function operandType(operator: Operator, left: ScpType): ScpType {
  switch (operator) {
    case 'and':
    case 'or':
      return 'boolean';
    case '+':
      return left === 'string' ? 'string' : 'integer';
    case '==':
    case '!=':
      return left;
    default:
      return 'integer';
  }
}
