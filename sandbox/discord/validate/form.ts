import { invalidFormBody, type ErrorTree } from '../api-error.js';

/** Gathers the faults of a payload by path, then refuses it whole, as Discord does. */
export interface Form {
  /** Notes a fault at the path. */
  fault(path: readonly (string | number)[], code: string, message: string): void;
  /** A text of min to max characters; anything else is a fault. Absent is fine unless `required`. */
  text(path: readonly (string | number)[], value: unknown, range: TextRange): void;
  /** A list of min to max elements. Returns it, or an empty one. */
  list(path: readonly (string | number)[], value: unknown, range: Range): readonly unknown[];
  /** Throws ApiError 50035 when there was a fault. */
  check(): void;
}

export interface Range {
  readonly min?: number;
  readonly max: number;
}

export interface TextRange extends Range {
  readonly required?: boolean;
}

/** Runs checks over a new form and throws ApiError 50035 with every fault at once. */
export function validate(checks: (form: Form) => void): void {
  const form = createForm();
  checks(form);
  form.check();
}

function createForm(): Form {
  const errors: ErrorTree = {};
  let count = 0;

  function fault(path: readonly (string | number)[], code: string, message: string): void {
    count += 1;
    let node = errors;
    for (const key of path) {
      const next = node[String(key)];
      if (next !== undefined && !Array.isArray(next)) node = next;
      else node = node[String(key)] = {} satisfies ErrorTree;
    }
    const list = node['_errors'];
    if (Array.isArray(list)) list.push({ code, message });
    else node['_errors'] = [{ code, message }];
  }

  return {
    fault,
    text(path, value, { min = 0, max, required = false }) {
      if (value === undefined || value === null) {
        if (required) fault(path, 'BASE_TYPE_REQUIRED', 'This field is required');
        return;
      }
      if (typeof value !== 'string')
        return fault(path, 'STRING_TYPE_CONVERT', 'Could not interpret as string.');
      // Discord counts code points and trims what surrounds.
      const length = Array.from(value.trim()).length;
      if (length === 0 && min > 0) fault(path, 'BASE_TYPE_REQUIRED', 'This field is required');
      else if (length < min || length > max) {
        if (min > 0) {
          fault(path, 'BASE_TYPE_BAD_LENGTH', `Must be between ${min} and ${max} in length.`);
        } else fault(path, 'BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`);
      }
    },
    list(path, value, { min = 0, max }) {
      if (value === undefined || value === null) {
        if (min > 0) fault(path, 'BASE_TYPE_REQUIRED', 'This field is required');
        return [];
      }
      if (!Array.isArray(value)) {
        fault(path, 'LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType');
        return [];
      }
      if (value.length < min || value.length > max) {
        fault(path, 'BASE_TYPE_BAD_LENGTH', `Must be between ${min} and ${max} in length.`);
      }
      return value as readonly unknown[];
    },
    check() {
      if (count > 0) throw invalidFormBody(errors);
    },
  };
}

/** A scalar as a text; anything else is an empty one. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}

/** A value as an object; anything else counts as an empty one. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
