import { WHY_UNANSWERED } from '../dialog/told-event';
import { RasshostError } from '../errors';
import { FLAG, oneOf, TEXT, wholeNumber, type Kind } from '../options/kinds';
import {
  TAPE_VERSION,
  type Tape,
  type TapeEvent,
  type TapeHeader,
  type TapeText,
} from '../tape/tape';
import { MAX_TIMER_MS } from '../time/clock';

type Fields = Readonly<Record<string, Kind<unknown>>>;
type JsonObject = Readonly<Record<string, unknown>>;

const PLACEHOLDER: Kind<string> = {
  allowed: 'a placeholder, such as secret-1',
  accepts: (value): value is string =>
    typeof value === 'string' && /^(secret|pin|bytes)-[1-9]\d{0,5}$/.test(value),
};

const HIDDEN_TEXT: Kind<TapeText> = {
  allowed: 'a text, or texts and placeholders',
  accepts: (value): value is TapeText =>
    TEXT.accepts(value) ||
    (Array.isArray(value) && value.every((part) => TEXT.accepts(part) || isPlaceholder(part))),
};

const TIME: Kind<string> = {
  allowed: 'a time like 2026-11-21T09:30:00.123Z',
  accepts: (value): value is string => typeof value === 'string' && isTime(value),
};

const DWORD = wholeNumber(1, 0xffffffff);

const HEADER: Fields = {
  rasshost: TEXT,
  started: TIME,
  device: TEXT,
  sendBuffer: DWORD,
  receiveBuffer: DWORD,
  budgetMs: wholeNumber(0, MAX_TIMER_MS),
};

/** The fields of each event besides `t` and `event`. */
const EVENTS: Readonly<Record<string, Fields>> = {
  shown: { text: HIDDEN_TEXT },
  'shown-secret': { placeholder: PLACEHOLDER },
  asked: { secret: FLAG },
  answered: { text: HIDDEN_TEXT },
  'answered-secret': { placeholder: PLACEHOLDER },
  received: { placeholder: PLACEHOLDER },
  unanswered: { why: oneOf(...Object.keys(WHY_UNANSWERED)) },
  cut: {},
};

/** The fields of each outcome besides `outcome`. */
const OUTCOMES: Readonly<Record<string, Fields>> = {
  success: { userName: HIDDEN_TEXT, domain: HIDDEN_TEXT },
  failure: { userName: HIDDEN_TEXT, domain: HIDDEN_TEXT },
  error: { dwError: DWORD },
  ended: { why: oneOf('hung-up', 'deadline') },
};

/**
 * Reads the text of a tape.
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
  const common: Fields = { t: wholeNumber(0), event: TEXT };
  const name = event['event'];
  if (name === 'outcome') {
    const own = fieldsOf(OUTCOMES, event, 'outcome', refuse);
    checkFields(event, { ...common, outcome: TEXT, ...own }, refuse);
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
  for (const [name, kind] of Object.entries(fields)) {
    if (!kind.accepts(object[name]))
      refuse(`${name} is ${shown(object[name])}, not ${kind.allowed}`);
  }
  const unknown = Object.keys(object).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) refuse(`${shown(unknown)} is not a field of such a line`);
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
