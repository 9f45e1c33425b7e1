declare module "lazo:elements" {
  /** Tag name to the import of its chunk; written by build.mjs from ts/elements/. */
  export const elements: Record<string, () => Promise<unknown>>;
}
