import { scpTokens, type Token } from './scp-lexer';
import type {
  Expression,
  Instruction,
  Operator,
  ScpAwaited,
  ScpProgram,
  ScpType,
  ScpValue,
  Target,
} from './scp-program';
import type { ScriptErrors } from './script-error';

const TYPES: readonly string[] = ['integer', 'string', 'boolean'];

const INITIAL: Readonly<Record<ScpType, ScpValue>> = { integer: 0, string: '', boolean: false };

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

const RESERVED: ReadonlySet<string> = new Set(
  (
    'and boolean databits delay do else endif endproc endwhile even false getip goto halt if ' +
    'integer ipaddr keyboard mark matchcase none odd off on or parity port proc raw screen set ' +
    'space stopbits string then transmit true until waitfor while'
  ).split(' '),
);

/** Binary operators, the loosest first; those of a level have the same precedence. */
const LEVELS: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['+', '-'],
  ['*', '/'],
];

/** Deeper than anybody writes, and shallow enough for the stack. */
const MAX_DEPTH = 50;

/**
 * Parses a Windows dial-up script (contract §3.4). Case does not matter in names and commands.
 *
 * @throws {@link RasshostError} RASSHOST_E_SCRIPT with the place, and what was expected there
 */
export function parseScp(source: string, fail: ScriptErrors): ScpProgram {
  return new ScpParser(scpTokens(source, fail), fail).program();
}

class ScpParser {
  readonly #tokens: readonly Token[];
  readonly #fail: ScriptErrors;
  #at = 0;
  #depth = 0;
  #instructions: Instruction[] = [];
  #types = new Map<string, ScpType>();
  #labels = new Map<string, Target>();
  #gotos: { readonly label: Token; readonly target: Target }[] = [];

  constructor(tokens: readonly Token[], fail: ScriptErrors) {
    this.#tokens = tokens;
    this.#fail = fail;
  }

  program(): ScpProgram {
    let main: ScpProgram | undefined;
    while (this.#next.kind !== 'end') {
      this.#expect('proc');
      const name = this.#name('the name of a procedure');
      const program = this.#procedure();
      if (name.text !== 'main') continue;
      if (main) throw this.#fail(name.place, 'expected one procedure main, not a second one');
      main = program;
    }
    if (!main) throw this.#fail(this.#next.place, 'expected proc main');
    return main;
  }

