/** Which fields of an object were seen, as bits; none may be seen twice. */
export class SeenFields {
  #seen = 0;

  /** Begins with another object. */
  clear(): void {
    this.#seen = 0;
  }

  /**
   * Notes a field.
   * @param end the place behind it, or -1.
   * @returns that place; -1 where it was seen before, since JSON knows which of two counts.
   */
  note(field: number, end: number): number {
    if ((this.#seen & field) !== 0) return -1;
    this.#seen |= field;
    return end;
  }

  /** True where all of these were seen. */
  hasAll(fields: number): boolean {
    return (this.#seen & fields) === fields;
  }
}
