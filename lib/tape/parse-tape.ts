import { RasshostError } from '../errors';
import { TAPE_VERSION, type Tape, type TapeEvent, type TapeHeader } from './tape';

/** What a field must be: in words, and as a test. */
interface Field {
  readonly what: string;
  readonly accepts: (value: unknown) => boolean;
}

type Fields = Readonly<Record<string, Field>>;
type JsonObject = Readonly<Record<string, unknown>>;

const STRING: Field = { what: 'a string', accepts: (value) => typeof value === 'string' };
const FLAG: Field = { what: 'true or false', accepts: (value) => typeof value === 'boolean' };
const PLACEHOLDER: Field = {
  what: 'a placeholder, such as secret-1',
  accepts: (value) => typeof value === 'string' && /^(secret|pin|bytes)-[1-9]\d{0,5}$/.test(value),
};
const TEXT: Field = {
  what: 'a string, or strings and placeholders',
  accepts: (value) =>
    STRING.accepts(value) ||
    (Array.isArray(value) && value.every((part) => STRING.accepts(part) || isPlaceholder(part))),
};

const HEADER: Fields = {
  rasshost: STRING,
  started: {
    what: 'a time like 2026-11-21T09:30:00.123Z',
    accepts: (value) => typeof value === 'string' && isTime(value),
  },
  device: STRING,
  sendBuffer: integer(1, 0xffffffff),
  receiveBuffer: integer(1, 0xffffffff),
  budgetMs: integer(0, 0x7fffffff),
};

const UNANSWERED = [
  'timeout',
  'cancelled',
  'ppp',
  'too-many-tries',
  'abandoned',
  'hung-up',
  'failed',
];

/** The fields of each event besides `t` and `event`. */
const EVENTS: Readonly<Record<string, Fields>> = {
  shown: { text: TEXT },
  'shown-secret': { placeholder: PLACEHOLDER },
  asked: { secret: FLAG },
  answered: { text: TEXT },
  'answered-secret': { placeholder: PLACEHOLDER },
  received: { placeholder: PLACEHOLDER },
  unanswered: { why: oneOf(...UNANSWERED) },
  cut: {},
};

/** The fields of each outcome besides `outcome`. */
const OUTCOMES: Readonly<Record<string, Fields>> = {
  success: { userName: TEXT, domain: TEXT },
  failure: { userName: TEXT, domain: TEXT },
  error: { dwError: integer(1, 0xffffffff) },
  ended: { why: oneOf('hung-up', 'deadline') },
};

/**
 * Reads a tape that {@link formatTape} has written.
 *
 * @param file - its name, for the messages of errors
 * @throws {@link RasshostError} RASSHOST_E_TAPE, with file, line and what disagrees with the format
 */
export function parseTape(text: string, file: string): Tape {
  const [first = '', ...rest] = text.replace(/\r?\n$/, '').split(/\r?\n/);
  const header = parseHeader(first, lineProblem(file, 1));
  let before = 0;
  const events = rest.map((line, at) => {
    const refuse = lineProblem(file, at + 2);
    const event = parseEvent(line, refuse);
    if (event.t < before) refuse(`t is ${event.t}, less than the ${before} of the line before`);
    before = event.t;
    if (event.event === 'outcome' && at < rest.length - 1) refuse('lines follow the outcome');
    return event;
  });
  if (events.at(-1)?.event !== 'outcome') {
    lineProblem(file, rest.length + 1)('the last line is not an outcome: the tape is not whole');
  }
  return { header, events };
}

type Refuse = (problem: string) => never;

function lineProblem(file: string, line: number): Refuse {
  return (problem) => {
    throw new RasshostError('RASSHOST_E_TAPE', `${file}:${line}: ${problem}`);
  };
}

function parseHeader(line: string, refuse: Refuse): TapeHeader {
  const { tape, ...header } = parseObject(line, refuse);
  if (typeof tape !== 'number') refuse('it is not a tape: the first line has no "tape" version');
  if (tape !== TAPE_VERSION) {
    refuse(`it is a tape of version ${tape}, but this rasshost reads version ${TAPE_VERSION}`);
  }
  checkFields(header, HEADER, refuse);
  return header as unknown as TapeHeader;
}

function parseEvent(line: string, refuse: Refuse): TapeEvent {
  const event = parseObject(line, refuse);
  const common: Fields = { t: integer(0, Number.MAX_SAFE_INTEGER), event: STRING };
  const name = event['event'];
  if (name === 'outcome') {
    const own = fieldsOf(OUTCOMES, event, 'outcome', refuse);
    checkFields(event, { ...common, outcome: STRING, ...own }, refuse);
  } else {
    checkFields(event, { ...common, ...fieldsOf(EVENTS, event, 'event', refuse) }, refuse);
  }
  return event as unknown as TapeEvent;
}

function parseObject(line: string, refuse: Refuse): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return refuse('it is not JSON');
  }
  return isObject(value) ? value : refuse('it is not a JSON object');
}

/** The fields that go with the value of `field`. */
function fieldsOf(
  table: Readonly<Record<string, Fields>>,
  object: JsonObject,
  field: string,
  refuse: Refuse,
): Fields {
  const value = object[field];
  const fields = typeof value === 'string' && Object.hasOwn(table, value) && table[value];
  return (
    fields || refuse(`${field} is ${shown(value)}, not one of ${Object.keys(table).join(', ')}`)
  );
}

function checkFields(object: JsonObject, fields: Fields, refuse: Refuse): void {
  for (const [name, { what, accepts }] of Object.entries(fields)) {
    if (!accepts(object[name])) refuse(`${name} is ${shown(object[name])}, not ${what}`);
  }
  const unknown = Object.keys(object).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) refuse(`${shown(unknown)} is not a field of such a line`);
}

function oneOf(...values: readonly (string | number)[]): Field {
  const what = values.length === 1 ? String(values[0]) : `one of ${values.join(', ')}`;
  return { what, accepts: (value) => (values as readonly unknown[]).includes(value) };
}

function integer(least: number, most: number): Field {
  return {
    what: `a whole number from ${least} to ${most}`,
    accepts: (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most,
  };
}

function isTime(text: string): boolean {
  const time = new Date(text);
  return !Number.isNaN(time.valueOf()) && time.toISOString() === text;
}

function isPlaceholder(part: unknown): boolean {
  return (
    isObject(part) && PLACEHOLDER.accepts(part['placeholder']) && Object.keys(part).length === 1
  );
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value for a message, which may be as long as the line. */
function shown(value: unknown): string {
  const text = value === undefined ? 'missing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