  #procedure(): ScpProgram {
    this.#instructions = [];
    this.#types = new Map();
    this.#labels = new Map();
    this.#gotos = [];
    const variables = new Map<string, ScpValue>();
    while (TYPES.includes(this.#next.text) && this.#next.kind === 'word') {
      this.#declaration(variables);
    }
    this.#commands('endproc');
    this.#expect('endproc');
    for (const { label, target } of this.#gotos) {
      const found = this.#labels.get(label.text);
      if (!found) throw this.#fail(label.place, `expected a label of this procedure`);
      target.index = found.index;
    }
    return { instructions: this.#instructions, variables };
  }

  #declaration(variables: Map<string, ScpValue>): void {
    const type = this.#take().text as ScpType;
    const { text: name, place } = this.#name('the name of a variable');
    if (this.#types.has(name)) throw this.#fail(place, `expected a name other than ${name}`);
    this.#types.set(name, type);
    variables.set(name, INITIAL[type]);
    if (this.#accept('=')) {
      this.#instructions.push({ kind: 'assign', name, value: this.#expression(type) });
    }
  }

  #commands(...ends: readonly string[]): void {
    this.#deeper();
    while (!(this.#next.kind === 'word' && ends.includes(this.#next.text))) this.#command(ends);
    this.#depth--;
  }

  #command(ends: readonly string[]): void {
    const token = this.#next;
    if (token.kind === 'word' && !RESERVED.has(token.text)) {
      this.#labelOrAssignment();
      return;
    }
    switch (token.kind === 'word' ? token.text : '') {
      case 'delay':
        this.#take();
        this.#instructions.push({ kind: 'delay', seconds: this.#expression('integer') });
        break;
      case 'transmit':
        this.#transmit();
        break;
      case 'waitfor':
        this.#waitfor();
        break;
      case 'goto':
        this.#take();
        this.#instructions.push({ kind: 'jump', target: this.#labelTarget() });
        break;
      case 'if':
        this.#if();
        break;
      case 'while':
        this.#while();
        break;
      case 'halt':
        this.#take();
        this.#instructions.push({ kind: 'halt' });
        break;
      case 'set':
        this.#set();
        break;
      case 'getip':
        this.#expression('string');
        this.#note(token, 'getip is ignored: there is no IP address before PPP');
        break;
      default:
        throw this.#expected(`a command or ${ends.join(' or ')}`);
    }
  }

  #labelOrAssignment(): void {
    const name = this.#take();
    if (this.#accept(':')) {
      if (this.#labels.has(name.text)) {
        throw this.#fail(name.place, `expected a label other than ${name.text}`);
      }
      this.#labels.set(name.text, { index: this.#instructions.length });
      return;
    }
    if (!this.#accept('=')) throw this.#expected('= or :');
    const type = this.#types.get(name.text);
    if (!type) throw this.#fail(name.place, `expected a variable that has been declared`);
    this.#instructions.push({ kind: 'assign', name: name.text, value: this.#expression(type) });
  }

  #transmit(): void {
    this.#take();
    const text = this.#expression('string');
    const raw = this.#accept(',');
    if (raw) this.#expect('raw');
    this.#instructions.push({ kind: 'transmit', text, raw });
  }

  #waitfor(): void {
    this.#take();
    const texts: ScpAwaited[] = [];
    do {
      const text = this.#expression('string');
      const matchCase = this.#nextIs(',') && this.#tokens[this.#at + 1]?.text === 'matchcase';
      if (matchCase) this.#at += 2;
      texts.push({
        text,
        matchCase,
        target: this.#accept('then') ? this.#labelTarget() : undefined,
      });
    } while (this.#accept(','));
    const until = this.#accept('until') ? this.#expression('integer') : undefined;
    this.#instructions.push({ kind: 'waitfor', texts, until });
  }

