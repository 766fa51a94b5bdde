/**
 * Assembles WebAssembly from its text format: as much of it as the line matcher uses. One imported memory, one function, folded
 * instructions, labels and locals by name. Numbers of sections and instructions: WebAssembly Core Specification 2.0, chapter 5.
 */
export function assemble(source: string): Uint8Array<ArrayBuffer> {
  const [func] = parse(source);
  const [keyword, exported, ...rest] = listOf(func);
  const name = /^"(\w+)"$/.exec(String(listOf(exported)[1]))?.[1];
  if (keyword !== 'func' || name === undefined) throw new SyntaxError('No exported function');
  const declared = (kind: string): readonly (readonly string[])[] =>
    rest.filter((part) => part[0] === kind).map((part) => listOf(part).map(String));
  const params = declared('param');
  const locals = declared('local');
  const scope: Scope = {
    locals: new Map([...params, ...locals].map(([, local = ''], index) => [local, index])),
    labels: [],
  };
  const body = rest.filter((part) => !['param', 'local', 'result'].includes(String(part[0])));
  const code = [
    ...vector(locals.map(([, , type = '']) => [1, typeCode(type)])),
    ...body.flatMap((part) => emit(part, scope)),
    opcodes.end,
  ];
  const results = declared('result').map(([, type = '']) => [typeCode(type)]);
  const signature = [0x60, ...vector(params.map(([, , type = '']) => [typeCode(type)])), ...vector(results)];
  return Uint8Array.from([
    ...header,
    ...section(1, [signature]),
    ...section(2, [[...text('js'), ...text('memory'), 0x02, 0x00, 0x01]]),
    ...section(3, [[0]]),
    ...section(7, [[...text(name), 0x00, 0x00]]),
    ...section(10, [[...unsigned(code.length), ...code]]),
  ]);
}

/** `\\0asm`, version 1. */
const header: readonly number[] = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

type Node = string | readonly Node[];

interface Scope {
  readonly locals: ReadonlyMap<string, number>;
  /** Innermost last. */
  readonly labels: readonly string[];
}

const types: Readonly<Record<string, number>> = { i32: 0x7f, i64: 0x7e, f64: 0x7c };

/** Instructions without anything after their number. */
const plain: Readonly<Record<string, number>> = {
  return: 0x0f,
  'i32.eqz': 0x45,
  'i32.eq': 0x46,
  'i32.ne': 0x47,
  'i32.lt_u': 0x49,
  'i32.gt_u': 0x4b,
  'i32.ge_u': 0x4f,
  'i32.gt_s': 0x4a,
  'i32.lt_s': 0x48,
  'i64.eq': 0x51,
  'i64.ne': 0x52,
  'i32.add': 0x6a,
  'i32.sub': 0x6b,
  'i32.mul': 0x6c,
  'i32.and': 0x71,
  'i32.or': 0x72,
  'i32.shl': 0x74,
  'i64.add': 0x7c,
  'i64.mul': 0x7e,
  'f64.neg': 0x9a,
  'f64.mul': 0xa2,
  'f64.div': 0xa3,
  'i64.extend_i32_u': 0xad,
  'f64.convert_i32_u': 0xb8,
  'f64.convert_i64_u': 0xba,
};

/** Instructions with an alignment (always 1: addresses are of bytes) and an offset. */
const memory: Readonly<Record<string, number>> = {
  'i32.load': 0x28,
  'i64.load': 0x29,
  'f64.load': 0x2b,
  'i32.load8_u': 0x2d,
  'i32.load16_u': 0x2f,
  'f64.store': 0x39,
};

const opcodes = { block: 0x02, loop: 0x03, if: 0x04, else: 0x05, end: 0x0b, br: 0x0c, brIf: 0x0d } as const;
const variables: Readonly<Record<string, number>> = { 'local.get': 0x20, 'local.set': 0x21 };
const constants: Readonly<Record<string, number>> = { 'i32.const': 0x41, 'i64.const': 0x42 };
const noResult = 0x40;

/** An instruction: what it takes first, then itself. */
function emit(node: Node, scope: Scope): number[] {
  const [name, ...rest] = listOf(node);
  if (typeof name !== 'string') throw new SyntaxError('An instruction begins with its name');
  if (name === 'block' || name === 'loop') {
    const inner = { ...scope, labels: [...scope.labels, String(rest[0])] };
    return [opcodes[name], noResult, ...rest.slice(1).flatMap((part) => emit(part, inner)), opcodes.end];
  }
  if (name === 'if') return emitIf(rest, scope);
  const words = rest.filter((part) => typeof part === 'string');
  const operands = rest.filter((part) => typeof part !== 'string').flatMap((part) => emit(part, scope));
  return [...operands, ...instruction(name, words[0] ?? '', scope)];
}

function emitIf([condition, ...parts]: readonly Node[], scope: Scope): number[] {
  const inner = { ...scope, labels: [...scope.labels, ''] };
  const branch = (keyword: string): number[] =>
    parts
      .filter((part) => part[0] === keyword)
      .flatMap((part) =>
        listOf(part)
          .slice(1)
          .flatMap((step) => emit(step, inner)),
      );
  const otherwise = branch('else');
  return [
    ...emit(condition ?? [], scope),
    opcodes.if,
    noResult,
    ...branch('then'),
    ...(otherwise.length > 0 ? [opcodes.else, ...otherwise] : []),
    opcodes.end,
  ];
}

function instruction(name: string, word: string, scope: Scope): number[] {
  const own = plain[name];
  if (own !== undefined) return [own];
  const access = memory[name];
  if (access !== undefined) return [access, 0, ...unsigned(Number(word.replace('offset=', '')))];
  const variable = variables[name];
  const local = scope.locals.get(word);
  if (variable !== undefined && local !== undefined) return [variable, ...unsigned(local)];
  const constant = constants[name];
  if (constant !== undefined) return [constant, ...signed(BigInt(word))];
  const depth = scope.labels.toReversed().indexOf(word);
  if ((name === 'br' || name === 'br_if') && depth !== -1) {
    return [name === 'br' ? opcodes.br : opcodes.brIf, ...unsigned(depth)];
  }
  throw new SyntaxError(`Not known: ${name} ${word}`);
}

function parse(source: string): readonly Node[] {
  const stack: Node[][] = [[]];
  for (const [token] of source.replace(/;;.*/g, '').matchAll(/[()]|[^\s()]+/g)) {
    if (token === '(') stack.push([]);
    else if (token === ')') {
      const list = stack.pop() ?? [];
      stack.at(-1)?.push(list);
    } else stack.at(-1)?.push(token);
  }
  if (stack.length !== 1) throw new SyntaxError('Parentheses do not match');
  return stack[0] ?? [];
}

function listOf(node: Node | undefined): readonly Node[] {
  if (typeof node !== 'object') throw new SyntaxError(`Not a list: ${node}`);
  return node;
}

function typeCode(type: string): number {
  const code = types[type];
  if (code === undefined) throw new SyntaxError(`Not a type: ${type}`);
  return code;
}

function section(id: number, items: readonly (readonly number[])[]): number[] {
  const content = vector(items);
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function text(value: string): number[] {
  return vector([...Buffer.from(value)].map((byte) => [byte]));
}

/** LEB128, unsigned. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** LEB128, signed. */
function signed(value: bigint): number[] {
  const low = Number(value & 0x7fn);
  const rest = value >> 7n;
  const done = (rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40);
  return done ? [low] : [low | 0x80, ...signed(rest)];
}
