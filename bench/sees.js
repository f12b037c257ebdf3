'use strict';

/**
 * Waits until a caller has been shown `text`.
 * @throws Error when the line ends before
 */
async function sees(socket, text) {
  let seen = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    seen += chunk.toString('latin1');
    if (seen.includes(text)) return;
  }
  throw new Error(`the line ended after ${JSON.stringify(seen)}`);
}

module.exports = { sees };