  #if(): void {
    this.#take();
    const otherwise = this.#jumpUnless();
    this.#expect('then');
    this.#commands('else', 'endif');
    if (this.#accept('else')) {
      const end = this.#target();
      this.#instructions.push({ kind: 'jump', target: end });
      this.#land(otherwise);
      this.#commands('endif');
      this.#land(end);
    } else {
      this.#land(otherwise);
    }
    this.#expect('endif');
  }

  #while(): void {
    this.#take();
    const again = { index: this.#instructions.length };
    const end = this.#jumpUnless();
    this.#expect('do');
    this.#commands('endwhile');
    this.#expect('endwhile');
    this.#instructions.push({ kind: 'jump', target: again });
    this.#land(end);
  }

  /** Settings of the caller's own machine, which no RAS server can tell. */
  #set(): void {
    const set = this.#take();
    const what = this.#word('ipaddr, port or screen');
    if (what === 'ipaddr') {
      this.#expression('string');
    } else if (what === 'port') {
      const setting = this.#word('databits, parity or stopbits');
      if (setting === 'parity') this.#word('none, odd, even, mark or space');
      else this.#expression('integer');
    } else {
      this.#word('keyboard');
      this.#word('on or off');
    }
    this.#note(set, `set ${what} is ignored: it is about the caller's own machine`);
  }

  /** One of several words: those that the list names. */
  #word(list: string): string {
    const token = this.#next;
    if (token.kind === 'word' && list.split(/, | or /).includes(token.text)) {
      return this.#take().text;
    }
    throw this.#expected(list);
  }

  #note({ place }: Token, text: string): void {
    this.#instructions.push({ kind: 'note', text, place });
  }

  #jumpUnless(): Target {
    const target = this.#target();
    const condition = this.#expression('boolean');
    this.#instructions.push({ kind: 'jump-unless', condition, target });
    return target;
  }

  #target(): Target {
    return { index: -1 };
  }

  #land(target: Target): void {
    target.index = this.#instructions.length;
  }

  #labelTarget(): Target {
    const target = this.#target();
    this.#gotos.push({ label: this.#name('a label'), target });
    return target;
  }

  #expression(type: ScpType): Expression {
    const expression = this.#binary(0);
    if (expression.type === type) return expression;
    throw this.#fail(expression.place, `expected ${A[type]}, not ${A[expression.type]}`);
  }

  #binary(level: number): Expression {
    const operators = LEVELS[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    while (operators.includes(this.#next.text) && this.#next.kind !== 'string') {
      const operator = this.#take();
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
        throw this.#fail(where, `expected ${A[operand]} beside ${operator}, not ${A[type]}`);
      }
    }
    const type = /^[-+*/]$/.test(operator) ? operand : 'boolean';
    return { kind: 'binary', operator, left, right, type, place };
  }

  #unary(): Expression {
    this.#deeper();
    const expression = this.#operand();
    this.#depth--;
    return expression;
  }

  #operand(): Expression {
    const { kind, text, place } = this.#take();
    if (kind === 'symbol' && text === '(') {
      const inner = this.#binary(0);
      this.#expect(')');
      return inner;
    }
    if (kind === 'symbol' && (text === '-' || text === '!')) {
      const type = text === '-' ? 'integer' : 'boolean';
      const operand = this.#unary();
      if (operand.type !== type) {
        throw this.#fail(operand.place, `expected ${A[type]}, not ${A[operand.type]}`);
      }
      return { kind: text === '-' ? 'minus' : 'not', operand, type, place };
    }
    if (kind === 'integer') return { kind: 'literal', value: Number(text), type: 'integer', place };
    if (kind === 'string') return { kind: 'literal', value: text, type: 'string', place };
    if (kind === 'variable') {
      const type = SYSTEM_VARIABLES.get(text);
      if (type) return { kind: 'variable', name: text, type, place };
      const known = [...SYSTEM_VARIABLES.keys()].join(', ');
      throw this.#fail(place, `expected ${known}, not ${text}`);
    }
    if (kind === 'word') {
      if (text === 'true' || text === 'false') {
        return { kind: 'literal', value: text === 'true', type: 'boolean', place };
      }
      if (text === 'getip') {
        if (this.#next.kind === 'integer') this.#take();
        return { kind: 'getip', type: 'string', place };
      }
      const type = this.#types.get(text);
      if (type) return { kind: 'variable', name: text, type, place };
      if (!RESERVED.has(text)) {
        throw this.#fail(place, `expected a variable that has been declared, not ${text}`);
      }
    }
    throw this.#fail(place, `expected an expression, not ${text}`);
  }

  #deeper(): void {
    if (++this.#depth > MAX_DEPTH) throw this.#expected('less nesting');
  }

  #name(what: string): Token {
    if (this.#next.kind === 'word' && !RESERVED.has(this.#next.text)) return this.#take();
    throw this.#expected(what);
  }

  #expect(text: string): void {
    if (!this.#accept(text)) throw this.#expected(text);
  }

  #accept(text: string): boolean {
    if (!this.#nextIs(text)) return false;
    this.#at++;
    return true;
  }

  #nextIs(text: string): boolean {
    return this.#next.text === text && this.#next.kind !== 'string' && this.#next.kind !== 'end';
  }

  #take(): Token {
    const token = this.#next;
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  get #next(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #expected(what: string): Error {
    const { place, text } = this.#next;
    return this.#fail(place, `expected ${what}, not ${text}`);
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
