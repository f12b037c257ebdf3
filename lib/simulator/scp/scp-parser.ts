import { ScpExpressions } from './scp-expressions';
import type { Token } from './scp-lexer';
import type { Instruction, ScpAwaited, ScpProgram, ScpType, ScpValue, Target } from './scp-program';
import { isReserved, ScpTokenReader } from './scp-token-reader';
import type { ScriptVariable } from './script';
import type { ScriptErrors } from './script-error';

const TYPES: readonly string[] = ['integer', 'string', 'boolean'];

const INITIAL: Readonly<Record<ScpType, ScpValue>> = { integer: 0, string: '', boolean: false };

/**
 * Parses a Windows dial-up script (contract §3.4). Case does not matter in names and commands.
 *
 * @throws {@link RasshostError} RASSHOST_E_SCRIPT with the place, and what was expected there
 */
export function parseScp(source: string, fail: ScriptErrors): ScpProgram {
  return new ScpParser(source, fail).program();
}

class ScpParser {
  readonly #reader: ScpTokenReader;
  readonly #credentials = new Set<ScriptVariable>();
  #expressions: ScpExpressions;
  #instructions: Instruction[] = [];
  #types = new Map<string, ScpType>();
  #labels = new Map<string, Target>();
  #gotos: { readonly label: Token; readonly target: Target }[] = [];

  constructor(source: string, fail: ScriptErrors) {
    this.#reader = new ScpTokenReader(source, fail);
    this.#expressions = this.#newExpressions();
  }

  program(): ScpProgram {
    let main: ScpProgram | undefined;
    while (this.#reader.next.kind !== 'end') {
      this.#reader.expect('proc');
      const name = this.#reader.name('the name of a procedure');
      const program = this.#procedure();
      if (name.text !== 'main') continue;
      if (main)
        throw this.#reader.fail(name.place, 'expected one procedure main, not a second one');
      main = program;
    }
    if (!main) throw this.#reader.fail(this.#reader.next.place, 'expected proc main');
    return main;
  }

