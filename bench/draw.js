'use strict';

// The ratios as a picture: a bar each, beside a mark for the goal.

const { RATIOS } = require('./report');
const { GOALS } = require('./summary');

const WIDTH = 860;
const LABELS = 400;
const ROW = 34;
const TOP = 56;
const BAR = 11;
/** Width of a number beside its bar. */
const NUMBER = 32;
/** Bars end here at the latest; what is longer is cut, and its number says how long it is. */
const MOST = 3;
const SCALE = (WIDTH - LABELS - 70) / MOST;

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f; }
  .title { font-size: 15px; font-weight: 600; }
  .worker { fill: #2f6fde; } .in-process { fill: #8b949e; }
  .goal { stroke: #c4432b; stroke-width: 2; }
  .axis { stroke: #8b949e; stroke-width: 1; stroke-dasharray: 2 3; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .worker { fill: #6ea8ff; } .in-process { fill: #6e7681; } .goal { stroke: #ff8f73; }
  }`;

/** @returns the ratios of `npm run bench` as an SVG, readable on light and dark ground */
function draw({ measured, summary }) {
  const keys = Object.keys(RATIOS).filter((key) => summary[key] !== undefined);
  const height = TOP + keys.length * ROW + 12;
  const at = (value) => LABELS + Math.min(value, MOST) * SCALE;
  const rows = keys.map((key, i) => {
    const y = TOP + i * ROW;
    const goal = GOALS[key];
    const mark =
      goal === undefined
        ? ''
        : `<path class="goal" d="M${at(goal)} ${y - 3}v${2 * BAR + 6}"><title>goal: ${goal}</title></path>`;
    return [
      `<text x="${LABELS - 10}" y="${y + 15}" text-anchor="end">${escape(RATIOS[key])}</text>`,
      bar('worker', y, summary[key], goal),
      bar('in-process', y + BAR, summary.in_process[key], goal),
      mark,
    ].join('\n');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title">
<title id="title">rasshost beside a security DLL in C++, ${measured.machine.date}</title>
<style>${STYLE}
</style>
<text class="title" x="10" y="20">Beside a security DLL in C++ (1 = the reference, or the floor)</text>
<rect class="worker" x="10" y="31" width="${BAR}" height="${BAR}"/><text x="26" y="41">worker</text>
<rect class="in-process" x="86" y="31" width="${BAR}" height="${BAR}"/><text x="102" y="41">in-process</text>
<path class="goal" d="M190 30v13"/><text x="198" y="41">goal</text>
<path class="axis" d="M${at(1)} ${TOP - 6}V${height - 8}"/>
${rows.join('\n')}
</svg>
`;

  function bar(placement, y, value, goal) {
    if (value === undefined) return '';
    const width = at(value) - LABELS;
    // The mark shall not cross the number.
    const crosses = goal !== undefined && at(goal) >= at(value) && at(goal) < at(value) + NUMBER;
    const number = crosses ? at(goal) : at(value);
    return (
      `<rect class="${placement}" x="${LABELS}" y="${y}" width="${width.toFixed(1)}" height="${BAR - 1}"/>` +
      `<text x="${(number + 5).toFixed(1)}" y="${y + BAR - 1}" style="font-size:10px">${value.toFixed(2)}</text>`
    );
  }
}

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

module.exports = { draw };
