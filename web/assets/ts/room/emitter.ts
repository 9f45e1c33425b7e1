/** Typed listeners, so that modules of the room know each other by what happens and not by name. */
export class Emitter<Events> {
  readonly #listeners = new Map<keyof Events, Set<(data: never) => void>>();

  on<Name extends keyof Events>(name: Name, listener: (data: Events[Name]) => void): this {
    const known = this.#listeners.get(name) ?? new Set();
    known.add(listener as (data: never) => void);
    this.#listeners.set(name, known);
    return this;
  }

  protected emit<Name extends keyof Events>(name: Name, data: Events[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) (listener as (data: Events[Name]) => void)(data);
  }
}
