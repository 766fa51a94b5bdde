import { z } from 'zod';
import type { Fault } from '../../../domain/fault.js';
import { nearestName } from '../../../domain/nearest-name.js';

type Path = readonly PropertyKey[];

/**
 * Turns what a schema found wrong into faults by key. A schema's own message may carry the remedy in its second line.
 * `nameKey` writes a path as people know it; `remedyFor` gives the remedy where the schema has none.
 */
export function schemaFaults(
  schema: z.ZodType,
  issues: readonly z.core.$ZodIssue[],
  nameKey: (path: Path) => string,
  remedyFor: (key: string) => string,
): Fault[] {
  return issues.flatMap((issue): Fault[] => {
    const key = nameKey(issue.path);
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(schema, issue.path);
      return issue.keys.map((unknown) => unknownKey(nameKey([...issue.path, unknown]), unknown, known));
    }
    if (issue.code === 'invalid_key') {
      const known = keysAt(schema, issue.path.slice(0, -1));
      const why = issue.issues.find((inner) => inner.message.includes('\n'))?.message.split('\n');
      if (why) return [{ key, message: why[0] ?? '', remedy: why[1] ?? '' }];
      return [unknownKey(key, String(issue.path.at(-1)), known)];
    }
    const [message = '', remedy] = describe(issue).split('\n');
    return [{ key, message, remedy: remedy ?? remedyFor(key) }];
  });
}

function unknownKey(key: string, unknown: string, known: readonly string[]): Fault {
  const nearest = nearestName(unknown, known);
  return {
    key,
    message: nearest === undefined ? 'is not known' : `is not known; did you mean \`${nearest}\`?`,
    remedy: known.length > 0 ? `Known here: ${known.join(', ')}` : 'Remove it',
  };
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.message.includes('\n')) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? 'is missing'
        : issue.message.replace('Invalid input: expected', 'must be a').replace(', received', ', not a');
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`;
    case 'too_small':
      return `is too small: at least ${issue.minimum}${issue.inclusive === false ? ' (exclusive)' : ''}`;
    case 'too_big':
      return `is too large: at most ${issue.maximum}`;
    case 'invalid_format':
      return 'is not in the right form';
    default:
      return issue.message;
  }
}

interface Shape {
  readonly properties?: Readonly<Record<string, Shape>> | undefined;
  readonly additionalProperties?: Shape | boolean | undefined;
  readonly propertyNames?: { readonly enum?: readonly string[] | undefined } | undefined;
}

/** The keys that the schema knows at a path, read from its JSON Schema. */
function keysAt(schema: z.ZodType, path: Path): readonly string[] {
  let shape: Shape | undefined = jsonShape.parse(
    z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }),
  );
  for (const step of path) {
    const next: Shape | boolean | undefined =
      shape?.properties?.[String(step)] ?? shape?.additionalProperties;
    shape = typeof next === 'object' ? next : undefined;
  }
  return Object.keys(shape?.properties ?? {}).concat(shape?.propertyNames?.enum ?? []);
}

const jsonShape: z.ZodType<Shape> = z.lazy(() =>
  z.object({
    properties: z.record(z.string(), jsonShape).optional(),
    additionalProperties: z.union([jsonShape, z.boolean()]).optional(),
    propertyNames: z.object({ enum: z.array(z.string()).optional() }).optional(),
  }),
);
