declare module '@babel/standalone/babel.min.js' {
  export function transform(source: string, options: object): { readonly code: string };
}
