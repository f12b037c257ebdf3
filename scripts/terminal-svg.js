'use strict';
// Draws what stands on a terminal as an SVG, from the terminal's own cells.

const { Terminal } = require('@xterm/headless');

const CELL = { width: 8.4, height: 18 };
const MARGIN = 16;
const FONT_SIZE = 14;
/** The letters sit on a line this far below the top of their cells. */
const BASELINE = 13.5;

const BACKGROUND = '#1b1f24';
const FOREGROUND = '#d0d7de';
/** The colours of a terminal that have numbers, 0 to 7. */
const PALETTE = [
  ...['#484f58', '#ff7b72', '#3fb950', '#d29922'],
  ...['#58a6ff', '#bc8cff', '#39c5cf', '#f0f6fc'],
];

/**
 * @param text what stands on the terminal, a row a line, with its colours as escape sequences
 * @param title for who can't see it
 */
async function terminalSvg(text, columns, title) {
  const lines = text.trimEnd().split('\n');
  const terminal = new Terminal({ cols: columns, rows: lines.length, allowProposedApi: true });
  await new Promise((done) => terminal.write(lines.join('\r\n'), done));
  const [width, height] = [columns * CELL.width, lines.length * CELL.height];
  const size = `width="${round(width + 2 * MARGIN)}" height="${height + 2 * MARGIN}"`;
  const font = `font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace"`;
  const drawn = lines.flatMap((_, row) => {
    const line = terminal.buffer.active.getLine(row);
    return pieces(line, columns).map((piece) => draw(piece, row));
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>`,
    `<g transform="translate(${MARGIN} ${MARGIN})" ${font} font-size="${FONT_SIZE}">`,
    ...drawn,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** The pieces of a row that look the same all through, without those that show nothing. */
function pieces(line, columns) {
  const found = [];
  for (let column = 0; column < columns; column++) {
    const cell = line.getCell(column);
    const look = lookOf(cell);
    const last = found.at(-1);
    if (last?.look === look) last.text += cell.getChars() || ' ';
    else found.push({ column, look, inverse: !!cell.isInverse(), text: cell.getChars() || ' ' });
  }
  return found.filter(({ text, inverse }) => inverse || text.trim() !== '');
}

function lookOf(cell) {
  const color = cell.isFgPalette() ? (PALETTE[cell.getFgColor()] ?? FOREGROUND) : FOREGROUND;
  const [fill, weight, opacity] = [
    `fill="${cell.isInverse() ? BACKGROUND : color}"`,
    cell.isBold() ? ' font-weight="bold"' : '',
    cell.isDim() ? ' opacity="0.6"' : '',
  ];
  return fill + weight + opacity;
}

function draw({ column, look, inverse, text }, row) {
  const shown = inverse ? text : text.trimEnd();
  const [x, y] = [round(column * CELL.width), row * CELL.height];
  const width = round(shown.length * CELL.width);
  const area = `<rect x="${x}" y="${y}" width="${width}" height="${CELL.height}" fill="${FOREGROUND}"/>`;
  // Whatever font there is, the letters stand where the terminal's cells are.
  const place = `x="${x}" y="${y + BASELINE}" textLength="${width}" xml:space="preserve"`;
  return `${inverse ? area : ''}<text ${place} ${look}>${escaped(shown)}</text>`;
}

function round(number) {
  return Math.round(number * 10) / 10;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

module.exports = { terminalSvg };
