/** A JSON column: how values of one type are written and read back. */
export interface JsonColumn<T> {
  write(value: T): string;
  read(text: string): T;
}

/** The program alone writes these columns, so what was written as T is read as T; migrations keep it that way. */
export function jsonColumn<T>(): JsonColumn<T> {
  return {
    write: (value) => JSON.stringify(value),
    read: (text) => {
      const value: T = JSON.parse(text);
      return value;
    },
  };
}