  #procedure(): ScpProgram {
    this.#instructions = [];
    this.#types = new Map();
    this.#expressions = this.#newExpressions();
    this.#labels = new Map();
    this.#gotos = [];
    const variables = new Map<string, ScpValue>();
    while (this.#reader.nextIsOneOf(TYPES)) this.#declaration(variables);
    this.#commands('endproc');
    this.#reader.expect('endproc');
    for (const { label, target } of this.#gotos) {
      const found = this.#labels.get(label.text);
      if (!found) throw this.#reader.fail(label.place, `expected a label of this procedure`);
      target.index = found.index;
    }
    return { instructions: this.#instructions, variables, credentials: this.#credentials };
  }

  #newExpressions(): ScpExpressions {
    return new ScpExpressions(this.#reader, this.#types, this.#credentials);
  }

  #declaration(variables: Map<string, ScpValue>): void {
    const type = this.#reader.take().text as ScpType;
    const { text: name, place } = this.#reader.name('the name of a variable');
    if (this.#types.has(name)) throw this.#reader.fail(place, `expected a name other than ${name}`);
    this.#types.set(name, type);
    variables.set(name, INITIAL[type]);
    if (this.#reader.accept('=')) {
      this.#instructions.push({ kind: 'assign', name, value: this.#expressions.of(type) });
    }
  }

  #commands(...ends: readonly string[]): void {
    this.#reader.nested(() => {
      while (!this.#reader.nextIsOneOf(ends)) this.#command(ends);
    });
  }

  #command(ends: readonly string[]): void {
    const token = this.#reader.next;
    if (token.kind === 'word' && !isReserved(token.text)) {
      this.#labelOrAssignment();
      return;
    }
    switch (token.kind === 'word' ? token.text : '') {
      case 'delay':
        this.#reader.take();
        this.#instructions.push({ kind: 'delay', seconds: this.#expressions.of('integer') });
        break;
      case 'transmit':
        this.#transmit();
        break;
      case 'waitfor':
        this.#waitfor();
        break;
      case 'goto':
        this.#reader.take();
        this.#instructions.push({ kind: 'jump', target: this.#labelTarget() });
        break;
      case 'if':
        this.#if();
        break;
      case 'while':
        this.#while();
        break;
      case 'halt':
        this.#reader.take();
        this.#instructions.push({ kind: 'halt' });
        break;
      case 'set':
        this.#set();
        break;
      case 'getip':
        this.#expressions.of('string');
        this.#note(token, 'getip is ignored: there is no IP address before PPP');
        break;
      default:
        throw this.#reader.expected(`a command or ${ends.join(' or ')}`);
    }
  }

  #labelOrAssignment(): void {
    const name = this.#reader.take();
    if (this.#reader.accept(':')) {
      if (this.#labels.has(name.text)) {
        throw this.#reader.fail(name.place, `expected a label other than ${name.text}`);
      }
      this.#labels.set(name.text, { index: this.#instructions.length });
      return;
    }
    if (!this.#reader.accept('=')) throw this.#reader.expected('= or :');
    const type = this.#types.get(name.text);
    if (!type) throw this.#reader.fail(name.place, `expected a variable that has been declared`);
    this.#instructions.push({ kind: 'assign', name: name.text, value: this.#expressions.of(type) });
  }

  #transmit(): void {
    this.#reader.take();
    const text = this.#expressions.of('string');
    const raw = this.#reader.accept(',');
    if (raw) this.#reader.expect('raw');
    this.#instructions.push({ kind: 'transmit', text, raw });
  }

  #waitfor(): void {
    const { place } = this.#reader.take();
    const texts: ScpAwaited[] = [];
    do {
      const text = this.#expressions.of('string');
      const matchCase = this.#reader.acceptBoth(',', 'matchcase');
      texts.push({
        text,
        matchCase,
        target: this.#reader.accept('then') ? this.#labelTarget() : undefined,
      });
    } while (this.#reader.accept(','));
    const until = this.#reader.accept('until') ? this.#expressions.of('integer') : undefined;
    this.#instructions.push({ kind: 'waitfor', texts, until, place });
  }

  #if(): void {
    this.#reader.take();
    const otherwise = this.#jumpUnless();
    this.#reader.expect('then');
    this.#commands('else', 'endif');
    if (this.#reader.accept('else')) {
      const end = this.#target();
      this.#instructions.push({ kind: 'jump', target: end });
      this.#land(otherwise);
      this.#commands('endif');
      this.#land(end);
    } else {
      this.#land(otherwise);
    }
    this.#reader.expect('endif');
  }

  #while(): void {
    this.#reader.take();
    const again = { index: this.#instructions.length };
    const end = this.#jumpUnless();
    this.#reader.expect('do');
    this.#commands('endwhile');
    this.#reader.expect('endwhile');
    this.#instructions.push({ kind: 'jump', target: again });
    this.#land(end);
  }

  /** Settings of the caller's own machine, which no RAS server can tell. */
  #set(): void {
    const set = this.#reader.take();
    const what = this.#reader.word('ipaddr, port or screen');
    if (what === 'ipaddr') {
      this.#expressions.of('string');
    } else if (what === 'port') {
      const setting = this.#reader.word('databits, parity or stopbits');
      if (setting === 'parity') this.#reader.word('none, odd, even, mark or space');
      else this.#expressions.of('integer');
    } else {
      this.#reader.word('keyboard');
      this.#reader.word('on or off');
    }
    this.#note(set, `set ${what} is ignored: it is about the caller's own machine`);
  }

  #note({ place }: Token, text: string): void {
    this.#instructions.push({ kind: 'note', text, place });
  }

  #jumpUnless(): Target {
    const target = this.#target();
    const condition = this.#expressions.of('boolean');
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
    this.#gotos.push({ label: this.#reader.name('a label'), target });
    return target;
  }
}
