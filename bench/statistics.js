'use strict';

function median(values) {
  return quantile(values, 0.5);
}

/** Between two values in proportion. */
function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.ceil(at);
  return sorted[below] + (sorted[above] - sorted[below]) * (at - below);
}

/** The median of the ratios of what was measured in the same round. */
function medianRatio(values, references) {
  return median(values.map((value, round) => value / references[round]));
}

module.exports = { median, medianRatio, quantile };
