import { readFileSync } from 'node:fs';
import type { LoadHook, ResolveHook } from 'node:module';
import { fileURLToPath } from 'node:url';
import { createJiti } from 'jiti';
import { lowerSyntax } from '../loading/lower-syntax.js';

// Node.js runs this in a thread of its own (node:module, "Customization Hooks").

/** Finds what policies import, on a server as well. */
const jiti = createJiti(import.meta.url);

/** In packages there is JavaScript, for which Node.js needs no help. */
function isOwnTypeScript(url: string | undefined): url is string {
  return url !== undefined && /^file:.*\.m?ts$/.test(url) && !url.includes('/node_modules/');
}

export const resolve: ResolveHook = (specifier, context, nextResolve) => {
  const { parentURL } = context;
  if (isOwnTypeScript(parentURL) && /^\.\.?\//.test(specifier)) {
    const url = jiti.esmResolve(specifier, { parentURL, try: true });
    if (url !== undefined) return { url, shortCircuit: true };
  }
  return nextResolve(specifier, context);
};

export const load: LoadHook = (url, context, nextLoad) => {
  if (!isOwnTypeScript(url)) return nextLoad(url, context);
  const file = fileURLToPath(url);
  const source = lowerSyntax(readFileSync(file, 'utf8'), file, true);
  return { format: 'module', source, shortCircuit: true };
};
