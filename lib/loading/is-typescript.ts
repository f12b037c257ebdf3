/** By the end of its name, as Node.js and TypeScript go by it. */
export function isTypeScript(file: string): boolean {
  return /\.[cm]?ts$/.test(file);
}
