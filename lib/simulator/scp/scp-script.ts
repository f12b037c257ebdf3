import { setImmediate as turn } from 'node:timers/promises';
import { LCP_CONFIGURE_REQUEST } from '../../dialog/ppp-frames';
import { ReceivedText } from './received-text';
import { parseScp } from './scp-parser';
import type { Expression, Instruction, ScpProgram, ScpValue, Target } from './scp-program';
import { scpText } from './scp-text';
import { PATIENCE_SECONDS, type Script, type ScriptCall } from './script';
import { scriptErrors, type ScriptErrors } from './script-error';

/** The longest time that a clock knows, in seconds. */
const MAX_SECONDS = 2_000_000;

/** The longest text that a script can put together: a loop must not take all memory. */
const MAX_TEXT = 0x10000;

/** Steps after which others have a turn: a loop that waits for nothing must not stop the rest. */
const STEPS_A_TURN = 1000;

/**
 * Parses a script of Windows' dial-up networking. When its main procedure has ended, the caller's
 * machine begins PPP, as Windows does; after `halt` it does not.
 *
 * @throws {@link RasshostError} RASSHOST_E_SCRIPT
 */
export function parseScpScript(file: string, source: string): Script {
  const fail = scriptErrors(file);
  const program = parseScp(source, fail);
  return {
    variables: program.credentials,
    run: (call) => new ScpRun(program, call, fail).run(),
  };
}

type WaitFor = Extract<Instruction, { kind: 'waitfor' }>;

class ScpRun {
  readonly #program: ScpProgram;
  readonly #call: ScriptCall;
  readonly #fail: ScriptErrors;
  readonly #received: ReceivedText;
  readonly #variables: Map<string, ScpValue>;
  #over = false;

  constructor(program: ScpProgram, call: ScriptCall, fail: ScriptErrors) {
    this.#program = program;
    this.#call = call;
    this.#fail = fail;
    this.#received = new ReceivedText(call.line, call.clock);
    const { userName, password } = call.credentials;
    this.#variables = new Map<string, ScpValue>([
      ...program.variables,
      ['$USERID', userName],
      ['$PASSWORD', password],
    ]);
    this.#succeeded(false);
    void call.line.closed.then(() => {
      this.#over = true;
    });
  }

  async run(): Promise<void> {
    const { instructions } = this.#program;
    let index = 0;
    for (let steps = 1; index < instructions.length && !this.#over; steps++) {
      if (steps % STEPS_A_TURN === 0) await turn();
      const next = await this.#step(index);
      if (next === undefined) break;
      index = next;
    }
    if (index >= instructions.length) this.#call.line.type(LCP_CONFIGURE_REQUEST);
    await this.#received.waitForEnd(this.#fail, this.#patienceSeconds);
  }

  get #patienceSeconds(): number {
    return this.#call.patienceSeconds ?? PATIENCE_SECONDS;
  }

  /** Carries out an instruction, and returns the index of the next; none after `halt`. */
  async #step(index: number): Promise<number | undefined> {
    const instruction = this.#program.instructions[index];
    switch (instruction?.kind) {
      case 'assign':
        this.#variables.set(instruction.name, this.#evaluate(instruction.value));
        break;
      case 'delay':
        await this.#delay(this.#seconds(instruction.seconds));
        break;
      case 'transmit': {
        const text = this.#evaluate(instruction.text) as string;
        this.#call.line.type(instruction.raw ? text : scpText(text));
        break;
      }
      case 'waitfor': {
        const target = await this.#waitFor(instruction);
        if (target) return target.index;
        break;
      }
      case 'jump':
        return instruction.target.index;
      case 'jump-unless':
        if (this.#evaluate(instruction.condition) !== true) return instruction.target.index;
        break;
      case 'note':
        this.#call.note?.(this.#fail(instruction.place, instruction.text).message);
        break;
      case 'halt':
      case undefined:
        return undefined;
    }
    return index + 1;
  }

  /** Without `until` Windows would wait for ever: here a silence ends it, with an error. */
  async #waitFor({ texts, until, place }: WaitFor): Promise<Target | undefined> {
    const awaited = texts.map(({ text, matchCase }) => {
      return { text: scpText(this.#evaluate(text) as string), matchCase };
    });
    const seconds = until ? this.#seconds(until) : this.#patienceSeconds;
    const limit = { of: until ? 'all' : 'silence', seconds } as const;
    const arrival = await this.#received.waitFor(awaited, limit);
    if (arrival === 'timeout' && !until) {
      const what = awaited.map(({ text }) => JSON.stringify(text)).join(' or ');
      const saw = JSON.stringify(this.#received.rest);
      throw this.#fail(place, `waited for ${what}, but ${seconds} s of silence followed ${saw}`);
    }
    this.#succeeded(typeof arrival === 'number');
    return typeof arrival === 'number' ? texts[arrival]?.target : undefined;
  }

  #succeeded(success: boolean): void {
    this.#variables.set('$SUCCESS', success).set('$FAILURE', !success);
  }

  #seconds(expression: Expression): number {
    const seconds = this.#evaluate(expression) as number;
    if (seconds >= 0 && seconds <= MAX_SECONDS) return seconds;
    throw this.#fail(expression.place, `expected 0 to ${MAX_SECONDS} seconds, not ${seconds}`);
  }

  async #delay(seconds: number): Promise<void> {
    const { clock, line } = this.#call;
    let cancel = (): void => undefined;
    const passed = new Promise<void>((resolve) => {
      cancel = clock.after(seconds * 1000, resolve);
    });
    await Promise.race([passed, line.closed]);
    cancel();
  }

  #evaluate(expression: Expression): ScpValue {
    switch (expression.kind) {
      case 'literal':
        return expression.value;
      case 'variable':
        return this.#variables.get(expression.name) as ScpValue;
      case 'getip':
        return '';
      case 'minus':
        return -(this.#evaluate(expression.operand) as number);
      case 'not':
        return this.#evaluate(expression.operand) !== true;
      case 'binary':
        return this.#binary(expression);
    }
  }

  #binary({ operator, left, right }: Extract<Expression, { kind: 'binary' }>): ScpValue {
    const a = this.#evaluate(left);
    if (operator === 'and') return a === true && this.#evaluate(right);
    if (operator === 'or') return a === true || this.#evaluate(right);
    const b = this.#evaluate(right);
    if (operator === '==') return a === b;
    if (operator === '!=') return a !== b;
    if (typeof a === 'string') return this.#joined(`${a}${b}`, right);
    return this.#arithmetic(operator, a as number, b as number, right);
  }

  #joined(text: string, last: Expression): string {
    if (text.length <= MAX_TEXT) return text;
    throw this.#fail(last.place, `expected a text of at most ${MAX_TEXT} characters`);
  }

  #arithmetic(operator: string, a: number, b: number, divisor: Expression): ScpValue {
    switch (operator) {
      case '*':
        return Math.imul(a, b);
      case '/':
        if (b === 0) throw this.#fail(divisor.place, 'expected a divisor other than 0');
        return Math.trunc(a / b);
      case '+':
        return (a + b) | 0;
      case '-':
        return (a - b) | 0;
      case '<':
        return a < b;
      case '>':
        return a > b;
      case '<=':
        return a <= b;
      default:
        return a >= b;
    }
  }
}
